"""`{% load syllabus %}`: the whole course as a list of links."""

from __future__ import annotations

from typing import Any

from django import template

from content.pages import roadmap

register = template.Library()


@register.inclusion_tag("partials/syllabus_list.html", takes_context=True)
def syllabus_list(context: dict[str, Any], current: str = "") -> dict[str, Any]:
    """The lessons that can be opened, by track; `current` is the slug of the one that is open."""
    # A lesson's page has read the roadmap already.
    tracks = context.get("tracks") or roadmap(context["request"])
    tracks = [track for track in tracks if track.published]
    return {"tracks": tracks, "current": current}
