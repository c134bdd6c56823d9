"""Redis and PostgreSQL go away in the middle of the work and come back: with it, without it, with no room."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time

import pytest

from lms.grading.tests.factories import SOLUTION
from tests.faults.installation import SUBMISSIONS, Installation
from tests.faults.missions import LESSON

pytestmark = pytest.mark.services

HTML = {"Accept": "text/html"}


def readiness_of(site: Installation, part: str) -> str:
    _, _, body = site.ask("GET", "/readyz")
    return str(json.loads(body)[part])


def test_redis_is_restarted(site: Installation):
    with site.burst(range(40), at_once=4) as accepted:
        accepted.wait_for(10)
        site.broker.stop()
        accepted.wait_for(20)  # while it is gone
        assert "queue (Redis) does not answer" in readiness_of(site, "broker")
        site.broker.start()
    site.wait_until_done()
    site.expect_one_result_each(accepted)


def test_what_is_handed_in_without_redis_says_so_and_is_graded_later(site: Installation):
    site.broker.stop()
    try:
        submission = site.hand_in(0)
        key = {"Authorization": f"Token {site.keys[0]}"}
        _, _, body = site.ask("GET", f"/api/v1/submissions/{submission}/", **key)
        told = json.loads(body)
        assert told["state"] == "ours"
        assert "will be graded by itself" in told["message"]
        status, _, page = site.ask("GET", "/", **HTML)
        assert (status, b"Sheep" in page or b"sheep" in page) == (200, True), "pages do not need Redis"
    finally:
        site.broker.start()
    site.wait_until_done()
    site.expect_one_result_each([submission])


def test_redis_is_flushed(site: Installation):
    site.processes["worker"].send_signal(signal.SIGSTOP)
    try:
        accepted = [site.hand_in(person) for person in range(10)]
        port = str(site.broker.port)
        subprocess.run(["redis-cli", "-p", port, "FLUSHALL"], check=True, capture_output=True)
    finally:
        site.processes["worker"].send_signal(signal.SIGCONT)
    site.wait_until_done()
    site.expect_one_result_each(accepted)


def test_postgresql_is_restarted(site: Installation):
    # Somebody reads, from connections that are kept (lms/newcomers.py).
    reader = {**HTML, "Cookie": site.ask("GET", LESSON, **HTML)[1]["set-cookie"].partition(";")[0]}
    assert {site.ask("GET", LESSON, **reader)[0] for _ in range(8)} == {200}
    with site.burst(range(40), at_once=4) as accepted:
        accepted.wait_for(15)
        # At once, as after a crash: every connection ends in the middle of what it did.
        site.database.stop(signal.SIGQUIT)
        expect_that_the_database_is_said_to_be_gone(site)
        assert site.ask("GET", LESSON, **reader)[0] == 503
        site.database.start()
    site.wait_until_ready()
    assert {site.ask("GET", LESSON, **reader)[0] for _ in range(8)} == {200}
    site.wait_until_done()
    site.expect_one_result_each(accepted)


def expect_that_the_database_is_said_to_be_gone(site: Installation) -> None:
    assert site.ask("GET", "/livez")[0] == 200
    assert "database does not answer" in readiness_of(site, "database")
    status, headers, page = site.ask("GET", "/exercises/counting/repair_fence/", **HTML)
    assert (status, headers["retry-after"]) == (503, "10")
    assert b"cannot reach its database" in page
    assert headers["x-request-id"].encode() in page
    key = {"Authorization": f"Token {site.keys[0]}"}
    status, headers, body = site.ask("POST", SUBMISSIONS, {"files": {}}, **key)
    assert (status, headers["content-type"]) == (503, "application/problem+json")
    assert "Try again" in json.loads(body)["detail"]


def test_the_databases_disk_is_full(site: Installation):
    if not site.on_a_small_disk:
        pytest.skip("no small disk can be mounted here")
    before = [site.hand_in(person) for person in range(5)]
    site.wait_until_done()
    ballast = site.database.folder / "ballast"
    with open(ballast, "wb", buffering=0) as file:
        fill(file)
    try:
        seen = set()
        for person in range(100, 160):
            # Nothing that PostgreSQL could press together, and of each person one.
            files = {"greetings.py": SOLUTION + f"\n# {os.urandom(60_000).hex()}\n"}
            key = {"Authorization": f"Token {site.keys[person]}"}
            status, _, body = site.ask("POST", SUBMISSIONS, {"files": files}, **key)
            seen.add(status)
            if status == 201:
                before.append(str(json.loads(body)["id"]))
            if status in (503, 507):
                assert "What you had saved is safe" in json.loads(body)["detail"]
                break
        assert seen & {503, 507}, seen
    finally:
        ballast.unlink()
    site.revive_database()
    site.wait_until_ready()
    accepted = [*before, *(site.hand_in(person) for person in range(10, 15))]
    site.wait_until_done()
    site.expect_one_result_each(accepted)


def fill(file) -> None:
    """Write until there is no room for another byte."""
    for size in (1 << 20, 1 << 12):
        try:
            while True:
                file.write(b"\0" * size)
        except OSError:
            continue


def test_a_jail_that_is_gone_is_said_and_the_work_waits_for_it(site: Installation):
    site.kill("jail")
    submission = site.hand_in(0)
    key = {"Authorization": f"Token {site.keys[0]}"}
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        told = json.loads(site.ask("GET", f"/api/v1/submissions/{submission}/", **key)[2])
        if told["state"] == "ours":
            break
        time.sleep(0.1)
    assert "Grading is unavailable on this server" in told["message"]
    assert "no jail answers" in readiness_of(site, "grader")
    site.start("jail")
    site.wait_until_done()
    site.expect_one_result_each([submission])
