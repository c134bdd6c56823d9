"""The text's claims, tried with the programs themselves."""

import subprocess
import sys
import time

import pytest
from gunicorn.config import Config

from lessons.deployment.gunicorn_nginx.demo import houses
from lessons.deployment.gunicorn_nginx.demo.client import ask


def open_house(**choice):
    return houses.open_one(houses.Choice(**{"workers": 1, **choice}))


def test_the_defaults_that_the_text_names():
    config = Config()
    assert (config.timeout, config.graceful_timeout, config.max_requests) == (30, 30, 0)
    assert config.accesslog is None
    assert config.errorlog == "-"


def test_threads_make_a_sync_worker_a_gthread_one():
    config = Config()
    config.set("threads", 4)
    assert config.worker_class_str == "gthread"


def test_a_worker_of_threads_outlives_the_timeout():
    house = open_house(worker_class="gthread", timeout=1)
    try:
        answer = ask(house.gunicorn, "/steep/?ms=2600")
        assert (answer.status, answer.ms > 2_500) == (200, True)
    finally:
        houses.close(house.token)


@pytest.fixture
def preloading(tmp_path):
    """A Gunicorn that imports in the master: its process and its socket."""
    (tmp_path / "app.py").write_text(
        "from pathlib import Path\n"
        "words = Path('words.txt').read_bytes()\n"
        "def application(environ, start):\n"
        "    start('200 OK', [('Content-Length', str(len(words)))])\n"
        "    return [words]\n"
    )
    (tmp_path / "words.txt").write_text("old")
    (tmp_path / "gunicorn.conf.py").write_text(
        "bind = 'unix:g.sock'\npreload_app = True\npidfile = 'pid'\ncontrol_socket_disable = True\n"
    )
    command = [sys.executable, "-m", "gunicorn", "app:application"]
    assert subprocess.run([*command, "--check-config"], cwd=tmp_path).returncode == 0
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL)
    yield process, tmp_path / "g.sock"
    process.terminate()
    process.wait(20)


def test_hup_does_not_load_what_was_preloaded(preloading):
    process, socket = preloading
    until = time.monotonic() + 30
    while ask(socket, "/").status != 200 and time.monotonic() < until:
        time.sleep(0.05)
    first = _worker_of(process.pid)
    (socket.parent / "words.txt").write_text("new")
    process.send_signal(1)
    while _worker_of(process.pid) in (first, None) and time.monotonic() < until:
        time.sleep(0.05)
    assert ask(socket, "/").body == b"old"


def _worker_of(master: int) -> int | None:
    """The one child, or None while there is none or more than one."""
    try:
        with open(f"/proc/{master}/task/{master}/children") as file:
            children = file.read().split()
    except OSError:
        pytest.skip("needs /proc")
    return int(children[0]) if len(children) == 1 else None


def test_the_bakerys_checks_know_gunicorns_defaults():
    """They read the settings by themselves: there is no Gunicorn in the jail."""
    config = Config()
    assert config.settings["bind"].get() == ["127.0.0.1:8000"]
    assert (config.workers, config.max_requests_jitter, config.preload_app, config.reload) == (
        1,
        0,
        False,
        False,
    )
    assert config.forwarded_allow_ips == ["127.0.0.1", "::1"]
