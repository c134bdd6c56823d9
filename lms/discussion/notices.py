"""Mail about discussions. The pages have everything: a letter that cannot be sent loses nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage, get_connection
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse

from content.models import LessonPage
from lms.accounts.models import User
from lms.discussion.models import Post, Problem, Subscription
from lms.discussion.spoilers import MODERATE, hidden_question, readers_of

logger = logging.getLogger(__name__)
SALT = "discussion.unsubscribe"


class BadToken(ValueError):
    """An address to unsubscribe by that is not ours, or whose thread is gone."""


def unsubscribe_token(subscription: Subscription) -> str:
    return signing.dumps(subscription.pk, salt=SALT)


def subscription_of(token: str) -> Subscription:
    """Return the subscription that a letter's link is of. Raises BadToken."""
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise BadToken("This link is not one of ours.") from error
    found = Subscription.objects.select_related("thread", "user").filter(pk=pk).first()
    if found is None:
        raise BadToken("The question of this link is gone.")
    return found


def tell_followers(post: Post, page: LessonPage) -> None:
    """Write to everybody who follows the thread and may see it, but to the post's own author."""
    found = Subscription.objects.filter(thread=post.thread, wanted=True, user__is_active=True)
    rows = {row.user: row for row in found.exclude(user=post.author).select_related("user")}
    letters, hidden = [], hidden_question(post.thread)
    for reader in readers_of(rows, page):
        if not reader.may_open(hidden):
            continue
        leave = _absolute(reverse("unsubscribe", args=[unsubscribe_token(rows[reader.user])]))
        context = {
            "post": post,
            "page": page,
            "shown": reader.may_read(post.thread, post),
            "url": _thread_url(post),
            "leave": leave,
        }
        letters.append(_letter(reader.user, f"Re: {post.thread.title}", "reply", context, leave=leave))
    _send(letters)


def tell_authors(post: Post, page: LessonPage) -> None:
    """Write to who wrote the lesson, and to the moderators, that there is a question."""
    context = {"post": post, "page": page, "url": _thread_url(post)}
    _send(_letters(page, post.author, f"Question: {post.thread.title}", "question", context))


def tell_of_problem(problem: Problem, page: LessonPage) -> None:
    context = {"problem": problem, "page": page, "url": _absolute(reverse("teach_problems"))}
    _send(_letters(page, problem.reported_by, f"Problem in {page.title}", "problem", context))


def tell_of_closing(problem: Problem) -> None:
    """Write to who reported the problem."""
    if problem.reported_by is None or not problem.reported_by.is_active:
        return
    page = LessonPage.objects.filter(slug=problem.lesson).first()
    context = {"problem": problem, "page": page, "url": _absolute(page.url or "/") if page else ""}
    _send([_letter(problem.reported_by, "The problem that you reported", "problem_closed", context)])


def staff_of(page: LessonPage) -> list[User]:
    """Return who is told about a lesson: its author and the moderators, or else administrators."""
    app, codename = MODERATE.split(".")
    granted = {"content_type__app_label": app, "codename": codename}
    own = Q(**{f"user_permissions__{key}": value for key, value in granted.items()})
    group = Q(**{f"groups__permissions__{key}": value for key, value in granted.items()})
    active = User.objects.filter(is_active=True, is_staff=True)
    found = list(active.filter(own | group | Q(pk=page.owner_id)).distinct().order_by("pk"))
    return found or list(active.filter(is_superuser=True).order_by("pk"))


def _letters(
    page: LessonPage, author: User | None, subject: str, template: str, context: dict[str, Any]
) -> list[EmailMessage]:
    return [_letter(user, subject, template, context) for user in staff_of(page) if user != author]


def _letter(
    user: User, subject: str, template: str, context: dict[str, Any], *, leave: str = ""
) -> EmailMessage:
    body = render_to_string(f"discussion/mail/{template}.txt", context)
    headers = {}
    if leave:
        # RFC 8058: the mail program's own button.
        headers = {"List-Unsubscribe": f"<{leave}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return EmailMessage(f"[Django Mastery] {subject}", body, to=[user.email], headers=headers)


def _send(letters: Iterable[EmailMessage]) -> None:
    letters = list(letters)
    if not letters:
        return
    try:
        get_connection().send_messages(letters)
    except (SMTPException, OSError):
        logger.exception("%d letters about a discussion were not sent", len(letters))


def _thread_url(post: Post) -> str:
    return _absolute(f"{reverse('thread', args=[post.thread_id])}#{post.anchor}")


def _absolute(path: str) -> str:
    return path if "://" in path else f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}{path}"
