"""Servers that a visitor gets: real, bounded, and gone when they have to be."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lessons.deployment.gunicorn_nginx.demo import bursts, houses, slow, statics
from lessons.deployment.gunicorn_nginx.demo.client import ask

ROOT = Path(__file__).parents[4]


@pytest.fixture(scope="module")
def house():
    opened = houses.open_one(houses.Choice())
    yield opened
    houses.close(opened.token)


def wait_for(condition, seconds: float = 30.0):
    until = time.monotonic() + seconds
    while not (found := condition()) and time.monotonic() < until:
        time.sleep(0.05)
    return found


def test_it_pours(house):
    answer = ask(house.front, "/")
    assert (answer.status, answer.header("X-Blend")) == (200, "Assam")
    assert int(answer.header("X-Worker")) in [worker["pid"] for worker in house.workers()]
    assert answer.header("Server") == (
        "nginx/" + answer.header("Server")[6:] if house.has_nginx else "gunicorn"
    )
    # Its opening left no errors behind: nginx was asked when somebody was there to answer.
    assert [line for line in house.tail("nginx-error.log") if "connect() to unix" in line] == []


def test_its_folder_lets_nobody_else_in(house):
    assert house.folder.stat().st_mode & 0o077 == 0
    assert houses.common_folder().stat().st_mode & 0o077 == 0


@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="needs /proc")
def test_its_processes_have_limits(house):
    pids = houses._who_works_in(house.folder)
    assert len(pids) >= 4
    for pid in pids:
        limits = Path(f"/proc/{pid}/limits").read_text()
        assert str(1024 * 1024**2) in limits.split("Max address space")[1].split("\n")[0]
        assert limits.split("Max cpu time")[1].split()[0] == "90"


def test_only_its_own_workers_can_be_killed(house):
    assert not house.kill(os.getpid(), signal.SIGTERM)
    assert not house.kill(house.stats()["pid"], signal.SIGTERM)


def test_the_log_says_nothing_of_where_it_lies(house):
    told = "\n".join(house.tail("error.log", 50) + house.tail("nginx-error.log", 50))
    assert "Listening at: unix:" in told
    assert str(house.folder) not in told


def test_a_reload_loses_nothing_and_pours_the_new_blend(house):
    report = bursts.run(house, "hup")
    assert report["failed"] == 0, report["failures"]
    assert report["new_workers"] == 2
    assert len(report["blends"]) == 2
    assert report["requests"] <= bursts.MOST + bursts.CLIENTS


def test_a_killed_worker_is_replaced(house):
    report = bursts.run(house, "kill")
    assert report["new_workers"] == 1
    assert report["failed"] <= 2
    assert len(wait_for(lambda: house.workers() if len(house.workers()) == 2 else None)) == 2
    assert any("was sent SIGKILL" in line for line in house.tail("error.log", 30))


def test_slow_clients_hold_gunicorn_and_not_what_is_behind_nginx(house, nginx, monkeypatch):
    monkeypatch.setattr(slow, "PROBES", 3)
    monkeypatch.setattr(slow, "SECONDS", 0.8)
    direct = slow.run(house, "direct", "sends")
    assert (direct["held"], direct["failed"]) == (2, 0)
    assert direct["worst_ms"] > 250
    buffered = slow.run(house, "buffered", "sends")
    assert (buffered["held"], buffered["failed"]) == (0, 0)
    assert buffered["worst_ms"] < direct["worst_ms"]
    unbuffered = slow.run(house, "unbuffered", "reads")
    assert (unbuffered["held"], unbuffered["failed"]) == (2, 0)


def test_a_file_by_nginx_reaches_no_worker(house, nginx):
    by_nginx, by_django = statics.run(house)["ways"]
    assert (by_nginx["ok"], by_nginx["by_workers"]) == (60, 0)
    assert (by_django["ok"], by_django["by_workers"]) == (60, 60)
    assert "ETag" in dict(by_nginx["headers"]) and "ETag" not in dict(by_django["headers"])


def test_there_are_never_more_than_so_many(house, monkeypatch):
    monkeypatch.setattr(houses, "MOST", houses.count())
    with pytest.raises(houses.FullError, match="One closes in"):
        houses.open_one(houses.Choice())


def test_a_house_that_nobody_visits_makes_room(house, monkeypatch):
    idle = houses.open_one(houses.Choice(workers=1))
    monkeypatch.setattr(houses, "MOST", houses.count())
    assert houses.find(house.token) is house
    idle.used_at -= houses.IDLE + 1
    opened = houses.open_one(houses.Choice(workers=1))
    try:
        assert houses.find(idle.token) is None and not idle.folder.exists()
        assert houses.find(house.token) is house
    finally:
        houses.close(opened.token)


def test_without_nginx_there_is_gunicorn(monkeypatch):
    monkeypatch.setattr(houses, "nginx_program", lambda: None)
    opened = houses.open_one(houses.Choice("gthread", 1, 0, 30))
    try:
        assert not opened.has_nginx
        assert ask(opened.front, "/").header("Server").startswith("gunicorn")
    finally:
        houses.close(opened.token)
    assert not opened.folder.exists()
    assert houses._who_works_in(opened.folder) == []


def test_it_closes_by_itself(monkeypatch):
    monkeypatch.setattr(houses, "SECONDS", 1.0)
    opened = houses._started(houses.Choice(workers=1))
    assert wait_for(lambda: opened.keeper.poll() is not None)
    assert not opened.is_open
    assert not opened.folder.exists()
    assert houses._who_works_in(opened.folder) == []
    opened.keeper.stdin.close()


def test_what_does_not_come_up_is_told_and_cleared(monkeypatch):
    monkeypatch.setattr(houses, "BLENDS", [""])
    monkeypatch.setattr(houses.Choice, "threads", "many")
    before = set(houses.common_folder().iterdir())
    with pytest.raises(houses.NotReadyError, match="did not come up"):
        houses.open_one(houses.Choice())
    assert set(houses.common_folder().iterdir()) <= before


SITE = """
import time
from lessons.deployment.gunicorn_nginx.demo import houses
house = houses.open_one(houses.Choice(workers=1))
print(house.folder, house.keeper.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def another_site():
    """A site with an open house: its process, the folder, the keeper's pid."""
    process = subprocess.Popen([sys.executable, "-c", SITE], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    folder, keeper = process.stdout.readline().split()
    yield process, Path(folder), int(keeper)
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_site_that_is_killed_takes_its_houses_along(another_site):
    process, folder, _ = another_site
    assert houses._who_works_in(folder)
    process.kill()
    process.wait()
    assert wait_for(lambda: not folder.exists() and not houses._who_works_in(folder))


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")
def test_where_the_keeper_was_killed_too_the_next_start_clears(another_site):
    process, folder, keeper = another_site
    houses.end_what_was_left_behind()
    assert folder.exists()  # its site is alive
    os.kill(keeper, signal.SIGKILL)
    process.kill()
    process.wait()
    assert wait_for(lambda: houses._who_works_in(folder))
    houses.end_what_was_left_behind()
    assert not folder.exists()
    assert wait_for(lambda: not houses._who_works_in(folder))


def test_a_folder_that_others_can_enter_is_not_used(tmp_path, monkeypatch):
    monkeypatch.setattr(houses.tempfile, "tempdir", str(tmp_path))
    (tmp_path / f"teahouse-{os.geteuid()}").mkdir(mode=0o755)
    with pytest.raises(OSError, match="alone"):
        houses.common_folder()


def test_an_owner_is_known_by_when_it_began(tmp_path):
    (tmp_path / "owner.json").write_text(json.dumps({"pid": os.getpid(), "started": "1"}))
    assert not houses._has_owner(tmp_path)
