"""`{% load sharing %}`: how a page shows where somebody links to it."""

from __future__ import annotations

from django import template
from django.templatetags.static import static

from content.crawlers import site_address

register = template.Library()


@register.inclusion_tag("partials/sharing.html")
def sharing(*, title: str, about: str, path: str, kind: str = "website") -> dict[str, str]:
    """The page's one address, and its title, words and picture by the Open Graph protocol."""
    return {
        "title": title,
        "about": about,
        "kind": kind,
        "address": site_address(path),
        "picture": site_address(static("sharing.png")),
    }
