"""What a page that watches a submission hears."""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from channels.routing import URLRouter
from django.utils import timezone

from lms.grading import consumers
from lms.grading.live import announce
from lms.grading.models import Submission
from lms.grading.submit import cancel
from lms.grading.tests.factories import ExerciseFactory, LearnerFactory
from lms.routing import websocket_urlpatterns

pytestmark = pytest.mark.django_db(transaction=True)


def a_submission(**fields) -> Submission:
    return Submission.objects.create(learner=LearnerFactory(), exercise=ExerciseFactory(), files={}, **fields)


class Watching(ApplicationCommunicator):
    """A page's socket; whose it is is decided elsewhere, and said here."""

    def __init__(self, submission: Submission, learner=None) -> None:
        scope = {
            "type": "websocket",
            "path": f"/ws/submissions/{submission.pk}/",
            "user": SimpleNamespace(is_authenticated=False),
            "session": {},
        }
        super().__init__(URLRouter(websocket_urlpatterns), scope)
        self.learner = learner or submission.learner

    async def connect(self) -> None:
        await self.send_input({"type": "websocket.connect"})
        assert (await self.receive_output(timeout=2))["type"] == "websocket.accept"

    async def disconnect(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(timeout=2)


@pytest.fixture(autouse=True)
def quick():
    with patch.object(consumers, "SOONEST", 0.05), patch.object(consumers, "LATEST", 0.1):
        yield


async def hear(page: Watching) -> dict:
    return json.loads((await page.receive_output(timeout=2))["text"])


async def test_it_hears_the_whole_submission_and_every_change():
    submission = await sync_to_async(a_submission)()
    page = Watching(submission)
    with patch("lms.grading.consumers.find_learner", return_value=page.learner):
        await page.connect()
        told = await hear(page)
        assert (told["id"], told["state"], told["position"]) == (str(submission.pk), "queued", 1)
        await sync_to_async(Submission.objects.update)(state="running")
        await sync_to_async(announce)(submission)
        assert (await hear(page))["state"] == "running"
    await page.disconnect()


async def test_a_verdict_comes_with_the_message_as_the_row_has_it():
    submission = await sync_to_async(a_submission)()
    page = Watching(submission)
    with patch("lms.grading.consumers.find_learner", return_value=page.learner):
        await page.connect()
        await hear(page)
        verdict = {"state": "passed", "finished_at": timezone.now(), "checks": [{"name": "a"}], "output": "é"}
        await sync_to_async(Submission.objects.update)(**verdict)
        row = await Submission.objects.select_related("exercise").aget()
        with patch.object(consumers.SubmissionConsumer, "_read", side_effect=AssertionError("nobody reads")):
            await sync_to_async(announce)(row)
            assert await hear(page) == await sync_to_async(row.to_json)()
    await page.disconnect()


async def test_it_hears_how_the_queue_moves_and_nothing_while_it_stands():
    first, second = await sync_to_async(a_submission)(), await sync_to_async(a_submission)()
    page = Watching(second)
    with patch("lms.grading.consumers.find_learner", return_value=page.learner):
        await page.connect()
        assert (await hear(page))["position"] == 2
        assert await page.receive_nothing(timeout=0.3)
        await sync_to_async(cancel)(first)
        assert (await hear(page))["position"] == 1
        await sync_to_async(Submission.objects.filter(pk=second.pk).update)(state="running")
        assert await page.receive_nothing(timeout=0.3)
    await page.disconnect()


async def test_somebody_elses_is_not_there():
    submission = await sync_to_async(a_submission)()
    stranger = await sync_to_async(LearnerFactory)()
    page = Watching(submission, stranger)
    with patch("lms.grading.consumers.find_learner", return_value=stranger):
        await page.connect()
        closed = await page.receive_output(timeout=2)
    assert (closed["type"], closed["code"]) == ("websocket.close", 4404)


async def test_a_page_that_leaves_is_followed_no_more():
    submission = await sync_to_async(a_submission)()
    page = Watching(submission)
    with patch("lms.grading.consumers.find_learner", return_value=page.learner):
        await page.connect()
        await hear(page)
    assert len(following()) == 1
    await page.disconnect()
    async with asyncio.timeout(5):
        while following():
            await asyncio.sleep(0.01)


def following() -> list[asyncio.Task]:
    return [task for task in asyncio.all_tasks() if "_follow_place" in repr(task)]
