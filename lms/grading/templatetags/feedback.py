"""`{% load feedback %}`: comments of teachers."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString

from content.markdown import render_markdown
from lms.grading.models import Feedback

register = template.Library()


@register.filter
def unread(comments: Iterable[Feedback]) -> list[Feedback]:
    return [comment for comment in comments if comment.read_at is None]


@register.filter
def feedback_html(text: str) -> SafeString:
    """Return a comment's Markdown as HTML that is safe to show."""
    return render_markdown(text)
