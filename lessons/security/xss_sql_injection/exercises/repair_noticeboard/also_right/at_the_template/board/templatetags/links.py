import re

from django import template

register = template.Library()


@register.filter
def web(link):
    return link if re.match(r"https?://[^\s\"<>]+$", link) else ""
