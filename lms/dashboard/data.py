"""All that is kept about an account, as plain values for its owner."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db.models import QuerySet

from lms.accounts.models import Learner, User
from lms.classes.models import Failure, Membership, Standing, Tally
from lms.discussion.models import Complaint, Post, Problem, Subscription, Thread, Voice
from lms.grading.models import Draft, Feedback, Submission, Trial
from lms.progress.models import (
    Bookmark,
    Certificate,
    LessonPlace,
    LessonRead,
    MissionDone,
    Note,
    QuizAnswer,
    ReviewCard,
)

# What is told of each row that refers to a learner.
FIELDS: dict[type, tuple[str, ...]] = {
    LessonRead: ("lesson", "read_at"),
    LessonPlace: ("lesson", "heading", "seen_at"),
    MissionDone: ("lesson", "mission", "done_at"),
    QuizAnswer: (
        "lesson",
        "question",
        "first_answers",
        "first_at",
        "latest_answers",
        "latest_at",
        "right_at",
    ),
    ReviewCard: ("lesson", "question", "due_at", "state"),
    Note: ("lesson", "text", "updated_at"),
    Bookmark: ("lesson", "heading", "created_at"),
    Certificate: ("id", "title", "name", "lessons", "credential", "issued_at"),
    Membership: ("cohort__name", "joined_at"),
    Standing: ("lesson", "first_at", "last_at", "read", "missions", "passed"),
    Tally: (
        *("exercise__lesson", "exercise__slug", "attempts", "first_at", "last_at"),
        *("passed_at", "tries_to_pass", "seconds_to_pass"),
    ),
    Failure: ("pattern__exercise__lesson", "pattern__exercise__slug", "pattern__checks", "times", "last_at"),
    Draft: ("exercise__lesson", "exercise__slug", "files", "updated_at"),
    Submission: (
        *("exercise__lesson", "exercise__slug", "files", "state", "message"),
        *("created_at", "finished_at", "duration_ms"),
    ),
}


def data_of(user: User) -> dict[str, Any]:
    """Return what is kept about the account, by kind. A query for each kind that there is."""
    learner = Learner.objects.filter(user=user).first()
    return {
        "account": {
            "email": user.email,
            "first_name": user.first_name,
            "last_name": user.last_name,
            "date_joined": user.date_joined,
            "last_login": user.last_login,
            "is_staff": user.is_staff,
        },
        "addresses": _rows(EmailAddress.objects.filter(user=user), "email", "verified", "primary"),
        "connections": _rows(
            SocialAccount.objects.filter(user=user), "provider", "uid", "date_joined", "extra_data"
        ),
        "second_factors": _rows(
            Authenticator.objects.filter(user=user), "type", "created_at", "last_used_at"
        ),
        "sessions": _rows(UserSession.objects.filter(user=user), "created_at", "ip", "user_agent"),
        "discussion": {
            "name": list(Voice.objects.filter(user=user).values_list("name", flat=True)),
            "questions": _rows(
                Thread.objects.filter(author=user), "lesson", "exercise", "title", "created_at"
            ),
            "posts": _rows(
                Post.objects.filter(author=user),
                *("thread", "thread__title", "text", "is_spoiler", "created_at", "edited_at", "removed_at"),
            ),
            "follows": _rows(Subscription.objects.filter(user=user), "thread", "thread__title", "wanted"),
            "problems": _rows(
                Problem.objects.filter(reported_by=user), "lesson", "block_name", "kind", "text", "created_at"
            ),
            "reported_posts": _rows(Complaint.objects.filter(reported_by=user), "post", "text", "created_at"),
        },
        "learning": {
            model.__name__: _rows(model.objects.filter(learner=learner), *fields)  # type: ignore[attr-defined]
            for model, fields in FIELDS.items()
        }
        if learner
        else {},
        "trials_of_drafts": _rows(
            Trial.objects.filter(author=user),
            *("exercise__lesson", "exercise__slug", "files", "state", "created_at"),
        ),
        "comments_on_attempts": _rows(
            Feedback.objects.filter(submission__learner=learner),
            *("submission", "text", "created_at", "read_at"),
        )
        if learner
        else [],
    }


def _rows(found: QuerySet[Any], *fields: str) -> list[dict[str, Any]]:
    return list(found.order_by("pk").values(*fields))
