"""Each mission is noticed by the demos site when it is done, and not before."""

import pytest

from lessons.apis.async_views import missions
from lessons.apis.async_views.demo import pier
from lessons.apis.async_views.demo.models import Buoy

STAGE = "/stage/apis/async_views/"


@pytest.fixture
def learner(visit):
    learner = visit("async_views")
    with learner.world():
        Buoy.objects.update(delay_ms=30)
    return learner


def done(learner) -> set[str]:
    state = learner.get(f"{STAGE}state").json()
    return {mission["slug"] for mission in state["missions"] if mission["done"]}


def test_looking_around_completes_nothing(learner):
    for path in ("", "failing/", "rows/", "rows/async/", "loop/", "leaving/", "leaving/log/"):
        assert learner.get(path).status_code == 200
    assert done(learner) == set()


def test_all_three_count_in_whatever_order(learner):
    learner.get("ask/gather/")
    learner.get("ask/sync/")
    learner.get("ask/threads/")
    learner.get("ask/gather/")
    assert done(learner) == set()
    learner.get("ask/in-turn/")
    assert done(learner) == {"all_at_once"}


def test_the_right_view_counts_after_a_refusal(learner):
    learner.get("rows/async/")
    assert done(learner) == set()
    assert learner.get("rows/lazy/").status_code == 500
    assert done(learner) == set()
    learner.get("rows/async/")
    assert done(learner) == {"refused_by_the_orm"}


def test_the_group_counts_after_gather_left_somebody_running(learner):
    with learner.world():
        Buoy.objects.exclude(pk=1).update(delay_ms=320)
    learner.get("failing/?how=group&fault=down&deadline=")
    learner.get("failing/?how=all&fault=down&deadline=")
    learner.get("failing/?how=group&fault=down&deadline=")
    assert done(learner) == set()
    learner.get("failing/?how=gather&fault=down&deadline=")
    assert done(learner) == set()
    learner.get("failing/?how=group&fault=down&deadline=")
    assert done(learner) == {"nobody_left_running"}


def test_a_partial_answer_needs_silence_and_a_clock(learner):
    learner.get("failing/?how=group&fault=&deadline=0.35")
    assert done(learner) == set()
    learner.get("failing/?how=group&fault=silent&deadline=0.35")
    assert done(learner) == {"partial_answer"}


def test_the_loop_is_freed_after_it_was_blocked(learner, monkeypatch):
    monkeypatch.setattr(pier, "SLOW", 0.3)
    learner.get("loop/?how=await")
    learner.get("loop/?how=sleep")
    assert done(learner) == set()
    learner.get("loop/?how=thread")
    assert done(learner) == {"free_the_loop"}


def told(*texts):
    return {"url_name": "log", "messages": [{"level": "info", "text": text} for text in texts]}


LEFT = [told("stream: left after 4 answers, by CancelledError."), told("async: left after 2 answers.")]
ABORTED = {"url_name": "slow_sync", "messages": [], "aborted": True}
LAST = told("sync: finished after 8 answers.")


def test_all_three_have_to_be_left():
    assert missions.leave(LAST, [*LEFT, ABORTED])
    assert missions.leave(told("stream: left", "async: left", "sync: finished"), [ABORTED])
    assert not missions.leave(LAST, LEFT)
    assert not missions.leave(LAST, [*LEFT, ABORTED | {"aborted": False}])
    assert not missions.leave(LAST, [LEFT[0], ABORTED])
    assert not missions.leave(ABORTED, [*LEFT, LAST])
