"""What becomes of a job, on a real worker with processes of its own."""

import os
import time

import pytest

from lessons.apis.celery_redis.demo import beat, board, orders, worker
from lessons.apis.celery_redis.demo.models import Event, Job, Round

DEVELOP = {"frames": 2, "pace": "0.3"}
CHARGE = {"card": "good", "trouble": "busy", "times": 1}
PRINT = {"acks": "early", "pace": "0.3"}
REMIND = {"seconds": 1, "how": "countdown"}


@pytest.fixture
def lab(visit):
    """A visitor whose jobs are over before the test is: their world goes with it."""
    browser = visit("celery_redis")
    yield browser
    with browser.world():
        beat.stop()
        for job in Job.objects.all():
            until(lambda job=job: board.card(job), lambda card: card.finished)


def until(look, enough, within: float = 30):
    """Look again until it is enough, on a busy machine too."""
    end = time.monotonic() + within
    while not enough(found := look()):
        assert time.monotonic() < end, found
        time.sleep(0.05)
    return found


def hand_in(browser, kind: str, data: dict) -> str:
    response = browser.post(f"{kind}/", data)
    assert response.status_code == 302, response.content.decode()
    with browser.world():
        return Job.objects.latest("created_at").pk


def card(browser, pk):
    with browser.world():
        return board.card(Job.objects.get(pk=pk))


def finished(browser, pk):
    return until(lambda: card(browser, pk), lambda found: found.finished)


def running(browser, pk, at_least: int = 0):
    """Until a process runs it, and has printed so many sheets."""

    def look():
        with browser.world():
            job = Job.objects.get(pk=pk)
            return board.card(job), job.prints.count()

    return until(look, lambda found: found[0].running and found[1] >= at_least)[0]


def states(found) -> list[str]:
    return [lane.state for lane in found.lanes]


def test_a_task_runs_in_another_process_while_the_answer_has_gone(lab):
    pk = hand_in(lab, "develop", DEVELOP)
    found = finished(lab, pk)
    assert states(found) == ["success"]
    (run,) = found.lanes[0].runs
    assert run.pid not in (None, os.getpid())
    assert run.seconds >= 0.6
    assert [event.kind for event in found.lanes[0].events] == ["sent", "started", "ended"]


def test_progress_is_read_from_the_backend(lab):
    pk = hand_in(lab, "develop", {"frames": 5, "pace": "0.3"})
    seen = until(lambda: card(lab, pk), lambda found: found.lanes and found.lanes[0].progress)
    assert 1 <= seen.lanes[0].progress["done"] <= 5
    assert seen.lanes[0].progress["of"] == 5


def test_a_retry_is_held_back_for_its_wait(lab):
    pk = hand_in(lab, "charge", CHARGE)
    (lane,) = finished(lab, pk).lanes
    assert [run.state for run in lane.runs] == ["retry", "success"]
    (held,) = [segment.seconds for segment in lane.segments if segment.state == "held"]
    assert 0.7 < held < 1.3
    with lab.world():
        assert Job.objects.get(pk=pk).payments.count() == 1


def test_a_declined_card_is_not_asked_again(lab):
    found = finished(lab, hand_in(lab, "charge", CHARGE | {"card": "declined"}))
    assert states(found) == ["failure"]
    assert len(found.lanes[0].runs) == 1
    assert "Declined" in found.lanes[0].told


def test_an_answer_that_is_lost_is_booked_twice_without_a_key(lab):
    without = hand_in(lab, "charge", CHARGE | {"trouble": "lost"})
    with_key = hand_in(lab, "charge", CHARGE | {"trouble": "lost", "keyed": "on"})
    for pk, booked in ((without, 2), (with_key, 1)):
        finished(lab, pk)
        with lab.world():
            assert Job.objects.get(pk=pk).payments.count() == booked


def test_a_reminder_is_held_by_the_worker_and_can_be_revoked(lab):
    pk = hand_in(lab, "remind", {"seconds": 20, "how": "countdown"})
    until(lambda: lab.get("worker/").text, lambda text: "Not before" in text and "lab.remind" in text)
    assert states(card(lab, pk)) == ["held"]
    lab.post(f"jobs/{pk}/revoke/")
    found = finished(lab, pk)
    assert states(found) == ["revoked"]
    assert found.lanes[0].runs == []
    assert lab.mail == []


def test_a_reminder_is_mailed_at_its_time(lab):
    found = finished(lab, hand_in(lab, "remind", {"seconds": 1, "how": "eta"}))
    assert found.lanes[0].segments[0].state == "held"
    (letter,) = lab.mail
    assert letter["subject"] == "Your prints are ready"


def test_what_expires_is_thrown_away_by_the_worker(lab):
    pk = hand_in(lab, "remind", {"seconds": 2, "how": "countdown", "expires": 1})
    found = finished(lab, pk)
    assert states(found) == ["expired"]
    assert lab.mail == []


def test_a_chain_hands_results_on(lab):
    found = finished(lab, hand_in(lab, "chain", DEVELOP))
    assert [(lane.name, lane.state) for lane in found.lanes] == [
        ("lab.develop", "success"),
        ("lab.scan", "success"),
        ("lab.remind", "success"),
    ]
    assert "'scanned': 2" in found.lanes[1].told
    second = found.lanes[1].events[0]
    assert second.kind == Event.Kind.SENT
    assert second.pid == found.lanes[0].runs[0].pid  # sent by the process that ran the first


def test_a_chord_waits_for_all_and_keeps_their_order(lab):
    found = finished(lab, hand_in(lab, "chord", {"frames": 4, "torn": 0, "pace": "0.3"}))
    assert len(found.lanes) == 5
    assert set(states(found)) == {"success"}
    assert "[1, 2, 3, 4]" in found.lanes[-1].told
    assert len({lane.runs[0].pid for lane in found.lanes[:4]}) > 1


def test_a_torn_frame_takes_the_sheet_along_and_not_its_siblings(lab):
    found = finished(lab, hand_in(lab, "chord", {"frames": 3, "torn": 2, "pace": "0.3"}))
    by_name = [(lane.name, lane.state) for lane in found.lanes]
    assert by_name.count(("lab.scan_frame", "success")) == 2
    assert by_name.count(("lab.scan_frame", "failure")) == 1
    assert by_name[-1] == ("lab.contact_sheet", "failure")
    assert "ChordError" in found.lanes[-1].told


def test_killed_processes(lab):
    ways = {"early": {}, "again": {}, "careful": {"acks": "again", "careful": True}}
    pks = {}
    for name, options in ways.items():
        with lab.world():
            order = {"acks": name, "careful": False, "pace": 0.5} | options
            pks[name] = orders.hand_in("print", name, order).pk
    for pk in pks.values():
        running(lab, pk, at_least=1)
        lab.post(f"jobs/{pk}/kill/")
    found = {name: finished(lab, pk) for name, pk in pks.items()}

    assert {name: states(card) for name, card in found.items()} == {
        "early": ["lost"],
        "again": ["success"],
        "careful": ["success"],
    }
    assert "WorkerLostError" in found["early"].lanes[0].told
    for name in ("again", "careful"):
        first, second = found[name].lanes[0].runs
        assert (first.state, second.state) == ("lost", "success")
        assert first.pid != second.pid
    with lab.world():
        used = {name: Job.objects.get(pk=pk).prints.count() for name, pk in pks.items()}
    assert used["early"] < 6 < used["again"]
    assert used["careful"] == 6


def test_nobodys_process_is_killed_when_nothing_runs(lab):
    pk = hand_in(lab, "develop", DEVELOP)
    finished(lab, pk)
    with lab.world():
        assert worker.kill(Job.objects.get(pk=pk)) is None


def test_revoke_leaves_a_running_task_alone_and_terminate_does_not(lab):
    pk = hand_in(lab, "print", PRINT)
    running(lab, pk, at_least=1)
    lab.post(f"jobs/{pk}/revoke/")
    assert states(finished(lab, pk)) == ["success"]
    pk = hand_in(lab, "print", PRINT)
    running(lab, pk, at_least=1)
    lab.post(f"jobs/{pk}/revoke/", {"terminate": "1"})
    assert states(finished(lab, pk)) == ["revoked"]


def test_beat_sends_until_it_is_stopped(lab):
    lab.post("beat/")

    def rounds():
        with lab.world():
            return Round.objects.count()

    until(rounds, lambda count: count >= 1)
    lab.post("beat/", {"stop": "1"})
    with lab.world():
        assert not beat.running()


def test_the_lab_is_full_at_some_point(lab):
    for _ in range(8):
        hand_in(lab, "remind", {"seconds": 20, "how": "countdown"})
    response = lab.post("remind/", {"seconds": 3, "how": "countdown"})
    assert response.status_code == 429
    assert "8 jobs are under way" in response.text
    with lab.world():
        pks = list(Job.objects.values_list("pk", flat=True))
    for pk in pks:
        lab.post(f"jobs/{pk}/revoke/")


def test_nonsense_is_refused(lab):
    assert lab.post("develop/", {"frames": 99, "pace": "0.3"}).status_code == 400
    assert lab.get("nonsense/").status_code == 404


def test_a_visitors_tasks_are_their_own(visit, lab):
    other = visit("celery_redis")
    pk = hand_in(lab, "develop", {"frames": 4, "pace": "0.3"})
    running(lab, pk)
    assert "lab.develop" not in other.get("worker/").text
    finished(lab, pk)
    with other.world():
        assert not Job.objects.exists()


def test_a_run_is_in_the_xray(lab):
    pk = hand_in(lab, "charge", CHARGE)
    finished(lab, pk)

    def runs():
        return [trace for trace in lab.traces if trace["request"]["method"] == "TASK"]

    found = until(runs, lambda traces: [t["response"]["status"] for t in traces] == [503, 200])
    assert {trace["url_name"] for trace in found} == {"lab.charge"}
    assert found[0]["tasks"][0]["exception"]["type"] == "Busy"
    assert found[0]["tasks"][1]["state"] == "SENT"
    assert any('"celery_redis_payment"' in query["sql"] for query in found[1]["queries"])
