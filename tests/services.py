"""Redis and PostgreSQL servers for the tests: real ones, on free ports, with folders of their own."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack import free_ports


def need(program: str | None, name: str) -> str:
    """Return the program; skip the test where it is not installed, fail it where CI promises that it is."""
    if program:
        return program
    if os.environ.get("CI") == "true":
        pytest.fail(f"{name} is not installed, and with CI=true nothing may be left out")
    pytest.skip(f"{name} is not installed here")


@contextlib.contextmanager
def redis_server(port: int = 0) -> Iterator[str]:
    """Run a Redis server, on a free port unless one is named; yield its URL."""
    program = need(shutil.which("redis-server"), "redis-server")
    port = port or free_ports(1)[0]
    with tempfile.TemporaryDirectory(prefix="dm-redis-") as folder:
        command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        with _running(command, port):
            yield f"redis://127.0.0.1:{port}/0"


@contextlib.contextmanager
def postgresql_server() -> Iterator[str]:
    """Run a PostgreSQL server with an empty database; yield its URL."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    found_programs = str(found[-1].parent) if found else shutil.which("postgres")
    programs = Path(need(found_programs, "postgresql"))
    (port,) = free_ports(1)
    with tempfile.TemporaryDirectory(prefix="dm-pg-") as folder:
        data = Path(folder) / "data"
        as_user = _unprivileged(Path(folder))
        subprocess.run(
            [
                *as_user,
                str(programs / "initdb"),
                "-D",
                str(data),
                "-U",
                "course",
                "--auth=trust",
                "-E",
                "UTF8",
                "--no-sync",
            ],
            check=True,
            capture_output=True,
        )
        command = [*as_user, str(programs / "postgres"), "-D", str(data), "-p", str(port), "-k", folder]
        with _running([*command, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"], port):
            url = f"postgres://course@127.0.0.1:{port}/course"
            create = [
                *as_user,
                str(programs / "createdb"),
                "-h",
                "127.0.0.1",
                "-p",
                str(port),
                "-U",
                "course",
                "course",
            ]
            _retry(create)
            yield url


def _unprivileged(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: as root, hand it the folder and a user."""
    if os.getuid() != 0:
        return []
    shutil.chown(folder, "postgres")
    return ["runuser", "-u", "postgres", "--"]


@contextlib.contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        _wait_for(port, process)
        yield
    finally:
        process.terminate()
        process.wait(20)
        if process.stderr:
            process.stderr.close()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        if process.poll() is not None:
            assert process.stderr
            raise AssertionError(process.stderr.read().decode())
        time.sleep(0.1)
    raise AssertionError(f"nothing listens on port {port}")


def _retry(command: list[str]) -> None:
    for _attempt in range(40):
        run = subprocess.run(command, capture_output=True, text=True)
        if run.returncode == 0:
            return
        time.sleep(0.25)
    raise AssertionError(run.stderr)
