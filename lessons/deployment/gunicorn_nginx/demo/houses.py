"""The tea houses that are open on this site: few at once, each for a few minutes, each in its own folder.

A house is a Gunicorn, and an nginx where it is installed, kept by a `keeper.py`. They talk over Unix
sockets in a folder that nobody else can enter. No word of a visitor's becomes an argument: what can be
chosen is numbers.
"""

import json
import logging
import os
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from gunicorn.ctl.client import ControlClient, ControlClientError

from .client import ask

MOST = 3  # at once, on the whole site
SECONDS = 600.0  # that a house stays open
IDLE = 120.0  # seconds without a visit, after which a house makes room for somebody else's
READY_WAIT = 30.0  # seconds for a Gunicorn to pour its first cup
BLENDS = ["Assam", "Darjeeling", "Keemun", "Sencha"]

HERE = Path(__file__).parent
log = logging.getLogger(__name__)


class FullError(Exception):
    """There are as many houses as may be; the message says when the next one closes."""


class NotReadyError(Exception):
    """The servers did not come up; the message has the end of their log."""


class BusyError(Exception):
    """Another experiment runs in this house."""


@dataclass(frozen=True)
class Choice:
    """What a visitor may choose. All of it are numbers, and one of two words."""

    worker_class: str = "sync"
    workers: int = 2
    max_requests: int = 0
    timeout: int = 30

    @property
    def threads(self) -> int:
        return 4 if self.worker_class == "gthread" else 1

    @property
    def places(self) -> int:
        """How many requests can be worked on at one moment."""
        return self.workers * self.threads


@dataclass
class House:
    token: str
    folder: Path
    choice: Choice
    keeper: subprocess.Popen
    has_nginx: bool
    closes_at: float  # monotonic
    blend: int = 0
    used_at: float = field(default_factory=time.monotonic)
    experiment: threading.Lock = field(default_factory=threading.Lock)

    @property
    def gunicorn(self) -> Path:
        return self.folder / "gunicorn.sock"

    @property
    def nginx(self) -> Path:
        return self.folder / "nginx.sock"

    @property
    def front(self) -> Path:
        """Where a client would knock."""
        return self.nginx if self.has_nginx else self.gunicorn

    @property
    def is_open(self) -> bool:
        return self.keeper.poll() is None and time.monotonic() < self.closes_at

    @property
    def seconds_left(self) -> int:
        return max(0, round(self.closes_at - time.monotonic()))

    def tell(self, line: str) -> None:
        with suppress(OSError):
            os.write(self.keeper.stdin.fileno(), f"{line}\n".encode())

    def workers(self) -> list[dict]:
        """By Gunicorn's own account, the oldest first; empty while it is down."""
        return self._asked("show workers").get("workers", [])

    def stats(self) -> dict:
        return self._asked("show stats")

    def _asked(self, command: str) -> dict:
        # The master closes its control socket for a moment whenever it forks.
        until = time.monotonic() + 3.0
        while (self.folder / "gunicorn.pid").exists() and time.monotonic() < until:
            with suppress(ControlClientError, OSError):
                with ControlClient(str(self.folder / "gunicorn.ctl"), timeout=3.0) as client:
                    return client.send_command(command)
            time.sleep(0.02)
        return {}

    def kill(self, pid: int, how: signal.Signals) -> bool:
        """A worker, and nothing else: the master has to name it as its own."""
        if pid not in [worker["pid"] for worker in self.workers()]:
            return False
        with suppress(ProcessLookupError):
            os.kill(pid, how)
        return True

    def pour_next_blend(self) -> str:
        """As a deployment does it: new code lies there, and nobody has read it yet."""
        self.blend = (self.blend + 1) % len(BLENDS)
        (self.folder / "blend.txt").write_text(BLENDS[self.blend])
        return BLENDS[self.blend]

    def busy(self) -> int:
        """How many requests are being worked on, by the marks of gunicorn.conf.py's hooks."""
        return sum(1 for _ in (self.folder / "busy").iterdir())

    def tail(self, name: str, lines: int = 12, since: int = 0) -> list[str]:
        try:
            with (self.folder / name).open("rb") as file:
                end = file.seek(0, os.SEEK_END)
                file.seek(max(since, end - 32_768))
                told = file.read().decode(errors="replace").splitlines()
        except OSError:
            return []
        # Where this site's files lie is nobody's business.
        return [line.replace(str(self.folder), "…").replace(str(HERE), "…") for line in told[-lines:]]

    @contextmanager
    def alone(self):
        """Raises BusyError: two experiments at once would measure each other."""
        if not self.experiment.acquire(blocking=False):
            raise BusyError("Another experiment runs in your tea house. Wait for it to end.")
        try:
            yield
        finally:
            self.experiment.release()


_houses: dict[str, House] = {}
_lock = threading.Lock()


def nginx_program() -> str | None:
    return shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/opt/homebrew/bin:/usr/local/bin:/usr/bin")


def find(token: str) -> House | None:
    house = _houses.get(token)
    if house is None or not house.is_open:
        return None
    house.used_at = time.monotonic()
    return house


def count() -> int:
    return sum(house.is_open for house in list(_houses.values()))


def open_one(choice: Choice) -> House:
    """Start a Gunicorn and an nginx, and wait for the first cup. Raises FullError, NotReadyError."""
    with _lock:
        _clear()
        if len(_houses) >= MOST:
            _make_room()
        if len(_houses) >= MOST:
            next_one = min(house.seconds_left for house in _houses.values())
            raise FullError(
                f"All {MOST} tea houses of this site are taken. One closes in {next_one} s at the latest."
            )
        house = _started(choice)
        _houses[house.token] = house
    try:
        _wait_for_first_cup(house)
    except NotReadyError:
        close(house.token)
        raise
    return house


def close(token: str) -> None:
    """Its servers are ended and its folder is gone when this returns."""
    house = _houses.pop(token, None)
    if house is None:
        return
    house.keeper.stdin.close()
    try:
        house.keeper.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(house.keeper.pid, signal.SIGKILL)
        house.keeper.wait()
    shutil.rmtree(house.folder, ignore_errors=True)


def close_all() -> None:
    for token in list(_houses):
        close(token)


def _clear() -> None:
    for house in list(_houses.values()):
        if not house.is_open:
            close(house.token)


def _make_room() -> None:
    """Close the house that nobody has looked at for longest, if that is long enough."""
    house = min(_houses.values(), key=lambda house: house.used_at)
    if time.monotonic() - house.used_at > IDLE:
        close(house.token)


def _started(choice: Choice) -> House:
    folder = Path(tempfile.mkdtemp(dir=common_folder()))
    for name in ("busy", "tmp"):
        (folder / name).mkdir()
    for name in ("gunicorn.conf.py", "nginx.conf"):
        shutil.copy(HERE / "server" / name, folder / name)
    shutil.copytree(HERE / "server" / "static", folder / "static")
    (folder / "blend.txt").write_text(BLENDS[0])
    (folder / "owner.json").write_text(json.dumps({"pid": os.getpid(), "started": _start_of(os.getpid())}))
    nginx = nginx_program()
    # As root nginx would become "nobody", whom the folder does not let in.
    user = ["-g", "daemon off; user root;" if os.geteuid() == 0 else "daemon off;"]
    order = {
        "folder": str(folder),
        "seconds": SECONDS,
        "gunicorn": [
            sys.executable,
            "-I",
            "-m",
            "gunicorn",
            "--pythonpath",
            str(HERE / "server"),
            "teahouse:application",
        ],
        "nginx": [nginx, "-p", f"{folder}/", "-c", "nginx.conf", "-e", "nginx-error.log", *user]
        if nginx
        else None,
        "environment": {
            "TEAHOUSE": str(folder),
            "WEB_CONCURRENCY": str(choice.workers),
            "WORKER_CLASS": choice.worker_class,
            "THREADS": str(choice.threads),
            "TIMEOUT": str(choice.timeout),
            "MAX_REQUESTS": str(choice.max_requests),
        },
    }
    keeper = subprocess.Popen(
        [sys.executable, "-I", str(HERE / "keeper.py"), json.dumps(order)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=(folder / "keeper.log").open("wb"),
        env={},
        start_new_session=True,  # one group, that can be ended as one
    )
    return House(secrets.token_hex(16), folder, choice, keeper, nginx is not None, time.monotonic() + SECONDS)


def _wait_for_first_cup(house: House) -> None:
    until = time.monotonic() + READY_WAIT
    while time.monotonic() < until and house.keeper.poll() is None:
        with suppress(OSError):
            # Not before: nginx writes into its log each time that nobody is behind it.
            if _listens(house.gunicorn) and ask(house.front, "/", timeout=5.0).status == 200:
                return
        time.sleep(0.05)
    told = house.tail("error.log", 4) + house.tail("nginx-error.log", 4) + house.tail("keeper.log", 4)
    raise NotReadyError("The servers did not come up. " + " / ".join(told[-6:]))


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as knock:
        return knock.connect_ex(str(path)) == 0


# --- What an earlier run of the site has left behind ---------------------------------------------


def common_folder() -> Path:
    """One for all sites of this user on this machine. Raises OSError if it is somebody else's."""
    folder = Path(tempfile.gettempdir(), f"teahouse-{os.geteuid()}")
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise OSError(f"{folder} is not a folder of this user's alone.")
    return folder


def end_what_was_left_behind() -> None:
    """Houses whose site is gone. Their keepers end them; this is for keepers that were killed as well."""
    for folder in common_folder().iterdir():
        if not _has_owner(folder):
            for pid in _who_works_in(folder):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            shutil.rmtree(folder, ignore_errors=True)


def _has_owner(folder: Path) -> bool:
    try:
        owner = json.loads((folder / "owner.json").read_text())
    except (OSError, ValueError):
        # Just being made by another site, perhaps.
        return time.time() - folder.stat().st_mtime < 60 if folder.exists() else True
    return owner["started"] is not None and _start_of(owner["pid"]) == owner["started"]


def _start_of(pid: int) -> str | None:
    """When a process began, as the system counts; None if it is gone. A pid may be another's by now."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        pass
    try:
        os.kill(pid, 0)
    except OSError:
        return None
    return "" if not Path("/proc/self").exists() else None


def _who_works_in(folder: Path) -> list[int]:
    """Processes whose working directory it is. Only where there is a /proc; elsewhere keepers have to do."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cwd"):
        with suppress(OSError):
            if Path(str(entry.readlink()).removesuffix(" (deleted)")) == folder:
                found.append(int(entry.parent.name))
    return found
