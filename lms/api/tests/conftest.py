from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.test import Client
from rest_framework.test import APIClient

from lms.accounts.models import User
from lms.api.models import ApiToken
from lms.progress.tests.conftest import (  # noqa: F401 - a published lesson, and somebody with an account
    exercise,
    lesson_folder,
    lesson_page,
    second_lesson,
    user,
)
from lms.progress.tests.steps import PASSWORD


@pytest.fixture(autouse=True)
def _nobody_is_throttled_yet() -> None:
    cache.clear()


@pytest.fixture
def sent() -> Iterator[object]:
    """What was put into the queue; nothing grades it."""
    with patch("lms.grading.tasks.grade_submission.delay") as delay:
        yield delay


@pytest.fixture
def key(user: User) -> str:  # noqa: F811
    return ApiToken.objects.create(user=user, name="my laptop")[1]


@pytest.fixture
def api(key: str) -> APIClient:
    """A script with a key."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {key}")
    return client


@pytest.fixture
def person(user: User) -> APIClient:  # noqa: F811
    """A program that signed in with the address and the password."""
    signed_in = Client().post(
        "/api/auth/app/v1/auth/login",
        {"email": user.email, "password": PASSWORD},
        content_type="application/json",
    )
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {signed_in.json()['meta']['access_token']}")
    return client
