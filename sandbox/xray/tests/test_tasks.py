"""Celery's tasks in a trace: those that run here, and those that are sent away."""

from __future__ import annotations

import pytest
from celery import Celery
from django.http import HttpResponse
from django.test import RequestFactory

from sandbox.demos.testing import visit
from sandbox.xray.recorder import observe, own_files_in

__all__ = ["visit"]


@pytest.fixture
def celery() -> Celery:
    app = Celery("shop", broker="memory://", set_as_current=False)
    app.conf.task_always_eager = True

    @app.task(bind=True, shared=False, name="shop.charge", max_retries=2)
    def charge(self, amount, currency="EUR"):
        if self.request.retries < 1:
            raise self.retry(exc=OSError("busy"), countdown=0)
        return amount * 2

    @app.task(shared=False, name="shop.fail")
    def fail():
        raise ValueError("declined")

    return app


def tasks_of(ada, work) -> list[dict]:
    traces: list[dict] = []

    def view(request):
        work()
        return HttpResponse()

    with ada.world():
        observe(RequestFactory().get("/"), view, own=own_files_in(), sink=traces.append)
    return traces[0]["tasks"]


def test_each_try_is_an_entry_with_its_arguments_and_its_end(visit, celery):
    charge = celery.tasks["shop.charge"]
    first, second = tasks_of(visit("sandpit"), lambda: charge.delay(7, currency="SEK"))

    assert (first["name"], first["args"], first["kwargs"]) == ("shop.charge", [7], {"currency": "SEK"})
    assert (first["state"], first["retries"], first["exception"]["type"]) == ("RETRY", 0, "OSError")
    assert (second["state"], second["retries"], second["result"]) == ("SUCCESS", 1, 14)
    assert first["id"] == second["id"]
    assert second["ms"] >= 0


def test_a_failure_says_what_was_raised(visit, celery):
    (task,) = tasks_of(visit("sandpit"), celery.tasks["shop.fail"].delay)

    assert task["state"] == "FAILURE"
    assert task["exception"]["message"] == "declined"


def test_a_task_for_a_broker_is_sent(visit, celery):
    celery.conf.task_always_eager = False
    (task,) = tasks_of(visit("sandpit"), lambda: celery.tasks["shop.charge"].delay(7))

    assert (task["name"], task["state"], task["args"], task["ms"]) == ("shop.charge", "SENT", [7], None)


def test_tasks_of_a_request_are_bounded(visit, celery):
    def work():
        for _ in range(210):
            celery.tasks["shop.fail"].delay()

    assert len(tasks_of(visit("sandpit"), work)) == 200
