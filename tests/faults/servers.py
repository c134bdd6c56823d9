"""PostgreSQL and Redis that a test may kill and start again: the same port, the same files."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from lms.processes import die_with_parent
from tests.services import need
from tests.stack import free_ports


@dataclass
class Server:
    """A program that listens on a port. `stop_by` is how it is told to end quickly and in order."""

    folder: Path
    command: list[str]
    port: int
    stop_by: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = field(default=None)
    # What has to exit well once the port is open: a database that recovers listens and serves nobody.
    asked: list[str] = field(default_factory=list)

    def start(self) -> None:
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command, stdout=log, stderr=log, cwd="/", preexec_fn=die_with_parent
            )
        self.wait()

    def wait(self, within: float = 30) -> None:
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                if not self.asked or subprocess.run(self.asked, capture_output=True).returncode == 0:
                    return
            assert self.process and self.process.poll() is None, (self.folder / "server.log").read_text()
            time.sleep(0.05)
        raise AssertionError(f"nothing listens on port {self.port}")

    def stop(self, by: signal.Signals | None = None) -> None:
        assert self.process
        if self.process.poll() is None:
            os.kill(self.leader(), by or self.stop_by)
        self.process.wait(20)

    def leader(self) -> int:
        """Return the server's own process: with `setpriv` in front it is the same one."""
        assert self.process
        return self.process.pid


def redis(folder: Path) -> Server:
    """With a file of what was written, as in production: a restart loses nothing."""
    program = need(shutil.which("redis-server"), "redis-server")
    (port,) = free_ports(1)
    folder.mkdir(parents=True)
    files = ["--dir", str(folder), "--appendonly", "yes", "--appendfsync", "always", "--save", ""]
    return Server(folder, [program, "--port", str(port), "--bind", "127.0.0.1", *files], port)


def postgresql(folder: Path, name: str = "course") -> Server:
    """A cluster in `folder`/data with one database of that name."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    programs = Path(need(str(found[-1].parent) if found else None, "postgresql"))
    (port,) = free_ports(1)
    folder.mkdir(parents=True, exist_ok=True)
    as_user: list[str] = []
    if os.getuid() == 0:
        # It refuses to run as root. setpriv becomes the program; runuser would stay in front of it.
        shutil.chown(folder, "postgres", "postgres")
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"]
    init = [*as_user, str(programs / "initdb"), "-D", str(folder / "data"), "-U", "course", "--auth=trust"]
    subprocess.run(
        [*init, "-E", "UTF8", "--no-sync", "--wal-segsize=1"], check=True, capture_output=True, cwd="/"
    )
    command = [
        *as_user,
        str(programs / "postgres"),
        "-D",
        str(folder / "data"),
        "-p",
        str(port),
        "-k",
        str(folder),
    ]
    options = ["listen_addresses=127.0.0.1", "fsync=off", "max_wal_size=16MB", "min_wal_size=2MB"]
    server = Server(
        folder, command + [part for option in options for part in ("-c", option)], port, signal.SIGINT
    )
    asked = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    server.asked = asked
    server.start()
    create = [*as_user, str(programs / "createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", "course", name]
    for _attempt in range(40):
        if subprocess.run(create, capture_output=True, cwd="/").returncode == 0:
            return server
        time.sleep(0.25)
    raise AssertionError((folder / "server.log").read_text())
