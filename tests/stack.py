"""The whole of Django Mastery, started as a person starts it, for tests in a browser."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass
class Account:
    email: str
    password: str


@dataclass
class Stack:
    """`manage.py up` on free ports, with its data in a folder of its own."""

    var_dir: Path
    extra_environment: dict[str, str] = field(default_factory=dict)
    port: int = 0
    demos_port: int = 0
    process: subprocess.Popen[str] | None = None

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def demos_origin(self) -> str:
        return f"http://localhost:{self.demos_port}"

    @property
    def log(self) -> str:
        return (self.var_dir / "up.log").read_text(encoding="utf-8", errors="replace")

    def environment(self) -> dict[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if name not in ("REDIS_URL", "DATABASE_URL")
        }
        return {
            **kept,
            "DJANGO_SETTINGS_MODULE": "lms.settings.dev",
            "VAR_DIR": str(self.var_dir),
            "PORT": str(self.port),
            "DEMOS_PORT": str(self.demos_port),
            "DEMOS_SHARED_ROWS": "20000",
            **self.extra_environment,
        }

    def start(self, within: float = 180) -> None:
        self.var_dir.mkdir(parents=True, exist_ok=True)
        if not self.port:
            self.port, self.demos_port = free_ports(2)
        with (self.var_dir / "up.log").open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up"],
                cwd=ROOT,
                env=self.environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
                text=True,
            )
        try:
            self.wait_until_ready(within)
        except BaseException:
            self.stop()
            raise

    def wait_until_ready(self, within: float = 60) -> None:
        deadline = time.monotonic() + within
        answer = "nothing"
        while time.monotonic() < deadline:
            if self.process is not None and self.process.poll() is not None:
                raise AssertionError(f"`manage.py up` ended with {self.process.returncode}:\n{self.log}")
            answer = readiness(self.origin) + " " + readiness(self.demos_origin)
            if answer == "200 200":
                return
            time.sleep(0.2)
        raise AssertionError(f"not ready after {within} s ({answer}):\n{self.log}")

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(40)

    def account(self, role: str) -> Account:
        """Return the account that the last start printed for `role` ("learner", "instructor")."""
        found = re.findall(
            rf"^\s*{role}:\s+(\S+@\S+)\s+(\S+)\s*$", self.log, flags=re.MULTILINE | re.IGNORECASE
        )
        assert found, self.log
        return Account(*found[-1])

    def manage(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        run = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=300,  # all migrations of the LMS, on a machine that tests
        )
        assert not check or run.returncode == 0, run.stdout + run.stderr
        return run

    def prepare_demos(self) -> None:
        """Build the demos' databases, where a start would find them missing."""
        secrets = {"DEMOS_SECRET_KEY": "only-to-prepare", "RECEIPT_KEY": "only-to-prepare"}
        environment = {
            **self.environment(),
            **secrets,
            "DJANGO_SETTINGS_MODULE": "sandbox.demos.settings",
            "DEMOS_VAR_DIR": str(self.var_dir / "demos"),
        }
        run = subprocess.run(
            [sys.executable, "-m", "sandbox.demos", "prepare"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert run.returncode == 0, run.stdout + run.stderr

    def child(self, words: str) -> int:
        """Return the process id of the child of `manage.py up` whose command line has `words`."""
        assert self.process is not None
        for entry in Path("/proc").iterdir():
            if not entry.name.isdecimal():
                continue
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if parent == self.process.pid and words in command:
                return int(entry.name)
        raise AssertionError(f"no child with {words!r}")


def readiness(origin: str) -> str:
    try:
        with urllib.request.urlopen(f"{origin}/readyz", timeout=5) as response:
            return str(response.status)
    except urllib.error.HTTPError as error:
        return f"{error.code} {error.read().decode()}"
    except OSError as error:
        return str(error)


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def get_json(url: str) -> dict:
    with urllib.request.urlopen(url, timeout=10) as response:
        return json.load(response)
