"""`{% load home %}`: the learner's own part of the roadmap."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template

from content.pages import RoadmapTrack
from lms.dashboard.home import home_of
from lms.progress.state import progress_of

register = template.Library()


@register.inclusion_tag("dashboard/next_step.html", takes_context=True)
def next_step(context: dict[str, Any], tracks: Iterable[RoadmapTrack]) -> dict[str, Any]:
    """The button that leads to what this learner should do next, and what they have begun besides."""
    return {"home": home_of(progress_of(context["request"]), tracks)}
