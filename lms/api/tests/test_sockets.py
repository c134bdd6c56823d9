"""Following a submission with a token, through the whole ASGI application."""

from __future__ import annotations

import json
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from rest_framework.test import APIClient

from lms.accounts.models import Learner, User
from lms.api.models import ApiToken
from lms.asgi import application
from lms.grading.live import announce
from lms.grading.models import Submission
from lms.grading.tests.factories import ExerciseFactory, LearnerFactory
from lms.progress.tests.steps import PASSWORD, verified_user

pytestmark = pytest.mark.django_db(transaction=True)
V1 = "django-mastery.v1"


def handshake(submission: Submission, *, subprotocols: tuple[str, ...] = (), **headers: str) -> Any:
    scope = {
        "type": "websocket",
        "path": f"/ws/submissions/{submission.pk}/",
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()],
        "subprotocols": list(subprotocols),
    }
    return ApplicationCommunicator(application, scope)


async def opened(socket: Any) -> dict[str, Any]:
    await socket.send_input({"type": "websocket.connect"})
    return await socket.receive_output(timeout=5)


async def heard(socket: Any) -> dict[str, Any]:
    return json.loads((await socket.receive_output(timeout=5))["text"])


async def ended(socket: Any) -> int:
    found = await socket.receive_output(timeout=5)
    assert found["type"] == "websocket.close"
    return found["code"]


@pytest.fixture
def ada(db) -> User:
    return verified_user("ada@example.org")


@pytest.fixture
def mine(ada: User) -> Submission:
    learner = Learner.objects.create(user=ada)
    return Submission.objects.create(learner=learner, exercise=ExerciseFactory(), files={})


@pytest.fixture
def token(ada: User) -> str:
    return ApiToken.objects.create(user=ada, name="laptop")[1]


async def test_a_script_follows_with_its_key_in_a_header(mine: Submission, token: str):
    socket = handshake(mine, authorization=f"Token {token}")
    assert (await opened(socket))["subprotocol"] is None
    assert (await heard(socket))["state"] == "queued"
    await sync_to_async(Submission.objects.update)(state="running")
    await sync_to_async(announce)(mine)
    assert (await heard(socket))["state"] == "running"
    await socket.send_input({"type": "websocket.disconnect", "code": 1000})
    await socket.wait(5)


async def test_a_page_elsewhere_offers_the_key_as_a_subprotocol_and_is_not_shown_it_again(
    mine: Submission, token: str
):
    socket = handshake(mine, subprotocols=(V1, f"token.{token}"), origin="https://editor.example.org")
    assert (await opened(socket))["subprotocol"] == V1
    assert (await heard(socket))["id"] == str(mine.pk)


async def test_a_program_follows_with_its_jwt_and_the_api_says_where(mine: Submission, ada: User, settings):
    access = await sync_to_async(sign_in)(ada)
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {access}")
    answer = await sync_to_async(client.get)(f"/api/v1/submissions/{mine.pk}/")
    assert answer.json()["socket_url"] == f"ws://testserver/ws/submissions/{mine.pk}/"
    socket = handshake(mine, subprotocols=(V1, f"bearer.{access}"))
    assert (await opened(socket))["subprotocol"] == V1
    assert (await heard(socket))["id"] == str(mine.pk)


def sign_in(user: User) -> str:
    signed_in = APIClient().post(
        "/api/auth/app/v1/auth/login", {"email": user.email, "password": PASSWORD}, format="json"
    )
    return signed_in.json()["meta"]["access_token"]


@pytest.mark.parametrize(
    "how",
    [
        {"authorization": "Token dm_nonsense"},
        {"authorization": "Token \xff"},
        {"authorization": "Bearer x.y.z"},
        {"authorization": "Basic YTpi"},
        {"subprotocols": (V1, "token.")},
        {"subprotocols": (V1, "bearer.nonsense")},
    ],
)
async def test_a_token_that_is_none_closes_with_4401(mine: Submission, how: dict[str, Any]):
    socket = handshake(mine, **how)
    assert (await opened(socket))["type"] == "websocket.accept"
    assert await ended(socket) == 4401


async def test_a_key_that_was_revoked_closes_with_4401(mine: Submission, token: str):
    await sync_to_async(ApiToken.objects.all().delete)()
    socket = handshake(mine, authorization=f"Token {token}")
    await opened(socket)
    assert await ended(socket) == 4401


async def test_somebody_elses_submission_is_not_there(token: str):
    def theirs() -> Submission:
        return Submission.objects.create(learner=LearnerFactory(), exercise=ExerciseFactory(), files={})

    socket = handshake(await sync_to_async(theirs)(), authorization=f"Token {token}")
    await opened(socket)
    assert await ended(socket) == 4404


async def test_a_key_in_the_address_is_not_looked_at(mine: Submission, token: str):
    socket = handshake(mine)
    socket.scope["query_string"] = f"token={token}".encode()
    # Without an Origin, and without a token: no page of ours.
    assert (await opened(socket))["type"] == "websocket.close"


async def test_a_cookie_still_needs_our_own_page(mine: Submission):
    socket = handshake(mine, cookie="lms_session=x", origin="https://evil.example.org")
    assert (await opened(socket))["type"] == "websocket.close"
