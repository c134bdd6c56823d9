from django import template
from django.utils.html import format_html

register = template.Library()

COLOURS = {"on time": "emerald", "boarding": "sky", "delayed": "amber", "cancelled": "rose"}


@register.simple_tag
def badge(status):
    colour = COLOURS[status]
    return format_html(
        '<span class="rounded-full px-3 py-1 text-sm font-semibold {} {}">{}</span>',
        f"bg-{colour}-100 text-{colour}-900",
        f"dark:bg-{colour}-900 dark:text-{colour}-100",
        status,
    )
