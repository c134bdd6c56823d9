from django import template
from django.utils.html import format_html

register = template.Library()

LOOKS = {
    "on time": "bg-good text-on-good",
    "boarding": "bg-now text-on-good",
    "delayed": "bg-late text-on-late",
    "cancelled": "bg-off text-on-off",
}


@register.simple_tag
def badge(status):
    return format_html('<span class="rounded-full px-3 py-1 {}">{}</span>', LOOKS[status], status)
