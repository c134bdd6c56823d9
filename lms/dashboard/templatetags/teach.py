"""`{% load teach %}`: what the teacher's pages show again and again."""

from __future__ import annotations

from typing import Any

from django import template

from lms.classes.seeing import may_teach
from lms.dashboard.teach.charts import spoken_time

register = template.Library()
register.filter("spoken_time", spoken_time)

_TONES = {"passed": "success", "failed": "danger", "error": "danger", "timeout": "warning"}
_NAMES = {
    "queued": "waiting",
    "running": "being graded",
    "ours": "our fault, graded later",
    "error": "error",
    "timeout": "took too long",
}


@register.filter
def state_tone(state: str) -> str:
    """Return the badge's tone of a submission's state."""
    return _TONES.get(state, "info")


@register.filter
def state_name(state: str) -> str:
    return _NAMES.get(state, state)


@register.filter
def can_teach(user: Any) -> bool:
    return bool(user.is_authenticated and may_teach(user))
