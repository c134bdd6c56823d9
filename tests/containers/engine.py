"""The stack of compose.yaml on a Docker engine, under a name and ports of its own."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from tests.stack import ROOT


def read_env(folder: Path) -> dict[str, str]:
    lines = (folder / ".env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def why_not() -> str:
    """Nothing where an engine and compose are there, else what is missing, in words."""
    if shutil.which("docker") is None:
        return "docker is not installed here"
    if subprocess.run(["docker", "compose", "version"], capture_output=True).returncode:
        return "docker has no compose here"
    if subprocess.run(["docker", "info"], capture_output=True, timeout=20).returncode:
        return "no Docker engine answers here"
    return ""


@dataclass
class Containers:
    project: str
    folder: Path
    env: dict[str, str]

    @property
    def origin(self) -> str:
        return self.env["SITE_ORIGIN"]

    def compose(self, *arguments: str, timeout: float = 120) -> str:
        command = ["docker", "compose", "--project-name", self.project]
        command += ["--env-file", str(self.folder / ".env"), *arguments]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=timeout)
        assert run.returncode == 0, run.stderr[-3000:]
        return run.stdout

    def python(self, service: str, source: str) -> str:
        return self.compose("exec", "-T", service, "python3", "-c", source).strip()

    def services(self) -> dict[str, dict]:
        """What runs, by the service's name, as `docker compose ps` tells it."""
        lines = self.compose("ps", "--format", "json").splitlines()
        return {one["Service"]: one for one in map(json.loads, lines)}

    def mailed_code(self, address: str, within: float = 30) -> str:
        """The code of the newest letter to this address: without a mail server they are in the log."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            log = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", self.compose("logs", "--no-log-prefix", "lms"))
            _, to, letter = log.rpartition(f"To: {address}")
            found = re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", letter, flags=re.MULTILINE)
            if to and found:
                return found[1]
            time.sleep(0.5)
        raise AssertionError(f"no letter to {address}")
