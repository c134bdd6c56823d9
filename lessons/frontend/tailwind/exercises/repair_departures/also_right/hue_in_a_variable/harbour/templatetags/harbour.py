from django import template
from django.utils.html import format_html

register = template.Library()

HUES = {"on time": 160, "boarding": 240, "delayed": 75, "cancelled": 15}


@register.simple_tag
def badge(status):
    return format_html(
        '<span class="rounded-full px-3 bg-[oklch(93%_0.06_var(--hue))] text-[oklch(30%_0.09_var(--hue))]"'
        ' style="--hue: {}">{}</span>',
        HUES[status],
        status,
    )
