"""`python -m sandbox.demos`, as its users see it."""

import os
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
TEST_SETTINGS = {"DJANGO_SETTINGS_MODULE": "sandbox.demos.settings_test", "DEMOS_ONLY": "sandpit"}


def start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return subprocess.Popen(
        [sys.executable, "-m", "sandbox.demos", *arguments],
        cwd=ROOT,
        env={**kept, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(*arguments: str, **environment: str) -> tuple[int, str, str]:
    process = start(*arguments, **environment)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


@pytest.mark.parametrize("command", ["prepare", "sweep", "serve", "django"])
def test_each_command_explains_itself(command):
    code, out, _ = run(command, "--help")

    assert code == 0 and out.startswith(f"usage: python -m sandbox.demos {command}")


def test_of_two_replicas_with_one_folder_one_builds(tmp_path):
    keys = {"DEMOS_SECRET_KEY": "a", "RECEIPT_KEY": "b", "DEMOS_ONLY": "transactions"}
    both = [start("prepare", **keys, DEMOS_VAR_DIR=str(tmp_path)) for _ in range(2)]
    told = [process.communicate(timeout=60) for process in both]

    assert [process.returncode for process in both] == [0, 0], told
    assert sorted("database built" in out for out, _ in told) == [False, True], told


@pytest.mark.parametrize("missing", ["DEMOS_SECRET_KEY", "RECEIPT_KEY"])
def test_a_missing_secret_is_one_line(missing):
    keys = {"DEMOS_SECRET_KEY": "a", "RECEIPT_KEY": "b"}
    del keys[missing]
    code, _, err = run("prepare", **keys)

    assert code == 1
    assert err == f"demos: {missing} is not set: the demos site needs a secret of its own there.\n"


def test_secrets_may_stand_in_files(tmp_path):
    show = "from django.conf import settings as s; print(s.SECRET_KEY, s.RECEIPT_KEY, s.CELERY_BROKER_URL)"
    told = {"DEMOS_SECRET_KEY": "demos\n", "RECEIPT_KEY": "receipts\n", "REDIS_URL": "redis://:x@redis/0\n"}
    for name, text in told.items():
        (tmp_path / name).write_text(text)
    files = {f"{name}_FILE": str(tmp_path / name) for name in told}
    more = {"DEMOS_ONLY": "sandpit", "DEMOS_VAR_DIR": str(tmp_path / "var")}

    code, out, err = run("django", "shell", "--no-imports", "-c", show, **files, **more)
    assert (code, out) == (0, "demos receipts redis://:x@redis/0\n"), err

    code, _, err = run("prepare", **files, **more, RECEIPT_KEY="receipts")
    assert (code, err) == (1, "demos: Both RECEIPT_KEY and RECEIPT_KEY_FILE are set: keep one of them.\n")

    (tmp_path / "RECEIPT_KEY").unlink()
    code, _, err = run("prepare", **files, **more)
    assert code == 1
    assert "RECEIPT_KEY_FILE names a file that cannot be read" in err and err.count("\n") == 1


def test_a_port_in_use_is_one_line():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, _, err = run("serve", "--port", str(port), **TEST_SETTINGS)

    assert code == 1
    assert err == f"demos: Port {port} on 127.0.0.1 cannot be used: Address already in use.\n"


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path):
    (tmp_path / "file").touch()
    settings = {"DEMOS_SECRET_KEY": "a", "RECEIPT_KEY": "b", "DEMOS_VAR_DIR": str(tmp_path / "file" / "var")}
    code, _, err = run("prepare", **settings)

    assert code == 1
    assert err.startswith("demos: Not a directory: ") and err.count("\n") == 1


def test_prepare_and_sweep_report():
    code, out, err = run("prepare", **TEST_SETTINGS)
    assert (code, out, err) == (0, "yard/sandpit: database built\n", "")

    assert run("sweep", **TEST_SETTINGS)[:2] == (0, "0 removed, 0 kept (0.0 MB)\n")


def test_a_django_command_runs_without_a_world():
    code, out, err = run("django", "makemigrations", "--check", "sandpit", **TEST_SETTINGS)

    assert (code, out.strip(), err) == (0, "No changes detected in app 'sandpit'", "")


def test_it_serves_and_stops_although_a_stage_listens():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = start("serve", "--port", str(port), **TEST_SETTINGS)
    try:
        out = iter(process.stdout.readline, "")
        assert any("The demos are on" in line for line in out)
        wait_until_ready(port)
        assert "Castles" in get(port, "/yard/sandpit/").read().decode()
        assert get(port, "/static/xray/panel.js").status == 200
        stream = get(port, "/stage/yard/sandpit/events")
        assert stream.readline() == b"retry: 2000\n"
        stopped_at = time.monotonic()
        process.send_signal(signal.SIGTERM)
        stream.read()
        process.wait(timeout=10)
        assert time.monotonic() - stopped_at < 4
    finally:
        process.kill()
        process.communicate()


def get(port: int, path: str) -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    return connection.getresponse()


def wait_until_ready(port: int) -> None:
    for _ in range(100):
        # The socket listens before the application is started, so this waits rather than fails.
        if get(port, "/readyz").status == 200:
            return
        time.sleep(0.05)
    pytest.fail("The server did not become ready.")
