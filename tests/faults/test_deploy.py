"""A new release under load, a backup and its restoring, and what the installation tells of itself."""

from __future__ import annotations

import json
import signal
import urllib.request

import pytest

from lms.grading.tests.factories import SOLUTION
from tests.faults.installation import METRICS_TOKEN, SUBMISSIONS, Installation

pytestmark = pytest.mark.services


def test_a_deploy_under_load(site: Installation):
    with site.burst(range(60), at_once=4) as accepted:
        accepted.wait_for(15)
        site.restart("worker", signal.SIGTERM)
        accepted.wait_for(30)
        site.restart("web", signal.SIGTERM)
        accepted.wait_for(45)
        site.restart("jail", signal.SIGTERM)
    site.wait_until_done()
    site.expect_one_result_each(accepted)


def test_a_worker_that_is_told_to_stop_finishes_its_grade(site: Installation):
    submission = site.hand_in(0, slow=1)
    site.wait_for_state(submission, "running")
    site.kill("worker", signal.SIGTERM)
    assert site.processes["worker"].returncode == 0
    with site.query() as database:
        row = database.execute("SELECT state, tries FROM grading_submission").fetchone()
    assert row == ("passed", 1)
    site.start("worker")


def test_a_request_is_one_name_from_the_proxy_to_the_grade(site: Installation):
    name = "request-of-this-test"
    sent = {"Authorization": f"Token {site.keys[0]}", "X-Request-ID": name}
    status, headers, body = site.ask("POST", SUBMISSIONS, {"files": {"greetings.py": SOLUTION}}, **sent)
    assert (status, headers["x-request-id"]) == (201, name)
    site.wait_until_done()
    submission = json.loads(body)["id"]
    (graded,) = site.wait_for_events("worker", "graded", submission=submission)
    assert (graded["request_id"], graded["task"]) == (name, "grading.grade_submission")
    assert any(line["request_id"] == name for line in site.events("web", "request"))
    for log in (site.log("web"), site.log("worker")):
        assert site.keys[0] not in log
        assert "person-0@" not in log


def test_progress_is_neither_lost_nor_doubled(site: Installation):
    before = attempts_counted(site)
    accepted = [site.hand_in(person) for person in (1, 1, 2)]
    site.wait_until_done()
    for person in (1, 2, 3):
        key = {"Authorization": f"Token {site.keys[person]}"}
        lesson = json.loads(site.ask("GET", "/api/v1/progress/counting/", **key)[2])
        text = json.dumps(lesson)
        assert ("passed" in text or "true" in text) == (person != 3), lesson
    with site.query() as database:
        rows = database.execute("SELECT count(*) FROM grading_submission").fetchone()
    assert rows == (len(set(accepted)),)
    # The first of person 1 is cancelled by the second unless it was graded by then; each verdict counts once.
    graded = site.states()["passed"]
    assert 2 <= graded <= 3
    counted = {
        person: attempts - before.get(person, 0) for person, attempts in attempts_counted(site).items()
    }
    assert {person for person, more in counted.items() if more} == {"person-1", "person-2"}
    assert sum(counted.values()) == graded


def attempts_counted(site: Installation) -> dict[str, int]:
    """Return how many attempts the teacher's pages know of, by person."""
    with site.query() as database:
        rows = database.execute(
            "SELECT split_part(email, '@', 1), attempts FROM classes_tally"
            " JOIN accounts_learner ON accounts_learner.id = learner_id"
            " JOIN accounts_user ON accounts_user.id = user_id"
        ).fetchall()
    return {str(person): int(attempts) for person, attempts in rows}


def test_web_and_worker_tell_prometheus(site: Installation):
    site.hand_in(0)
    site.wait_until_done()
    assert metric(f"{site.origin}/metrics", "course_queue_length") == 0
    # The children of a worker count, and their parent tells.
    worker = f"http://127.0.0.1:{site.metrics_port}/metrics"
    assert metric(worker, 'course_grades_total{state="passed"}') >= 1
    assert metric(worker, 'course_grade_phase_seconds_count{phase="checks"}') >= 1
    assert metric(worker, "course_database_up") == 1


def metric(url: str, name: str) -> float:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {METRICS_TOKEN}"})
    for line in urllib.request.urlopen(request, timeout=10).read().decode().splitlines():
        if line.startswith(f"{name} "):
            return float(line.rpartition(" ")[2])
    raise AssertionError(f"{url} has no {name}")


def test_what_was_backed_up_under_load_comes_back_after_everything_is_destroyed(site: Installation):
    media = site.folder / "var" / "media"
    media.mkdir(exist_ok=True)
    (media / "a.txt").write_text("kept")
    backups = site.folder / "backups"
    with site.burst(range(20), at_once=2) as accepted:
        accepted.wait_for(5)
        site.manage("backup", "--to", str(backups))
    site.wait_until_done()
    site.kill("worker", signal.SIGTERM)
    (backup,) = backups.glob("course-*.tar.gz")
    with site.query() as database:
        before = database.execute("SELECT count(*) FROM accounts_user").fetchone()
        database.execute("TRUNCATE accounts_user, accounts_learner, wagtailcore_page CASCADE")
    (media / "a.txt").unlink()

    assert "Restored" in site.manage("restore", str(backup)).stdout
    assert (media / "a.txt").read_text() == "kept"
    with site.query() as database:
        assert database.execute("SELECT count(*) FROM accounts_user").fetchone() == before
        restored = [row[0] for row in database.execute("SELECT id::text FROM grading_submission").fetchall()]
        # Numbers go on where they were: a new row does not take the key of an old one.
        database.execute("INSERT INTO accounts_learner (key, created_at) VALUES (gen_random_uuid(), now())")
    assert 5 <= len(restored) <= 20
    assert set(restored) <= set(accepted)
    site.start("worker")
    site.wait_until_ready()
    # What was waiting or being graded at the moment of the backup is graded now.
    site.wait_until_done()
    assert set(site.states()) == {"passed"}
