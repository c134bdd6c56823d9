"""What people do in a discussion, a verb each. Every refusal is a sentence for the person."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from lms.accounts.models import User
from lms.discussion.models import (
    MOST_TEXT,
    Complaint,
    Edit,
    Notice,
    Post,
    Problem,
    Subscription,
    Thread,
    Voice,
)
from lms.discussion.outbox import note
from lms.discussion.places import Place
from lms.discussion.spoilers import Reader, has_code

# How many posts in how long; a person who writes does not come near.
POSTS = ((4, timedelta(minutes=1)), (30, timedelta(hours=1)))
EDITS = ((10, timedelta(minutes=1)),)  # of all of somebody's posts together
EDIT_PAUSE = timedelta(seconds=3)  # between two changes of one post
REPORTS = ((10, timedelta(hours=1)),)
NOBODY = "deleted user"
# Markdown looks from each of them to the end of the text: 10,000 keep a server busy for seconds.
MOST_BRACKETS = 300


class Refused(ValueError):
    """What somebody wants to write cannot be taken. The message is for them."""


class TooMuch(Refused):
    """They have to wait, `seconds` long."""

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class NotAllowed(Exception):
    """Somebody wants to do what is not theirs to do."""


@transaction.atomic
def ask(
    *, user: User, name: str, place: Place, title: str, text: str, is_spoiler: bool, now: datetime
) -> Thread:
    """Open a thread with its question, and tell the course's authors. Raises Refused."""
    _lock(user)
    _refuse_a_flood(Post.objects.filter(author=user), POSTS, now)
    title, text = " ".join(title.replace("\0", "").split()), checked(text)
    if not title or len(title) > 150:
        raise Refused("Give the question a title, of 150 characters at most.")
    set_name(user=user, name=name)
    thread = Thread.objects.create(
        lesson=place.page.slug,
        exercise=place.exercise.slug if place.exercise else "",
        title=title,
        author=user,
        created_at=now,
        active_at=now,
    )
    post = _post(thread, user, text, is_spoiler=is_spoiler, now=now, is_question=True)
    note(Notice.Kind.QUESTION, post=post, now=now)
    return thread


@transaction.atomic
def reply(
    *, user: User, name: str, thread: Thread, place: Place, text: str, is_spoiler: bool, now: datetime
) -> Post:
    """Add a post, and tell who follows the thread. Raises Refused."""
    _lock(user)
    thread = Thread.objects.select_for_update().get(pk=thread.pk)
    if thread.is_locked:
        raise Refused("This question is closed: nobody can reply any more.")
    _refuse_a_flood(Post.objects.filter(author=user), POSTS, now)
    text = checked(text)
    set_name(user=user, name=name)
    post = _post(thread, user, text, is_spoiler=is_spoiler, now=now)
    thread.active_at = now
    thread.save(update_fields=["active_at"])
    note(Notice.Kind.REPLY, post=post, now=now)
    return post


@transaction.atomic
def edit(*, reader: Reader, post: Post, text: str, is_spoiler: bool, now: datetime) -> None:
    """Change one's own post. Raises Refused, and NotAllowed for anybody else's."""
    _lock(reader.user)
    thread = _hold(post)
    if not may_change(reader, post):
        raise NotAllowed
    if thread.is_locked:
        raise Refused("This question is closed: what was said stays.")
    text, mine = checked(text), Edit.objects.filter(author=reader.user)
    _refuse_a_flood(mine, EDITS, now)
    _refuse_a_flood(Post.objects.filter(pk=post.pk), ((1, EDIT_PAUSE),), now, field="edited_at")
    mine.filter(created_at__lte=now - EDITS[-1][1]).delete()
    Edit.objects.create(author=reader.user, created_at=now)
    post.text = text
    post.is_spoiler, post.has_code, post.edited_at = is_spoiler, has_code(post.text), now
    post.save(update_fields=["text", "is_spoiler", "has_code", "edited_at"])


@transaction.atomic
def remove(*, reader: Reader, post: Post, now: datetime) -> bool:
    """Take one's own post back; its text is gone. A question that nobody has answered goes as a whole.

    Return whether the thread is still there. Raises NotAllowed, also for what a moderator hid.
    """
    thread = _hold(post)
    if not may_change(reader, post):
        raise NotAllowed
    if post.is_question and not thread.posts.exclude(pk=post.pk).filter(removed_at=None).exists():
        thread.delete()
        return False
    post.text, post.removed_at = "", now
    post.is_spoiler = post.has_code = False
    post.save(update_fields=["text", "removed_at", "is_spoiler", "has_code"])
    Thread.objects.filter(answer=post).update(answer=None)
    return True


def may_change(reader: Reader, post: Post) -> bool:
    """Whether the post is theirs to edit or remove. What a moderator hid stays as the moderators found it."""
    return reader.is_author(post) and not (post.removed_at or post.hidden_at)


@transaction.atomic
def mark_answer(*, reader: Reader, thread: Thread, post: Post | None) -> None:
    """Say which post answers the question, or with None that none does. For its author and moderators."""
    if not may_mark(reader, thread) or (post and (post.thread_id != thread.pk or post.is_question)):
        raise NotAllowed
    if post:
        # As it is now: its author may have taken it back, or a moderator hidden it, at this moment.
        _hold(post)
        if post.removed_at or post.hidden_at:
            raise NotAllowed
    thread.answer = post
    thread.save(update_fields=["answer"])


def may_mark(reader: Reader, thread: Thread) -> bool:
    is_own = reader.user.is_authenticated and thread.author_id == reader.user.pk
    return bool(reader.moderates or is_own)


def follow(*, user: User, thread: Thread, wanted: bool) -> None:
    Subscription.objects.update_or_create(thread=thread, user=user, defaults={"wanted": wanted})


def set_name(*, user: User, name: str) -> Voice:
    """Keep how the user is called in discussions. Raises Refused for a name that is taken, or none."""
    name = " ".join(name.split())
    if not 2 <= len(name) <= 40 or not name.isprintable() or name.lower() == NOBODY or "@" in name:
        raise Refused("Choose a name of 2 to 40 characters to be called by here; not your address.")
    try:
        with transaction.atomic():
            return Voice.objects.update_or_create(user=user, defaults={"name": name})[0]
    except IntegrityError as error:
        raise Refused(f"Somebody else is called {name} here. Choose another name.") from error


@transaction.atomic
def report_problem(
    *, user: User, page: Place, block: str, block_name: str, kind: str, text: str, now: datetime
) -> Problem:
    """Tell the authors that something is wrong with a block. Raises Refused."""
    _lock(user)
    _refuse_a_flood(Problem.objects.filter(reported_by=user), REPORTS, now)
    if kind not in Problem.Kind.values:
        raise Refused("Say what kind of problem it is.")
    problem = Problem.objects.create(
        lesson=page.page.slug,
        block=block,
        block_name=block_name[:200],
        kind=kind,
        text=_short(text, "Say what is wrong."),
        reported_by=user,
        created_at=now,
    )
    note(Notice.Kind.PROBLEM, problem=problem, now=now)
    return problem


@transaction.atomic
def complain(*, user: User, post: Post, text: str, now: datetime) -> Complaint:
    """Tell the moderators that a post should not stand there. A second time changes nothing."""
    _lock(user)
    _refuse_a_flood(Complaint.objects.filter(reported_by=user), REPORTS, now)
    return Complaint.objects.get_or_create(
        post=post,
        reported_by=user,
        closed_at=None,
        defaults={"text": _short(text, "Say what is wrong with it."), "created_at": now},
    )[0]


def checked(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\0", "").strip()
    if not text:
        raise Refused("There is no text in it.")
    if len(text) > MOST_TEXT:
        raise Refused(f"A post can have {MOST_TEXT:,} characters, and this one has {len(text):,}.")
    if text.count("[") > MOST_BRACKETS:
        raise Refused(f"A post can have {MOST_BRACKETS} opening brackets [, and this one has more.")
    return text


def _short(text: str, complaint: str) -> str:
    text = checked(text) if text.strip() else ""
    if not text:
        raise Refused(complaint)
    if len(text) > 2000:
        raise Refused(f"2,000 characters have to do, and these are {len(text):,}.")
    return text


def _post(
    thread: Thread, user: User, text: str, *, is_spoiler: bool, now: datetime, is_question: bool = False
) -> Post:
    # Who takes part follows, unless they have said that they do not want to.
    Subscription.objects.get_or_create(thread=thread, user=user)
    return Post.objects.create(
        thread=thread,
        author=user,
        text=text,
        is_question=is_question,
        is_spoiler=is_spoiler,
        has_code=has_code(text),
        created_at=now,
    )


def _hold(post: Post) -> Thread:
    """Keep others from changing the thread's posts at the same time, and see this one as it is now."""
    thread = Thread.objects.select_for_update().get(pk=post.thread_id)
    post.refresh_from_db(fields=["removed_at", "hidden_at"])
    return thread


def _lock(user: User) -> None:
    # Two requests at once must not both count to four.
    User.objects.select_for_update().get(pk=user.pk)


def _refuse_a_flood(
    mine: QuerySet, limits: tuple[tuple[int, timedelta], ...], now: datetime, *, field: str = "created_at"
) -> None:
    for most, period in limits:
        latest = list(
            mine.filter(**{f"{field}__gt": now - period})
            .order_by(f"-{field}")
            .values_list(field, flat=True)[:most]
        )
        if len(latest) == most:
            seconds = max(1, math.ceil((latest[-1] + period - now).total_seconds()))
            wait = f"{seconds} seconds" if seconds < 120 else f"{math.ceil(seconds / 60)} minutes"
            raise TooMuch(
                f"That is a lot at once. Try again in {wait}; what you wrote is still here.", seconds
            )
