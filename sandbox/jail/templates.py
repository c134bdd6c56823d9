"""Templates as the zygote holds them: processes that have booted an exercise's fixed part, and fork.

A template's children are the zygote's own (its siblings): it ends and buries them like all others. A template
is known by 32 bytes that its clients chose; what is in it the zygote never learns.
"""

import contextlib
import os
import resource
import selectors
import signal
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.jail import control, leftovers, space
from sandbox.jail.limits import TEMPLATE_BYTES

AHEAD = 2  # children that wait, for each template
QUICK = 1  # of them have copied the pages that a project writes to, some 30 MB
_MOST_REFUSED = 256
_PREPARING = 20.0  # seconds until it has to be ready
_ANSWERING = 20.0  # seconds until a child that it was asked for has to be there
_FRESH = 120.0  # seconds until a new one is made: a seed may have said "now"
_IDLE = 300.0  # seconds without work until it is ended
_REFUSED_FOR = 300.0
_STRAYS = 8  # processes that its code may have made beside the children that it was asked for


@dataclass(eq=False)
class Waiting:
    """A child that nobody has asked for yet, and the zygote's end of the line to it.

    `quick` says that it was told to copy its pages ahead.
    """

    pid: int
    slot: Path
    line: socket.socket
    quick: bool = False

    def lives(self) -> bool:
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None

    def quicken(self) -> None:
        self.quick = True
        # One that has ended is noticed when it is reaped.
        with contextlib.suppress(OSError):
            self.line.send(control.COPY, socket.MSG_NOSIGNAL | socket.MSG_DONTWAIT)

    def put_away(self) -> None:
        """When it has ended, or was killed."""
        self.line.close()
        leftovers.put_away(self.slot)


def take_one(waiting: list[Waiting]) -> Waiting | None:
    """Take the best one out of the list: a quick one, if there is any."""
    for child in sorted(waiting, key=lambda child: not child.quick):
        if child.lives():
            waiting.remove(child)
            return child
    return None


def quicken(waiting: list[Waiting], wanted: int) -> None:
    """Let so many of them be quick."""
    missing = wanted - sum(child.quick for child in waiting)
    for child in [child for child in waiting if not child.quick][: max(missing, 0)]:
        child.quicken()


# Hands a client its child, or tells it that there is none. False where the client has gone.
Give = Callable[[Waiting | None], bool]


@dataclass(eq=False)
class Template:
    """`busy` are children at work; `asked` are lines to children that it has not made yet.

    `made` are all of its children that live, `gone` says that its process was reaped, `greedy` that it was
    ended for taking what belongs to all: that is no fault of those who work in its children.
    """

    key: bytes
    process: Waiting
    began: float
    used: float
    ready: bool = False
    gone: bool = False
    greedy: bool = False
    busy: int = 0
    number: int = 0
    asked: list[tuple[Path, socket.socket, float]] = field(default_factory=list)
    made: set[int] = field(default_factory=set)
    pool: list[Waiting] = field(default_factory=list)
    queue: list[Give] = field(default_factory=list)

    def top_up(self, calm: bool, copying: bool) -> None:
        """Asks for children: for those who queue, and some ahead; more of them while nobody works."""
        ahead = AHEAD if calm else 1
        while self.ready and len(self.pool) + len(self.asked) < ahead + len(self.queue):
            try:
                ours, theirs = socket.socketpair()
            except OSError:
                # Descriptors have run out: they come back when somebody's work ends.
                return
            self.number += 1
            with theirs:
                try:
                    words = control.pack_sibling(self.number)
                    socket.send_fds(self.process.line, [words], [theirs.fileno()], socket.MSG_NOSIGNAL)
                except OSError:
                    # It is slow, or gone: the next look at it will tell.
                    ours.close()
                    return
            slot = self.process.slot / "children" / str(self.number)
            self.asked.append((slot, ours, time.monotonic()))
        if copying:
            quicken(self.pool, QUICK)


class Templates:
    """At most `most` at once, the least recently used one making room."""

    def __init__(self, selector: selectors.BaseSelector, *, most: int) -> None:
        self._selector = selector
        self._most = most
        self._live: dict[bytes, Template] = {}
        self._retired: list[Template] = []
        self._refused: dict[bytes, float] = {}

    def find(self, key: bytes) -> tuple[control.Template, Template | None]:
        """What there is by this key. A template only where it can be used."""
        if not key:
            return control.Template.NONE, None
        found = self._live.get(key)
        if found is None or (found.ready and time.monotonic() - found.began > _FRESH):
            refused = self._refused.get(key, 0.0) > time.monotonic()
            return (control.Template.REFUSED if refused else control.Template.UNKNOWN), None
        if not found.ready:
            return control.Template.COMING, None
        found.used = time.monotonic()
        return control.Template.USED, found

    def add(self, key: bytes, fork: Callable[[], Waiting]) -> Waiting | None:
        """The new template's process; None where there is no place, or no need. Raises OSError."""
        if self.find(key)[0] != control.Template.UNKNOWN:
            return None
        if (stale := self._live.get(key)) is not None:
            self._retire(stale)
        while len(self._live) + len(self._retired) >= self._most:
            idle = [template for template in self._live.values() if not (template.busy or template.queue)]
            if not idle:
                return None
            self._retire(min(idle, key=lambda template: template.used))
        process = fork()
        process.line.setblocking(False)
        now = time.monotonic()
        template = Template(key=key, process=process, began=now, used=now)
        try:
            self._selector.register(process.line, selectors.EVENT_READ, lambda: self._hear(template))
        except OSError:
            _kill(os.kill, process.pid)
            process.put_away()
            raise
        self._live[key] = template
        return process

    def take(self, template: Template, give: Give) -> None:
        """Gives a child now, or when the template has made one."""
        child = take_one(template.pool)
        if child is None:
            template.queue.append(give)
        else:
            give(child)

    def refill(self, calm: bool, copying: bool) -> None:
        for template in self._live.values():
            template.top_up(calm, copying)

    def released(self, template: Template, *, tidy: bool) -> None:
        """One of its children has ended its work. It was `tidy` if it left no more than a project has."""
        template.busy -= 1
        if not tidy:
            self._condemn(template)
        if template in self._retired and not template.busy:
            self._end(template)

    def ended(self, pid: int) -> None:
        """A process has ended, and is not reaped yet: its group still has its number."""
        for template in self._all():
            if template.process.pid == pid:
                if self._live.get(template.key) is template and not template.ready:
                    self._refuse(template.key)
                self._retire(template)
                template.gone = True
                return
            for child in [child for child in template.pool if child.pid == pid]:
                template.pool.remove(child)
                child.put_away()
            if pid in template.made:
                template.made.remove(pid)
                if template.gone and template.made <= {child.pid for child in template.pool}:
                    # The last at work. What else its code has made goes now, while the group has its number.
                    _kill(os.killpg, template.process.pid)

    def enforce_deadlines(self, now: float) -> None:
        for template in list(self._live.values()):
            preparing = not template.ready and now - template.began > _PREPARING
            silent = any(now - since > _ANSWERING for _, _, since in template.asked)
            if preparing or silent:
                self._refuse(template.key)
                self._retire(template)
            elif now - template.used > _IDLE and not template.busy:
                self._retire(template)

    def end_the_greedy(self, children: Iterable[int], *, full: bool) -> None:
        """Ends those whose own code takes the place of others.

        `children` are all of the zygote's; `full` says that files are to be counted.
        """
        strays = _by_group(set(children) - self._known())
        most = _resident(os.getpid()) + 2 * TEMPLATE_BYTES
        for template in list(self._all()):
            own = [template.process.pid, *strays.get(template.process.pid, ())]
            too_many = len(own) > 1 + len(template.asked) + _STRAYS
            too_large = any(_resident(pid) > most for pid in own)
            trees = 2 + len(template.made) + len(template.asked)
            if too_many or too_large or (full and space.holds_more_than(template.process.slot, trees)):
                self._condemn(template)

    def any(self) -> bool:
        return bool(self._live or self._retired)

    def _known(self) -> set[int]:
        return {pid for template in self._all() for pid in (template.process.pid, *template.made)}

    def _condemn(self, template: Template) -> None:
        """Ends it at once, with those who work in its children: they are told that it was not their fault."""
        template.greedy = True
        self._refuse(template.key)
        self._retire(template)
        if template in self._retired:
            self._kill_all(template)

    def next_deadline(self) -> list[float]:
        moments = [
            template.used + _IDLE if template.ready else template.began + _PREPARING
            for template in self._live.values()
            if not template.busy
        ]
        return moments + [t.asked[0][2] + _ANSWERING for t in self._live.values() if t.asked]

    def end_all(self) -> None:
        for template in list(self._all()):
            template.busy = 0
            self._retire(template)

    def _all(self) -> Iterator[Template]:
        yield from list(self._live.values())
        yield from list(self._retired)

    def _refuse(self, key: bytes) -> None:
        while len(self._refused) >= _MOST_REFUSED:
            del self._refused[next(iter(self._refused))]
        self._refused[key] = time.monotonic() + _REFUSED_FOR

    def _hear(self, template: Template) -> None:
        if template not in self._all():
            # Ended by what was heard before it in the same round, which is no fault of it.
            return
        try:
            words = template.process.line.recv(control.SIBLING_BYTES)
        except OSError:
            words = b""
        if len(words) != control.SIBLING_BYTES:
            if not template.ready:
                self._refuse(template.key)
            self._retire(template)
            return
        pid = control.unpack_sibling(words)
        if pid == 0 and not template.ready:
            template.ready = True
        elif not template.asked or not _is_new_child(template, pid):
            # An exercise's own code has been there, and talks nonsense.
            self._refuse(template.key)
            self._retire(template)
        else:
            template.made.add(pid)
            slot, line, _ = template.asked.pop(0)
            child = Waiting(pid=pid, slot=slot, line=line)
            while template.queue:
                if template.queue.pop(0)(child):
                    return
            template.pool.append(child)

    def _retire(self, template: Template) -> None:
        """It makes no more children. It is ended when those at work have ended."""
        if self._live.get(template.key) is template:
            del self._live[template.key]
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(template.process.line)
            self._retired.append(template)
        template.ready = False
        while template.queue:
            template.queue.pop(0)(None)
        if not template.busy and template in self._retired:
            self._end(template)

    def _end(self, template: Template) -> None:
        self._retired.remove(template)
        self._kill_all(template)
        for _, line, _ in template.asked:
            line.close()
        for child in (*template.pool, template.process):
            child.put_away()

    @staticmethod
    def _kill_all(template: Template) -> None:
        if template.gone:
            # Its number may be somebody else's by now.
            for pid in template.made:
                _kill(os.kill, pid)
        else:
            # All that came of it is in its group: nothing in there may leave it.
            _kill(os.killpg, template.process.pid)


def _resident(pid: int) -> int:
    """Bytes of memory that the process has, with what it shares; 0 where that can't be seen."""
    with contextlib.suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_bytes().split()[1]) * resource.getpagesize()
    return 0


def _by_group(pids: Iterable[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            found.setdefault(os.getpgid(pid), []).append(pid)
    return found


def _is_new_child(template: Template, pid: int) -> bool:
    """Whether it came of this template, whose group nothing leaves and nobody else enters, and is new."""
    try:
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        of_its_group = os.getpgid(pid) == template.process.pid
    except (OSError, OverflowError):
        return False
    return of_its_group and pid != template.process.pid and pid not in template.made


def _kill(how: Callable[[int, int], None], pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        how(pid, signal.SIGKILL)
