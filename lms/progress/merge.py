"""A visitor signs in: what they did becomes the account's, and nothing is lost."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest

from lms.accounts.learners import find_visitor
from lms.accounts.models import Learner, User
from lms.grading.drafts import move_drafts
from lms.grading.models import Submission
from lms.progress.models import (
    Bookmark,
    LessonPlace,
    LessonRead,
    MissionDone,
    Note,
    QuizAnswer,
    ReviewCard,
)
from lms.progress.recount import recount


@transaction.atomic
def merge_visitor(request: HttpRequest, user: User) -> Learner:
    """Give the work of the visitor behind this session to `user`, and return the account's learner.

    To be called before the session becomes the account's. Without a visitor it only makes sure that the
    account has a learner. What the session of another account holds is not touched.
    """
    # The account's row is the lock: two browsers that sign in together must not both make a learner.
    User.objects.select_for_update().get(pk=user.pk)
    account = Learner.objects.filter(user=user).first()
    foreign = request.user.is_authenticated and request.user.pk != user.pk
    visitor = None if foreign else find_visitor(request)
    if visitor is None:
        return account or Learner.objects.create(user=user)
    if account is None:
        visitor.user = user
        visitor.save(update_fields=["user"])
        return visitor
    _move(visitor, account)
    visitor.delete()
    recount(account)
    return account


def _move(visitor: Learner, account: Learner) -> None:
    Submission.objects.filter(learner=visitor).update(learner=account)
    move_drafts(visitor, account)
    _move_reads(visitor, account)
    _move_places(visitor, account)
    _move_missions(visitor, account)
    _move_answers(visitor, account)
    _move_cards(visitor, account)
    _move_notes(visitor, account)
    _move_bookmarks(visitor, account)


def _move_reads(visitor: Learner, account: Learner) -> None:
    mine = {row.lesson: row for row in LessonRead.objects.filter(learner=account)}
    for row in LessonRead.objects.filter(learner=visitor):
        same = mine.get(row.lesson)
        if same is None:
            row.learner = account
            row.save(update_fields=["learner"])
        elif row.read_at < same.read_at:
            same.read_at = row.read_at
            same.save(update_fields=["read_at"])


def _move_places(visitor: Learner, account: Learner) -> None:
    mine = {row.lesson: row for row in LessonPlace.objects.filter(learner=account)}
    for row in LessonPlace.objects.filter(learner=visitor):
        same = mine.get(row.lesson)
        if same is None:
            row.learner = account
            row.save(update_fields=["learner"])
        elif row.seen_at > same.seen_at:
            same.heading, same.seen_at = row.heading, row.seen_at
            same.save(update_fields=["heading", "seen_at"])


def _move_missions(visitor: Learner, account: Learner) -> None:
    mine = {(row.lesson, row.mission): row for row in MissionDone.objects.filter(learner=account)}
    for row in MissionDone.objects.filter(learner=visitor):
        same = mine.get((row.lesson, row.mission))
        if same is None:
            row.learner = account
            row.save(update_fields=["learner"])
        elif row.done_at < same.done_at:
            same.done_at = row.done_at
            same.save(update_fields=["done_at"])


def _move_answers(visitor: Learner, account: Learner) -> None:
    mine = {(row.lesson, row.question): row for row in QuizAnswer.objects.filter(learner=account)}
    for row in QuizAnswer.objects.filter(learner=visitor):
        same = mine.get((row.lesson, row.question))
        if same is None:
            row.learner = account
            row.save(update_fields=["learner"])
        else:
            _unify_answers(row, same)
            same.save()


def _unify_answers(row: QuizAnswer, into: QuizAnswer) -> None:
    """Keep the earlier first answer, the later last one, and the earlier moment of being right."""
    if row.first_at < into.first_at:
        into.first_answers, into.first_right, into.first_at = row.first_answers, row.first_right, row.first_at
    if row.latest_at > into.latest_at:
        into.latest_answers, into.latest_at = row.latest_answers, row.latest_at
    right = [moment for moment in (row.right_at, into.right_at) if moment is not None]
    into.right_at = min(right, default=None)


def _move_cards(visitor: Learner, account: Learner) -> None:
    """Of two cards for one question the one that comes back sooner stays: it knows less."""
    mine = {(row.lesson, row.question): row for row in ReviewCard.objects.filter(learner=account)}
    for row in ReviewCard.objects.filter(learner=visitor):
        same = mine.get((row.lesson, row.question))
        if same is None:
            row.learner = account
            row.save(update_fields=["learner"])
        elif row.due_at < same.due_at:
            same.due_at, same.state = row.due_at, row.state
            same.save(update_fields=["due_at", "state"])


def _move_notes(visitor: Learner, account: Learner) -> None:
    """Two notes on one lesson become one, the account's first."""
    mine = {row.lesson: row for row in Note.objects.filter(learner=account)}
    for row in Note.objects.filter(learner=visitor):
        same = mine.get(row.lesson)
        if same is None:
            row.learner = account
            row.save(update_fields=["learner"])
        elif row.text not in same.text:
            same.text = f"{same.text}\n\n{row.text}"
            same.updated_at = max(same.updated_at, row.updated_at)
            same.save(update_fields=["text", "updated_at"])


def _move_bookmarks(visitor: Learner, account: Learner) -> None:
    mine = set(Bookmark.objects.filter(learner=account).values_list("lesson", "heading"))
    for row in Bookmark.objects.filter(learner=visitor):
        if (row.lesson, row.heading) not in mine:
            row.learner = account
            row.save(update_fields=["learner"])
