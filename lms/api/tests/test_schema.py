"""Everything that the schema says holds for whatever comes, in every role: made up by schemathesis."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from rest_framework.throttling import SimpleRateThrottle
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from content.models import Exercise, LessonPage
from lms.accounts.groups import TEACHERS, ensure_roles
from lms.accounts.models import Learner
from lms.classes.cohorts import open_class
from lms.classes.models import Membership
from lms.progress.models import ReviewCard
from lms.progress.places import headings_of
from lms.progress.questions import questions_of
from lms.progress.reviews import begin_review
from lms.progress.tests.steps import submit

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = 12  # for each operation, in each role


@pytest.fixture
def operations(monkeypatch, db) -> list[Any]:
    rates = {**SimpleRateThrottle.THROTTLE_RATES, "anon": "99999/min", "user": "99999/min"}
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", rates)
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", get_wsgi_application())
    found = [result.ok() for result in schema.get_all_operations()]
    assert len(found) > 20
    return found


@pytest.mark.parametrize("role", ["anonymous", "script", "person"])
def test_every_answer_is_one_that_the_schema_has(role, operations, request, exercise: Exercise, user, sent):
    headers = {"Accept-Encoding": "identity"}
    if role == "script":
        headers["Authorization"] = f"Token {request.getfixturevalue('key')}"
    if role == "person":
        headers["Authorization"] = request.getfixturevalue("person")._credentials["HTTP_AUTHORIZATION"]
    if role == "person":  # and teaches, too
        user.is_staff = True
        user.save()
        user.groups.add(ensure_roles()[TEACHERS])
    cohort = open_class(teacher=user, name="Monday", starts_on=timezone.localdate())
    learner = Learner.objects.get_or_create(user=user)[0]
    Membership.objects.create(cohort=cohort, learner=learner, joined_at=timezone.now())
    mine = submit(learner, exercise)
    page, then = LessonPage.objects.get(slug=exercise.lesson), timezone.now() - timedelta(days=40)
    key = next(iter(questions_of(page)))
    begin_review(learner=learner, lesson=page.slug, question=key, right=True, now=then)
    answered: set[int] = set()
    for operation in operations:
        if role == "script" and operation.path == "/api/v1/tokens/current/":
            continue  # It would revoke the key that all the others need.
        # What exists, so that not every made-up address is a 404.
        real = {"lesson": exercise.lesson, "slug": exercise.slug, "submission_id": str(mine.pk)}
        real |= {"heading": headings_of(page)[0].id, "card": ReviewCard.objects.get().pk, "cohort": cohort.pk}
        if operation.path.startswith("/api/v1/lessons/"):
            real["slug"] = exercise.lesson
        answered |= statuses(operation, real, headers)
    assert 200 in answered
    assert (401 in answered) == (role == "anonymous")


def statuses(operation: Any, real: dict[str, Any], headers: dict[str, str]) -> set[int]:
    """Try an operation with made-up parameters and bodies; return the statuses of what it answered."""
    answered: set[int] = set()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), known=st.booleans())
    def try_it(case: Any, known: bool) -> None:
        if known:
            parameters = case.path_parameters or {}
            case.path_parameters = {name: real.get(name, value) for name, value in parameters.items()}
        response = case.call(headers=headers)
        answered.add(response.status_code)
        case.validate_response(response, checks=CHECKS)

    try_it()
    return answered
