"""Mail about discussions, which a worker writes. The pages have everything: a letter is only a hint."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from content.models import LessonPage
from lms.accounts.models import User
from lms.discussion.models import Notice, Post, Problem, Subscription
from lms.discussion.spoilers import MODERATE, hidden_question, readers_of
from lms.letters import delivery
from lms.letters.delivery import Addressed

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


def deliver(notice_id: int) -> bool:
    """Write the next letters of a notice; return whether there are more to be written now."""
    found = Notice.objects.select_related("post__thread", "post__author__voice", "problem__reported_by")
    return delivery.deliver(found, notice_id, _next_letters, now=timezone.now())


def _next_letters(notice: Notice) -> Addressed:
    """Return the next PORTION of those who might be written to, and the letters to those who are."""
    if notice.post:
        return _about_post(notice.post, notice)
    assert notice.problem is not None, "a constraint of the table"
    if notice.kind == Notice.Kind.CLOSED:
        return _about_closing(notice.problem, notice.told_up_to)
    page = _page_of(notice.problem.lesson)
    if page is None:
        return [], []
    context = {"problem": notice.problem, "url": _absolute(reverse("teach_problems"))}
    subject = f"Problem in {page.title}"
    return _to_staff(page, notice, author=notice.problem.reported_by, subject=subject, context=context)


def _about_post(post: Post, notice: Notice) -> Addressed:
    page = _page_of(post.thread.lesson)
    if page is None or post.removed_at or post.hidden_at:
        return [], []
    if notice.kind == Notice.Kind.REPLY:
        return _to_followers(post, page, notice.told_up_to)
    context = {"post": post, "url": _thread_url(post)}
    subject = f"Question: {post.thread.title}"
    return _to_staff(page, notice, author=post.author, subject=subject, context=context)


def _page_of(lesson: str) -> LessonPage | None:
    """Return the lesson's page, while its discussion can be seen: as `places` has it."""
    return LessonPage.objects.live().public().filter(slug=lesson).first()


def _to_followers(post: Post, page: LessonPage, told_up_to: int) -> Addressed:
    """To everybody who follows the thread and may see it, but to the post's own author."""
    found = Subscription.objects.filter(thread=post.thread, wanted=True, user__is_active=True)
    found = found.exclude(user=post.author).filter(user__gt=told_up_to).select_related("user")
    rows = {row.user: row for row in found.order_by("user")[: delivery.PORTION]}
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
        letter = _letter(reader.user, f"Re: {post.thread.title}", "reply", context, leave=leave)
        letters.append((reader.user, letter))
    return list(rows), letters


def _to_staff(
    page: LessonPage, notice: Notice, *, author: User | None, subject: str, context: dict[str, Any]
) -> Addressed:
    """To who wrote the lesson, and to the moderators: there is a question, or a problem."""
    users = [user for user in staff_of(page) if user.pk > notice.told_up_to][: delivery.PORTION]
    context = {**context, "page": page}
    return users, [(user, _letter(user, subject, notice.kind, context)) for user in users if user != author]


def _about_closing(problem: Problem, told_up_to: int) -> Addressed:
    """To who reported the problem."""
    user = problem.reported_by
    if problem.closed_at is None or user is None or not user.is_active or user.pk <= told_up_to:
        return [], []
    page = LessonPage.objects.filter(slug=problem.lesson).first()
    context = {"problem": problem, "page": page, "url": _absolute(page.url or "/") if page else ""}
    return [user], [(user, _letter(user, "The problem that you reported", "problem_closed", context))]


def staff_of(page: LessonPage) -> list[User]:
    """Return who is told about a lesson: its author and the moderators, or else administrators."""
    app, codename = MODERATE.split(".")
    granted = {"content_type__app_label": app, "codename": codename}
    own = Q(**{f"user_permissions__{key}": value for key, value in granted.items()})
    group = Q(**{f"groups__permissions__{key}": value for key, value in granted.items()})
    active = User.objects.filter(is_active=True, is_staff=True)
    found = list(active.filter(own | group | Q(pk=page.owner_id)).distinct().order_by("pk"))
    return found or list(active.filter(is_superuser=True).order_by("pk"))


def _letter(
    user: User, subject: str, template: str, context: dict[str, Any], *, leave: str = ""
) -> EmailMessage:
    body = render_to_string(f"discussion/mail/{template}.txt", context)
    headers = {}
    if leave:
        # RFC 8058: the mail program's own button.
        headers = {"List-Unsubscribe": f"<{leave}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return EmailMessage(f"[Django Mastery] {subject}", body, to=[user.email], headers=headers)


def _thread_url(post: Post) -> str:
    return _absolute(post.get_absolute_url())


def _absolute(path: str) -> str:
    return path if "://" in path else f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}{path}"
