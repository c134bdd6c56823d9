"""The tables that a teacher may take along, by django-import-export."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet
from import_export import fields, resources, widgets

from lms.accounts.models import Learner
from lms.classes.models import Tally
from lms.classes.seeing import Scope
from lms.grading.models import Submission

# What a spreadsheet would take for a formula, or for the start of a command.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
# What XML 1.0, and so a spreadsheet, has no way to write.
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def safe_cell(value: Any) -> Any:
    """Return the value as a spreadsheet may have it: text is never a formula, times are in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat(sep=" ")
    if not isinstance(value, str):
        return value
    text = _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", value)
    return f"'{text}" if text.startswith(_FORMULA) else text


class SafeResource(resources.Resource):
    """A table of declared columns only; every cell is safe to open."""

    def export_field(self, field: Any, instance: Any, **kwargs: Any) -> Any:
        return safe_cell(super().export_field(field, instance, **kwargs))


def column(attribute: str, name: str) -> fields.Field:
    # The plain widget would turn numbers and times into text.
    return fields.Field(attribute=attribute, column_name=name, widget=_AsItIs())


class _AsItIs(widgets.Widget):
    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return "" if value is None else value


class _Shown(_AsItIs):
    """Somebody as the pages call them: by name, or else by address."""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return str(value)


class LearnerResource(SafeResource):
    """One row a learner; the rows are those of people_views.learner_rows."""

    name = column("name", "name")
    email = column("email", "email")
    lessons_started = column("started", "lessons started")
    lessons_done = column("through", "lessons done")
    exercises_tried = column("tried", "exercises tried")
    exercises_passed = column("passed", "exercises passed")
    attempts = column("made", "attempts")
    stuck_at = column("stuck", "exercises stuck at now")
    last_seen = column("last", "last seen (UTC)")


class ExerciseResource(SafeResource):
    """One row an exercise, of the scope's figures."""

    exercise = column("name", "exercise")
    title = column("title", "title")
    started = column("started", "learners who tried")
    passed = column("passed", "learners who passed")
    attempts = column("attempts", "attempts")
    stuck = column("stuck", "stuck now")
    tries = column("tries", "tries to pass (median)")
    quartile = column("lower", "seconds to pass (lower quartile)")
    median = column("median", "seconds to pass (median)")
    upper = column("upper", "seconds to pass (upper quartile)")


class WorkResource(SafeResource):
    """One row a learner and exercise."""

    name = fields.Field(attribute="learner__user", column_name="name", widget=_Shown())
    email = column("learner__user__email", "email")
    exercise = column("exercise__name", "exercise")
    attempts = column("attempts", "attempts")
    first_at = column("first_at", "first attempt (UTC)")
    last_at = column("last_at", "latest attempt (UTC)")
    passed_at = column("passed_at", "passed (UTC)")
    tries_to_pass = column("tries_to_pass", "tries to pass")
    seconds_to_pass = column("seconds_to_pass", "seconds to pass")

    def rows(self, scope: Scope) -> QuerySet[Tally]:
        found = scope.restrict(Tally.objects.filter(learner__user__isnull=False))
        return (
            found.select_related("learner__user", "exercise")
            .only(
                *("attempts", "first_at", "last_at", "passed_at", "tries_to_pass", "seconds_to_pass"),
                *("exercise__lesson", "exercise__slug", "learner__user__email"),
                *("learner__user__first_name", "learner__user__last_name"),
            )
            .order_by("pk")
        )


class AttemptResource(SafeResource):
    """One row an attempt, without its code."""

    id = column("pk", "attempt")
    email = column("learner__user__email", "email")
    exercise = column("exercise__name", "exercise")
    state = column("state", "state")
    created_at = column("created_at", "handed in (UTC)")
    duration_ms = column("duration_ms", "graded in ms")

    def dehydrate_id(self, row: Submission) -> str:
        return str(row.pk)

    def rows(self, scope: Scope) -> QuerySet[Submission]:
        found = scope.restrict(Submission.objects.filter(learner__user__isnull=False))
        return (
            found.select_related("learner__user", "exercise")
            .only(
                *("state", "created_at", "duration_ms"),
                *("exercise__lesson", "exercise__slug", "learner__user__email"),
            )
            .order_by("-created_at")
        )


def learners_in(scope: Scope) -> QuerySet[Learner]:
    found = scope.restrict(Learner.objects.filter(user__isnull=False), "pk")
    return found.select_related("user").order_by("user__email")
