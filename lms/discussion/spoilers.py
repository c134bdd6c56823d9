"""Who may read what: a post that gives an exercise away is not sent to somebody who has not passed it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from content.markdown import render_comment
from content.models import LessonPage
from lms.accounts.models import User
from lms.discussion.models import Post, Thread
from lms.grading.models import Submission

MODERATE = "discussion.moderate"
_CODE = re.compile(r"<code[^>]*>(?P<code>.*?)</code>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
# A name alone (a file, an exception, a method) is what a question needs to be understood.
_NAME = re.compile(r"[\w./-]+(\(\))?\Z")
# Code that was pasted without a fence.
_PASTED = re.compile(
    r"^[^\S\n]*(?:def \w+\(|class \w+[(:]|from [\w.]+ import |import \w|return\b.|@\w|[\w.]+ = \S"
    r"|(?:for|if|with|while) .+:\s*$|\{%.*%\})",
    re.MULTILINE,
)


def has_code(text: str) -> bool:
    """Return whether the Markdown has code: a block, a piece that is more than a name, or pasted lines."""
    rendered = render_comment(text)
    if "<pre" in rendered or _PASTED.search(text):
        return True
    return any(not _NAME.match(_TAG.sub("", found["code"]).strip()) for found in _CODE.finditer(rendered))


def may_moderate(user: Any) -> bool:
    """Whether the user may hide, lock and close. Such are staff, who prove a second factor for /teach/."""
    return bool(user.is_authenticated and user.is_active and user.is_staff and user.has_perm(MODERATE))


@dataclass(frozen=True)
class Reader:
    """Who reads a lesson's threads: which of its exercises they have `passed`, and which are `left`."""

    user: Any
    passed: frozenset[str]
    left: frozenset[str]
    moderates: bool

    @classmethod
    def of(cls, user: Any, page: LessonPage, passed: Collection[str]) -> Reader:
        left = frozenset(page.exercise_slugs()) - frozenset(passed)
        return cls(user, frozenset(passed), left, may_moderate(user))

    def is_author(self, post: Post) -> bool:
        return bool(self.user.is_authenticated and post.author_id == self.user.pk)

    def may_open(self, hidden_question: Post | None) -> bool:
        """Whether they see a thread at all: nobody else's question that a moderator hid, nor its replies."""
        return hidden_question is None or self.moderates or self.is_author(hidden_question)

    def may_read(self, thread: Thread, post: Post) -> bool:
        """Whether the post's text may be sent to them, where the thread may."""
        if self.moderates or self.is_author(post):
            return True
        if post.hidden_at:
            return False
        if thread.exercise:
            return thread.exercise in self.passed or not (post.is_spoiler or post.has_code)
        return not (post.is_spoiler and self.left)


def hidden_question(thread: Thread) -> Post | None:
    """Return the thread's question if a moderator hid it."""
    return thread.posts.filter(is_question=True, hidden_at__isnull=False).first()


def readers_of(users: Iterable[User], page: LessonPage) -> list[Reader]:
    """Return the readers that these people are: one query for what they have passed."""
    users = list(users)
    rows = Submission.objects.filter(
        learner__user__in=users, state=Submission.State.PASSED, exercise__lesson=page.slug
    ).values_list("learner__user", "exercise__slug")
    passed: dict[int, set[str]] = {}
    for user, slug in rows:
        passed.setdefault(user, set()).add(slug)
    return [Reader.of(user, page, passed.get(user.pk, ())) for user in users]
