from django import template
from django.utils.html import format_html

register = template.Library()


@register.simple_tag
def badge(status):
    return format_html('<span class="badge badge-{}">{}</span>', status.replace(" ", "-"), status)
