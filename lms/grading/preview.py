"""Learners' projects that live for a while: what the mini browser and the console talk to.

They live in this process. With several processes the balancer has to keep a learner with one of them;
one that ends elsewhere finds no project, and the page boots it again (docs/adr/0002).
"""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import close_old_connections

from lms.grading.browsing import CookieJar, Page, PreviewRequest, send
from lms.grading.grader import GraderUnavailable, jail
from sandbox.jail import BootedProject, Limits, Project, ProjectGone, StillRunning
from sandbox.jail.wire import Stopped, TimeUp, WireError

# Projects alive in this process. The jail has twice as many places; the others are the graders', but for one.
MOST = 2 * (os.cpu_count() or 1)
IDLE = 180.0  # seconds without a request
WALL = 900.0  # seconds in all
A_BOOT = 10.0  # seconds to boot
A_REQUEST = 10.0  # seconds for one answer
# Who asks one project at once: a browser, a console, and the twenty WebSockets that a project may have.
MOST_ASKING = 24
PAGES = 20  # documents that are kept for the frame
PAGES_BYTES = 8 << 20  # all together, but for the latest

Got = TypeVar("Got")
# Whose a project is: a learner, by their number, or an author who tries a draft, by a name of its own.
Owner = int | str


class NoPreview(Exception):
    """There is no such project any more: it has to be booted again."""


class PreviewBusy(Exception):
    """The project still answers so many others that nobody may wait behind them."""


class PreviewStopped(Exception):
    """The project ended while it was asked. Message and frames, where it stood, are for the learner."""

    def __init__(self, message: str, frames: list[dict[str, Any]] | None = None) -> None:
        super().__init__(message)
        self.frames = frames or []


@dataclass
class Preview:
    """One booted project, its browser's cookies and its latest pages."""

    owner: Owner
    exercise: int
    booted: BootedProject
    stack: ExitStack
    ends: float
    closing: threading.Event
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    cookies: CookieJar = field(default_factory=CookieJar)
    pages: dict[int, Page] = field(default_factory=dict)
    used: float = field(default_factory=time.monotonic)
    lock: threading.Lock = field(default_factory=threading.Lock)
    asking: threading.Semaphore = field(default_factory=lambda: threading.BoundedSemaphore(MOST_ASKING))
    count: int = 0

    def request(self, wanted: PreviewRequest) -> dict[str, Any]:
        """Send a request. Raises PreviewStopped where the project does not survive it, and PreviewBusy."""
        return self._ask(lambda: self._request(wanted))

    def evaluate(self, source: str) -> dict[str, Any]:
        """Return {"value"} or {"exception"}, and "output". Raises PreviewStopped and PreviewBusy."""
        return self._ask(lambda: self.booted.evaluate(source))

    def socket(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Do something with a WebSocket of the project. Raises PreviewStopped and PreviewBusy."""
        if wanted["action"] == "connect":
            sent = self.cookies.header(wanted["path"].partition("?")[0])
            wanted = {**wanted, "headers": [*wanted["headers"], *([["cookie", sent]] if sent else [])]}
        return self._ask(lambda: self.booted.socket(wanted))

    @property
    def closed(self) -> bool:
        return self.closing.is_set()

    def close(self) -> None:
        """End the project, or have it ended by whoever asks it now; harmless when it has ended already."""
        self.closing.set()
        self._end()

    def _end(self) -> None:
        # Who holds the lock reads from the project's connection, and ends it when done.
        if self.lock.acquire(blocking=False):
            try:
                self.stack.close()
            finally:
                self.lock.release()

    def _request(self, wanted: PreviewRequest) -> dict[str, Any]:
        page, told = send(self.booted, self.cookies, wanted)
        self.count += 1
        self.pages[self.count] = page
        self._forget_pages()
        return {**told, "page": self.count}

    def _forget_pages(self) -> None:
        """Those from long ago, and of large ones more."""
        kept = 0
        for number in sorted(self.pages, reverse=True):
            kept += self.pages[number].size
            if number != self.count and (number <= self.count - PAGES or kept > PAGES_BYTES):
                del self.pages[number]

    def _ask(self, ask: Callable[[], Got]) -> Got:
        if not self.asking.acquire(blocking=False):
            raise PreviewBusy
        try:
            _let_others_have_the_connection()
            with self.lock:
                return self._ask_alone(ask)
        finally:
            self.asking.release()
            if self.closed:
                self._end()

    def _ask_alone(self, ask: Callable[[], Got]) -> Got:
        if self.closed:
            raise NoPreview
        self.used = time.monotonic()
        self.booted.deadline = min(self.ends, self.used + A_REQUEST)
        self.booted.output.clear()  # Each answer brings its own; nobody reads the sum.
        try:
            return ask()
        except Stopped as error:
            raise NoPreview from error
        except TimeUp as error:
            self.closing.set()
            message = f"No answer within {A_REQUEST:.0f} s: your project was stopped."
            raise PreviewStopped(message, _where_it_stood(error)) from error
        except (ProjectGone, WireError) as error:
            self.closing.set()
            raise PreviewStopped(str(error)) from error
        except GraderUnavailable:
            self.closing.set()
            raise
        finally:
            self.used = time.monotonic()


def _let_others_have_the_connection() -> None:
    """What follows waits for a learner's code, for as long as that likes, and needs no database.

    A project that takes nine seconds for each of many answers would have all of a pool's connections.
    """
    close_old_connections()


class Previews:
    """At most one project an owner, and `most` in all: the one that was used longest ago gives way."""

    def __init__(self, *, most: int = MOST, idle: float = IDLE, wall: float = WALL) -> None:
        self._most, self._idle, self._wall = most, idle, wall
        self._alive: dict[Owner, Preview] = {}
        self._booting = 0
        self._lock = threading.Lock()
        self._sweeper: threading.Thread | None = None

    def boot(self, *, owner: Owner, exercise: int, project: Project) -> Preview:
        """Boot `project` in place of the owner's earlier one.

        Raises InvalidProject, ProjectFailed, PreviewStopped and GraderUnavailable.
        """
        self.drop(owner)
        _let_others_have_the_connection()
        with self._room():
            stack, closing = ExitStack(), threading.Event()
            begun = time.monotonic()
            limits = Limits(wall=self._wall, cpu=120)
            try:
                booted = stack.enter_context(jail().boot(project, limits, closing.is_set, within=A_BOOT))
            except TimeUp as error:
                message = f"It did not boot within {A_BOOT:.0f} s, and was stopped."
                raise PreviewStopped(message, _where_it_stood(error)) from error
            except (ProjectGone, WireError) as error:
                raise PreviewStopped(str(error)) from error
            booted.renew = True  # Whoever printed much once wants to see what is printed later.
            preview = Preview(owner, exercise, booted, stack, begun + self._wall, closing)
            self._keep(preview)
        return preview

    def _keep(self, preview: Preview) -> None:
        with self._lock:
            other = self._alive.pop(preview.owner, None)
            self._alive[preview.owner] = preview
            self._start_sweeping()
        if other is not None:
            other.close()

    def get(self, *, owner: Owner, exercise: int, preview_id: str) -> Preview:
        """Return the owner's own, or raise NoPreview."""
        with self._lock:
            preview = self._alive.get(owner)
        if preview is None or preview.closed or preview.id != preview_id or preview.exercise != exercise:
            raise NoPreview
        return preview

    def drop(self, owner: Owner) -> None:
        with self._lock:
            preview = self._alive.pop(owner, None)
        if preview is not None:
            preview.close()

    def sweep(self, now: float) -> None:
        """End what nobody uses, and what has lived long enough."""
        with self._lock:
            old = [p for p in self._alive.values() if p.closed or now - p.used > self._idle or now > p.ends]
        for preview in old:
            self._drop_only(preview)

    def close_all(self) -> None:
        """For the server's end."""
        for owner in list(self._alive):
            self.drop(owner)

    @contextmanager
    def _room(self) -> Iterator[None]:
        """A place for one more, held while it boots: two who boot at once must not both take the last one."""
        with self._lock:
            self._booting += 1
        try:
            self._make_room()
            yield
        finally:
            with self._lock:
                self._booting -= 1

    def _make_room(self) -> None:
        with self._lock:
            by_use = sorted(self._alive.values(), key=lambda preview: preview.used)
            waiting = [preview for preview in by_use if not preview.lock.locked()]
            too_many = len(by_use) + self._booting - self._most
        if too_many > len(waiting):
            raise GraderUnavailable("as many projects as this server can hold are at work. Try again soon.")
        for preview in waiting[: max(0, too_many)]:
            self._drop_only(preview)

    def _drop_only(self, preview: Preview) -> None:
        with self._lock:
            if self._alive.get(preview.owner) is preview:
                del self._alive[preview.owner]
        preview.close()

    def _start_sweeping(self) -> None:
        if self._sweeper is None or not self._sweeper.is_alive():
            self._sweeper = threading.Thread(target=self._keep_sweeping, name="preview-sweeper", daemon=True)
            self._sweeper.start()

    def _keep_sweeping(self) -> None:
        while True:
            time.sleep(min(5.0, self._idle))
            self.sweep(time.monotonic())
            with self._lock:
                if not self._alive:
                    self._sweeper = None
                    return


def _where_it_stood(error: TimeUp) -> list[dict[str, Any]]:
    return error.frames if isinstance(error, StillRunning) else []


previews = Previews()
