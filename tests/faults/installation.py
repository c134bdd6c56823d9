"""The course as it runs on PostgreSQL and Redis, each process by itself, so that each can be killed."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from lms.grading.tests.factories import SOLUTION
from lms.processes import die_with_parent
from tests.database.base import migrated_template
from tests.faults.servers import Server, postgresql, redis
from tests.stack import ROOT, free_ports, readiness

PEOPLE = 200
METRICS_TOKEN = "only-for-tests-metrics"
SUBMISSIONS = "/api/v1/exercises/counting/repair_fence/submissions/"
FINAL = ("passed", "failed", "error", "timeout", "cancelled")
# What PostgreSQL itself saw: every time a row got its verdict, and every change of one that had it already.
WITNESS = """
CREATE TABLE verdict (submission uuid, state text, again boolean);
CREATE FUNCTION note_verdict() RETURNS trigger AS $$ BEGIN
    INSERT INTO verdict VALUES (NEW.id, NEW.state, OLD.finished_at IS NOT NULL); RETURN NEW;
END $$ LANGUAGE plpgsql;
CREATE TRIGGER verdict_noted AFTER UPDATE ON grading_submission FOR EACH ROW
WHEN (NEW.finished_at IS NOT NULL) EXECUTE FUNCTION note_verdict();
"""


@dataclass
class Installation:
    """`jail`, `web` and `worker` (with beat) are processes; `database` and `broker` are servers."""

    folder: Path
    database: Server
    broker: Server
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    port: int = 0
    keys: list[str] = field(default_factory=list)
    metrics_port: int = 0
    # PostgreSQL's files are on a disk that a test can fill.
    on_a_small_disk: bool = False

    def __post_init__(self) -> None:
        self.port, self.metrics_port = free_ports(2)

    # --- What runs ---------------------------------------------------------------------------------

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def database_url(self) -> str:
        return f"postgres://course@127.0.0.1:{self.database.port}/course"

    def environment(self, **more: str) -> dict[str, str]:
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "lms.settings.dev",
            "PYTHONUNBUFFERED": "1",
            "VAR_DIR": str(self.folder / "var"),
            "LESSONS_DIR": str(self.folder / "lessons"),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": f"redis://127.0.0.1:{self.broker.port}/0",
            "JAIL_SOCKET": str(self.folder / "jail.sock"),
            "LOG_JSON": "true",
            "LOG_LEVEL": "INFO",
            # A minute is right for people, and too long for a test.
            "GRADE_GRACE": "5",
            "MESSAGE_LOST_AFTER": "5",
            "METRICS_TOKEN": METRICS_TOKEN,
            **more,
        }

    def environment_of(self, name: str) -> dict[str, str]:
        counting = {
            "METRICS_PORT": str(self.metrics_port),
            "PROMETHEUS_MULTIPROC_DIR": str(self.folder / "counts"),
        }
        return self.environment(**(counting if name == "worker" else {}))

    def commands(self) -> dict[str, list[str]]:
        python, port = [sys.executable, "-m"], str(self.port)
        celery = [*python, "celery", "-A", "lms", "worker", "--beat", "-Q", "grading", "--concurrency", "2"]
        return {
            "jail": [*python, "sandbox.jail", "serve", "--socket", str(self.folder / "jail.sock")],
            "web": [*python, "uvicorn", "lms.asgi:application", "--port", port, "--log-level", "warning"],
            "worker": [*celery, "--schedule", str(self.folder / "beat"), "--pidfile", ""],
        }

    def prepare(self) -> None:
        """Migrate, and put the exercise and the people in; or take what an earlier run has kept."""
        (self.folder / "var" / "static").mkdir(parents=True)
        kept = _kept()
        if kept.exists():
            self.database.stop()
            subprocess.run(["tar", "-xpf", str(kept), "-C", str(self.folder)], check=True)
            self.database.start()
        else:
            (self.folder / "lessons").mkdir()
            seeding = {"FAULTS_PEOPLE": str(PEOPLE), "FAULTS_KEYS": str(self.folder / "keys.json")}
            self.manage("migrate", "--verbosity", "0")
            self.manage("shell", "-c", "import tests.faults.seed", **seeding)
            self._keep(kept)
        self.keys = json.loads((self.folder / "keys.json").read_text())
        with self.query() as database:
            database.execute(WITNESS)

    def _keep(self, kept: Path) -> None:
        self.database.stop()
        draft = kept.with_suffix(f".{os.getpid()}")
        what = ["postgresql/data", "lessons", "keys.json"]
        subprocess.run(["tar", "-cpf", str(draft), "-C", str(self.folder), *what], check=True)
        draft.rename(kept)
        for old in kept.parent.glob("faults-*.tar"):
            if old != kept:
                old.unlink(missing_ok=True)
        self.database.start()

    def manage(self, *arguments: str, check: bool = True, **more: str) -> subprocess.CompletedProcess[str]:
        run = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self.environment(**more), capture_output=True, text=True, timeout=500,
        )  # fmt: skip
        assert not check or run.returncode == 0, run.stdout + run.stderr
        return run

    def start(self, *names: str) -> None:
        for name in names or self.commands():
            with (self.folder / f"{name}.log").open("ab") as log:
                self.processes[name] = subprocess.Popen(
                    self.commands()[name], cwd=ROOT, env=self.environment_of(name), stdout=log, stderr=log,
                    start_new_session=True, preexec_fn=die_with_parent,
                )  # fmt: skip

    def kill(self, name: str, by: signal.Signals = signal.SIGKILL) -> None:
        """Kill outright: with SIGKILL the whole group, as a machine that loses its power does."""
        process = self.processes[name]
        if by == signal.SIGKILL and name == "worker":
            os.killpg(process.pid, by)
        else:
            os.kill(process.pid, by)
        process.wait(60)

    def restart(self, name: str, by: signal.Signals = signal.SIGKILL) -> None:
        self.kill(name, by)
        self.start(name)

    def revive_database(self) -> None:
        """Start the database again where it has ended: without room for its journal it does."""
        assert self.database.process
        time.sleep(0.5)
        if self.database.process.poll() is not None:
            self.database.start()
        deadline = time.monotonic() + 30
        while True:
            try:
                with self.query():
                    return
            except psycopg.OperationalError:
                assert time.monotonic() < deadline
                time.sleep(0.2)
                if self.database.process.poll() is not None:
                    self.database.start()

    def stop(self) -> None:
        for process in self.processes.values():
            if process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGTERM)
        for process in self.processes.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def wait_until_ready(self, within: float = 120) -> None:
        deadline, answer = time.monotonic() + within, ""
        while time.monotonic() < deadline:
            answer = readiness(self.origin)
            if answer == "200":
                return
            time.sleep(0.1)
        raise AssertionError(f"{answer}\n{self.log('web')[-3000:]}")

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def events(self, name: str, event: str) -> list[dict[str, Any]]:
        """Return the lines of that event in a process's log."""
        found = []
        for line in self.log(name).splitlines():
            with contextlib.suppress(ValueError):
                told = json.loads(line)
                if isinstance(told, dict) and told.get("event") == event:
                    found.append(told)
        return found

    def wait_for_events(
        self, name: str, event: str, within: float = 30, **facts: Any
    ) -> list[dict[str, Any]]:
        """Return the lines with these facts, once there is one: a row is written before it is logged."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            found = [line for line in self.events(name, event) if facts.items() <= line.items()]
            if found:
                return found
            time.sleep(0.1)
        raise AssertionError(f"{name} has logged no {event} with {facts}")

    # --- What people do ------------------------------------------------------------------------------

    def ask(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            sent = None if body is None else json.dumps(body)
            connection.request(
                method, path, sent, {"Host": "localhost", "Content-Type": "application/json", **headers}
            )
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def hand_in(
        self, person: int, *, patience: float = 180, slow: float = 0, given_up: threading.Event | None = None
    ) -> str:
        """Hand in as somebody does who tries again when the site is down; return the submission's id.

        Whoever got no answer does not know whether it was taken, so they may hand in twice: a newer one
        takes the place of one that waits.
        """
        files = {"greetings.py": SOLUTION + (f"\nimport time\n\ntime.sleep({slow})\n" if slow else "")}
        deadline = time.monotonic() + patience
        while True:
            told = "no answer"
            with contextlib.suppress(OSError, http.client.HTTPException):
                status, _, body = self.ask(
                    "POST", SUBMISSIONS, {"files": files}, Authorization=f"Token {self.keys[person]}"
                )
                if status == 201:
                    return str(json.loads(body)["id"])
                told = f"{status} {body[:300]!r}"
                assert status in (429, 503, 507), told
            if time.monotonic() > deadline or (given_up and given_up.is_set()):
                raise AssertionError(told)
            time.sleep(0.25)

    @contextlib.contextmanager
    def burst(self, people: range, *, at_once: int = 8, slow: float = 0) -> Iterator[Accepted]:
        """Let these people hand in, in the background; the context is entered at once."""
        accepted = Accepted()
        with ThreadPoolExecutor(at_once) as pool:
            futures = [pool.submit(self._take, accepted, person, slow) for person in people]
            try:
                yield accepted
            except BaseException:
                # What failed is said now, and not after everybody's patience.
                accepted.given_up.set()
                pool.shutdown(wait=False, cancel_futures=True)
                raise
            for future in futures:
                future.result()

    def _take(self, accepted: Accepted, person: int, slow: float) -> None:
        accepted.add(self.hand_in(person, slow=slow, given_up=accepted.given_up))

    # --- What became of it ---------------------------------------------------------------------------

    @contextlib.contextmanager
    def query(self) -> Iterator[psycopg.Connection[Any]]:
        with psycopg.connect(self.database_url.replace("postgres:", "postgresql:")) as database:
            yield database

    def states(self) -> dict[str, int]:
        with self.query() as database:
            rows = database.execute(
                "SELECT state, count(*) FROM grading_submission GROUP BY state"
            ).fetchall()
        return {str(state): int(count) for state, count in rows}

    def finished(self) -> int:
        return sum(count for state, count in self.states().items() if state in FINAL)

    def wait_for_state(self, submission: str, state: str, within: float = 60) -> None:
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            with self.query() as database:
                row = database.execute(
                    "SELECT state FROM grading_submission WHERE id = %s", [submission]
                ).fetchone()
            if row == (state,):
                return
            time.sleep(0.05)
        raise AssertionError(f"{row} and not {state}")

    def wait_until_done(self, within: float = 240) -> None:
        deadline, states = time.monotonic() + within, {}
        while time.monotonic() < deadline:
            states = self.states()
            if not set(states) - set(FINAL):
                return
            time.sleep(0.2)
        raise AssertionError(f"without a verdict after {within} s: {states}\n{self.log('worker')[-2000:]}")

    def expect_one_result_each(self, accepted: list[str]) -> None:
        """Every submission that was accepted passed, was decided once, and was not touched after that."""
        with self.query() as database:
            states = dict(database.execute("SELECT id::text, state FROM grading_submission").fetchall())
            noted = database.execute("SELECT submission::text, state, again FROM verdict").fetchall()
        assert len(accepted) == len(set(accepted)), "two answers about one submission"
        wrong = {one: states.get(one) for one in accepted if states.get(one) not in ("passed", "cancelled")}
        assert wrong == {}
        # Cancelled is only what somebody handed in a second time because no answer had come.
        assert sum(states[one] == "cancelled" for one in accepted) == 0
        once = [one for one, _, _ in noted]
        assert sorted(once) == sorted(set(once)), "a verdict was written twice"
        assert not any(again for _, _, again in noted)
        assert {one for one, state in states.items() if state in FINAL} == set(once)


def _kept() -> Path:
    """Return where a seeded cluster is kept, by everything that it comes from: migrating takes a while."""
    template = migrated_template()
    digest = hashlib.sha256(template.name.encode())
    for source in ("tests/faults/seed.py", "content/tests/folders.py", "lms/grading/tests/factories.py"):
        digest.update((ROOT / source).read_bytes())
    digest.update(
        f"{PEOPLE} {shutil.which('initdb')} {sorted(Path('/usr/lib/postgresql').glob('*'))}".encode()
    )
    template.parent.mkdir(parents=True, exist_ok=True)
    return template.parent / f"faults-{digest.hexdigest()[:20]}.tar"


class Accepted(list[str]):
    """Ids of submissions that the site has taken, while others are still handing in."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self.given_up = threading.Event()

    def add(self, submission: str) -> None:
        with self._lock:
            self.append(submission)

    def wait_for(self, count: int, within: float = 180) -> None:
        deadline = time.monotonic() + within
        while len(self) < count:
            assert time.monotonic() < deadline, f"{len(self)} of {count} were accepted"
            time.sleep(0.02)


@contextlib.contextmanager
def installed(folder: Path) -> Iterator[Installation]:
    """A whole installation, ready, and gone afterwards."""
    folder.chmod(0o711)
    with small_disk(folder / "postgresql") as is_small:
        database = postgresql(folder / "postgresql")
        broker = redis(folder / "redis")
        broker.start()
        installation = Installation(folder, database, broker, on_a_small_disk=is_small)
        try:
            installation.prepare()
            installation.start()
            installation.wait_until_ready()
            yield installation
        finally:
            installation.stop()
            broker.stop()
            database.stop()


@contextlib.contextmanager
def small_disk(folder: Path, megabytes: int = 300) -> Iterator[bool]:
    """A disk of its own for `folder`, where this user may mount one; say whether there is."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    mounted = subprocess.run(mount, capture_output=True).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True, capture_output=True)
