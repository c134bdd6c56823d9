from django import template
from django.utils.html import format_html

register = template.Library()


@register.simple_tag
def badge(status):
    if status == "on time":
        look = "bg-emerald-100 text-emerald-900 dark:bg-emerald-900 dark:text-emerald-100"
    elif status == "delayed":
        look = "bg-amber-100 text-amber-900 dark:bg-amber-900 dark:text-amber-100"
    elif status == "cancelled":
        look = "bg-rose-100 text-rose-900 dark:bg-rose-900 dark:text-rose-100"
    else:
        look = ""
    return format_html('<span class="rounded-full px-3 py-1 {}">{}</span>', look, status)
