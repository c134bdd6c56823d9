"""Each mission is noticed by the demos site when it is done, and not before."""

import time

import pytest

from lessons.apis.celery_redis.demo import board
from lessons.apis.celery_redis.demo.models import Job

STAGE = "/stage/apis/celery_redis/"


@pytest.fixture
def lab(visit):
    browser = visit("celery_redis")
    yield browser
    with browser.world():
        for job in Job.objects.all():
            until(lambda job=job: board.card(job).finished)


def until(look, within: float = 30) -> None:
    end = time.monotonic() + within
    while not look():
        assert time.monotonic() < end
        time.sleep(0.05)


def done(browser) -> set[str]:
    state = browser.get(f"{STAGE}state").json()
    return {mission["slug"] for mission in state["missions"] if mission["done"]}


def run(browser, kind: str, **data) -> None:
    """Hand it in, and wait until its last run has been told."""
    assert browser.post(f"{kind}/", data).status_code == 302
    with browser.world():
        job = Job.objects.latest("created_at")
        until(lambda: board.card(job).finished)
    ids = {lane.task_id for lane in board_of(browser, job).lanes if lane.runs}

    def told() -> bool:
        last = {
            trace["tasks"][0]["id"]: trace["tasks"][0]["state"]
            for trace in browser.traces
            if trace["request"]["method"] == "TASK"
        }
        return all(last.get(task_id) in ("SUCCESS", "FAILURE") for task_id in ids)

    until(told)


def board_of(browser, job):
    with browser.world():
        return board.card(job)


def test_looking_around_completes_nothing(lab):
    for path in ("develop/", "charge/", "remind/", "chain/", "chord/", "print/", "beat/", "worker/"):
        assert lab.get(path).status_code == 200
    assert done(lab) == set()


def test_a_roll(lab):
    run(lab, "chord", frames=1, torn=0, pace="0.3")
    assert done(lab) == set()
    run(lab, "develop", frames=1, pace="0.3")
    assert done(lab) == {"watch_a_roll"}


def test_the_bank(lab):
    run(lab, "charge", card="good", trouble="busy", times=1)
    run(lab, "charge", card="good", trouble="lost", times=1, keyed="on")
    run(lab, "charge", card="declined", trouble="busy", times=1)
    assert done(lab) == set()
    run(lab, "charge", card="good", trouble="lost", times=1)
    assert done(lab) == {"pay_twice"}
    run(lab, "charge", card="good", trouble="busy", times=2)
    assert done(lab) == {"pay_twice", "outlast_the_bank"}


def test_a_torn_frame(lab):
    run(lab, "chord", frames=2, torn=2, pace="0.3")
    assert done(lab) == {"tear_a_frame"}


def test_revoking_a_roll_counts_for_nothing(lab):
    lab.get("worker/")
    lab.post("develop/", {"frames": 12, "pace": "0.3"})
    with lab.world():
        pk = Job.objects.latest("created_at").pk
    lab.post(f"jobs/{pk}/revoke/", {"terminate": "1"})
    assert "take_it_back" not in done(lab)


def test_revoking_counts_after_a_look_at_the_worker(lab):
    lab.get("worker/")
    for look in (False, True):
        lab.post("remind/", {"seconds": 20, "how": "countdown"})
        with lab.world():
            pk = Job.objects.latest("created_at").pk
        if look:
            assert done(lab) == set()
            lab.get("worker/")
        lab.post(f"jobs/{pk}/revoke/")
    assert done(lab) == {"take_it_back"}


def test_a_killed_process_counts_when_another_has_finished(lab):
    run(lab, "print", acks="again", pace="0.3")
    assert done(lab) == set()
    lab.post("print/", {"acks": "again", "pace": "0.7"})
    with lab.world():
        job = Job.objects.latest("created_at")
        until(lambda: job.prints.exists())
    lab.post(f"jobs/{job.pk}/kill/")
    until(lambda: done(lab) == {"kill_and_resume"})
