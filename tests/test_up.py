"""What is in the way of a start is said in one line, and readiness names the part that is missing."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from lms.management.commands.up import Command, _processes
from lms.processes import only_one
from lms.settings.environment import Files
from tests.stack import ROOT, free_ports


def up(var_dir: Path, **environment: str) -> str:
    """Run `manage.py up`, which has to refuse at once; return what it says."""
    run = subprocess.run(
        [sys.executable, "manage.py", "up"],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "lms.settings.dev",
            "VAR_DIR": str(var_dir),
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 1
    (line,) = [line for line in run.stderr.splitlines() if line.strip()]
    return line


def two_ports() -> dict[str, str]:
    port, demos_port = free_ports(2)
    return {"PORT": str(port), "DEMOS_PORT": str(demos_port)}


@pytest.mark.parametrize("variable", ["PORT", "DEMOS_PORT"])
def test_a_port_in_use_is_named(tmp_path: Path, variable: str):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        line = up(tmp_path, **{**two_ports(), variable: port})
    assert f"Port {port} is in use" in line
    assert f"{variable}=" in line


def test_a_second_start_in_the_same_folder_is_refused(tmp_path: Path):
    with only_one(tmp_path / "up.lock"):
        line = up(tmp_path, **two_ports())
    assert "runs already" in line
    assert str(os.getpid()) in line


@pytest.mark.parametrize("value", ["eighty", "0", "70000"])
def test_a_port_that_is_none_is_refused(value: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Command, "_run", lambda *_: pytest.fail("it starts"))
    monkeypatch.setenv("PORT", value)
    with pytest.raises(CommandError, match="port number") as refused:
        call_command("up")
    assert len(str(refused.value).splitlines()) == refused.value.returncode == 1


def test_a_key_from_a_file_is_handed_on_once(settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    settings.VAR_DIR = tmp_path
    for name in ("RECEIPT_KEY", "DEMOS_SECRET_KEY"):
        (tmp_path / name).write_text("in the file")
        monkeypatch.setenv(f"{name}_FILE", str(tmp_path / name))
    for process in _processes(8000, 8001, "127.0.0.1", tmp_path / "jail.sock"):
        if process.name != "the jail":
            told = Files({**os.environ, **process.environment})
            assert told["RECEIPT_KEY"] == settings.RECEIPT_KEY
            assert process.name == "the course" or told["DEMOS_SECRET_KEY"]


@pytest.mark.django_db
def test_readiness_names_what_is_missing(settings):
    settings.JAIL_SOCKET = ""
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    parts = json.loads(answer.content)
    # No server runs here, so there is no embedded worker either.
    assert parts["database"] == "ok"
    assert "worker has ended" in parts["broker"]
    assert "no jail" in parts["grader"]
