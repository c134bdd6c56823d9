"""Who orders too much of the jail is told for how long to wait, and keeps it from nobody else."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.http import JsonResponse
from django.test import Client

from content.models import Exercise
from content.tests.folders import write_syllabus
from lms.grading import floods

pytestmark = pytest.mark.django_db
HERE, THERE = "203.0.113.7", "198.51.100.7"


@pytest.fixture(autouse=True)
def _nothing_counted(settings):
    settings.ORDERS_OF_A_NETWORK = "4/minute"
    cache.clear()


@pytest.fixture
def address(tmp_path, settings):
    settings.LESSONS_DIR = write_syllabus(tmp_path).parent.parent
    call_command("load_lessons", stdout=StringIO(), stderr=StringIO())
    exercise = Exercise.objects.get(lesson="counting")
    return f"/exercises/{exercise.lesson}/{exercise.slug}/"


def order(url: str, **extra: str):
    """Files that are none, from somebody new: an order like any other, and refused without a jail."""
    body = json.dumps({"files": {"../escape.py": ""}})
    return Client().post(url, body, content_type="application/json", **extra)


@pytest.mark.parametrize("work", ["submissions/", "preview/"])
def test_a_network_is_slowed_down_though_each_comes_as_somebody_new(address, work):
    url = address + work
    assert [order(url, REMOTE_ADDR=HERE).status_code for _ in range(5)] == [400, 400, 400, 400, 429]
    refused = order(url, REMOTE_ADDR=HERE)
    assert refused.json()["error"].startswith(
        "Too much is run from your network at the moment. Try again in "
    )
    assert 0 < int(refused["Retry-After"]) <= 60
    assert order(url, REMOTE_ADDR=THERE).status_code == 400


def test_another_address_of_the_same_network_is_none(address):
    tries = [order(address + "preview/", REMOTE_ADDR=f"2001:db8:0:1::{n:x}").status_code for n in range(1, 6)]
    assert tries == [400, 400, 400, 400, 429]
    assert order(address + "preview/", REMOTE_ADDR="2001:db8:0:2::1").status_code == 400


def test_what_is_run_is_not_counted_as_handed_in_and_this_machine_not_at_all(address):
    for _ in range(4):
        order(address + "preview/", REMOTE_ADDR=HERE)
    assert order(address + "submissions/", REMOTE_ADDR=HERE).status_code == 400
    assert {order(address + "preview/").status_code for _ in range(6)} == {400}


def test_a_learner_who_runs_a_project_again_and_again_has_to_wait(address, monkeypatch):
    monkeypatch.setattr(floods, "MOST_BOOTS_A_MINUTE", 2)
    # That it boots is tested elsewhere; here it is counted.
    monkeypatch.setattr(
        "lms.grading.preview_views.boot", lambda *args, **kwargs: JsonResponse({}, status=201)
    )
    mine = Client()
    files = json.dumps({"files": Exercise.objects.get(lesson="counting").solution})

    def run(client):
        return client.post(address + "preview/", files, content_type="application/json")

    assert [run(mine).status_code for _ in range(3)] == [201, 201, 429]
    assert run(mine).json()["error"].startswith("You ran your project 2 times in a minute. Try again in ")
    assert run(Client()).status_code == 201
