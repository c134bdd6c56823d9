"""`{% load discussion %}`: how people are called, and their Markdown."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

from content.markdown import render_comment
from lms.accounts.models import User
from lms.discussion.models import Voice
from lms.discussion.spoilers import may_moderate
from lms.discussion.writing import NOBODY

register = template.Library()


@register.filter
def voice(user: User | None) -> str:
    """Return how somebody is called in discussions; never their address."""
    if user is None:
        return NOBODY
    try:
        return user.voice.name
    except Voice.DoesNotExist:
        return user.get_full_name() or "a learner"


@register.filter
def comment(text: str) -> SafeString:
    return render_comment(text)


@register.filter
def moderates(user: Any) -> bool:
    return may_moderate(user)
