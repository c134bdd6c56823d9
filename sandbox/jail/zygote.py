"""The zygote: a warm Python with children ready for whoever asks on its socket; it never learns what for.

A few children are forked ahead of time, lock themselves in, and wait. Each serves one client, once.

Single-threaded, because it forks. Nothing that a client or a child does may end it: what goes wrong with a
connection ends that connection.
"""

import contextlib
import errno
import os
import select
import selectors
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sandbox.jail import control, leftovers
from sandbox.jail.limits import THREADS
from sandbox.jail.nursery import Nursery, Serve, fork
from sandbox.jail.space import Space
from sandbox.jail.templates import Template, Templates, Waiting

_MAX_CONNECTIONS = 64
_PATIENCE = 5.0  # seconds for a client to say what it wants
_BREATH = 0.02  # seconds after the last work has ended until that begins: the next order may be on its way
_HASTE = 0.5  # seconds after an order in which whoever works is not disturbed by getting children ready
_A_FEW = 8  # threads more: where the kernel can count by job, its limit comes first, and Python says so
_WATCH = 0.1  # seconds between two looks at what those at work take
_AT_A_GRADE = 2  # children, of which one works while the other waits
_PROCESSORS = len(os.sched_getaffinity(0))
_PAUSE = 0.2  # seconds without accepting, when descriptors or processes have run out
_LOG = 2  # standard error
_SCARCE = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


@dataclass
class _Client:
    connection: socket.socket
    deadline: float
    began: float
    pid: int = 0
    slot: Path | None = None
    template: Template | None = None
    queued: bool = False
    keeps_place: bool = False
    is_guest: bool = False
    request: bytes = b""
    killed: bool = False


class Zygote:
    """`serve(line, slot)` is what a child does, in the child; it must not return normally.

    So does `serve_template`. `tasks` gives the RLIMIT_NPROC of a child, by how many others have its user.
    At most `max_children` work at once, of whom a good half may be guests; `waiting` more are ready, and two
    for each of so many `templates`.
    """

    def __init__(
        self,
        listener: socket.socket,
        slots: Path,
        serve: Serve,
        serve_template: Serve,
        *,
        tasks: Callable[[int], int],
        max_children: int,
        waiting: int,
        templates: int,
    ) -> None:
        self._listener = listener
        self._nursery = Nursery(serve, slots, wanted=waiting)
        self._fork_template = lambda: fork(serve_template, slots)
        self._tasks = tasks
        self._max_children = max_children
        self._clients: dict[int, _Client] = {}
        self._selector = selectors.DefaultSelector()
        self._templates = Templates(self._selector, most=templates)
        self._space = Space(slots)
        self._wake_read, self._wake_write = os.pipe()
        self._paused_until = 0.0
        self._ended = 0.0
        self._rushed = False
        self._look_at = 0.0
        self._stopping = False

    def run(self, while_open: int | None = None) -> None:
        """Until SIGTERM or SIGINT; with `while_open`, until that descriptor's far end is closed too."""
        self._listen_to_signals()
        self._listener.setblocking(False)
        self._accepting(True)
        self._selector.register(self._wake_read, selectors.EVENT_READ, self._drain_wake)
        if while_open is not None:
            self._selector.register(while_open, selectors.EVENT_READ, lambda: self._parent_gone(while_open))
        try:
            while not self._stopping:
                for key, _ in self._selector.select(self._until_next_deadline()):
                    key.data()
                self._reap()
                self._enforce_deadlines()
                self._watch()
                calm = time.monotonic() >= self._calm_from()
                copying = calm or self._in_a_row()
                self._templates.refill(calm, copying)
                self._nursery.refill(calm, copying)
        finally:
            self._end_all()

    def _listen_to_signals(self) -> None:
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)

    def _stop(self, *_: object) -> None:
        self._stopping = True

    def _parent_gone(self, descriptor: int) -> None:
        if os.read(descriptor, 512) == b"":
            self._stopping = True

    def _drain_wake(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(self._wake_read, 512)

    def _accepting(self, wanted: bool) -> None:
        registered = self._listener in self._selector.get_map()
        if wanted and not registered:
            try:
                self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
            except OSError:
                self._paused_until = time.monotonic() + _PAUSE
        elif registered and not wanted:
            self._selector.unregister(self._listener)

    def _accept(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except OSError as error:
            if error.errno in _SCARCE:
                self._pause()
            return
        connection.setblocking(False)
        now = time.monotonic()
        client = _Client(connection=connection, deadline=now + _PATIENCE, began=now)
        try:
            self._selector.register(connection, selectors.EVENT_READ, lambda: self._on_readable(client))
        except OSError:
            # What may be watched is counted for all processes of a user.
            connection.close()
            self._pause()
            return
        self._clients[connection.fileno()] = client
        if len(self._clients) >= _MAX_CONNECTIONS:
            self._accepting(False)

    def _pause(self) -> None:
        self._paused_until = time.monotonic() + _PAUSE
        self._accepting(False)

    def _on_readable(self, client: _Client) -> None:
        if client.queued:
            self._drop(client)
            return
        if client.pid:
            # A client with a child has nothing more to say: it hung up, or it talks nonsense.
            self._kill(client)
            return
        descriptors: list[int] = []
        try:
            data, descriptors, flags, _ = socket.recv_fds(client.connection, control.ORDER_BYTES + 1, 4)
            if len(descriptors) != 1 or flags & (socket.MSG_CTRUNC | socket.MSG_TRUNC):
                raise control.BadOrder
            order = control.unpack_order(data)
            client.request = order.request
            (self._start_template if order.template else self._start)(client, order, descriptors[0])
        except BlockingIOError:
            return
        except (control.BadOrder, OSError):
            self._drop(client)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    def _start(self, client: _Client, order: control.Order, channel: int) -> None:
        if not self._has_place(client, order.part):
            self._send_end(client, control.Ended(busy=True))
            self._drop(client)
            return
        if order.part != 2:
            self._rushed = time.monotonic() < self._calm_from()
        state, template = self._templates.find(order.key)
        if template is not None:
            self._queue(client, order, channel, template)
            return
        try:
            child = self._nursery.take()
        except OSError as error:
            # No memory, no process, no space: this client is told by hanging up, and others may fare better.
            raise control.BadOrder from error
        self._give(client, child, control.pack_start(order.limits, self._tasks(0), state), channel)
        client.deadline = time.monotonic() + order.limits.wall
        self._nursery.rest()

    def _has_place(self, client: _Client, part: int) -> bool:
        """For the first of a pair only where there is one for the second, which is then kept for it."""
        keeping = [other for other in self._clients.values() if other.keeps_place]
        if part == 2:
            if keeping:
                keeping[0].keeps_place = False
            return bool(keeping)
        at_work = [other for other in self._clients.values() if other.pid or other.queued]
        taken = len(at_work) + len(keeping)
        if part == control.GUEST:
            client.is_guest = True
            if sum(other.is_guest for other in at_work) >= _guests(self._max_children):
                return False
        client.keeps_place = part == 1 and taken + 2 <= self._max_children
        return client.keeps_place if part == 1 else taken < self._max_children

    def _queue(self, client: _Client, order: control.Order, channel: int, template: Template) -> None:
        line = os.dup(channel)
        client.queued = True

        def give(child: Waiting | None) -> bool:
            try:
                if self._clients.get(client.connection.fileno()) is not client:
                    return False
                client.queued = False
                if child is None:
                    self._send_end(client, control.Ended(busy=True))
                    self._drop(client)
                    return False
                client.template = template
                tasks = self._tasks(template.busy)
                template.busy += 1
                self._give(
                    client, child, control.pack_start(order.limits, tasks, control.Template.USED), line
                )
                client.deadline = time.monotonic() + order.limits.wall
                return True
            finally:
                os.close(line)

        self._templates.take(template, give)

    def _give(self, client: _Client, child: Waiting, start: bytes, channel: int) -> None:
        client.pid, client.slot = child.pid, child.slot
        # A child that has ended meanwhile is noticed when it is reaped.
        with child.line, contextlib.suppress(OSError):
            socket.send_fds(child.line, [start], [channel])

    def _start_template(self, client: _Client, order: control.Order, channel: int) -> None:
        """The client need not wait for it, and may go.

        What can't be had now may be had by the next who asks.
        """
        with contextlib.suppress(OSError):
            process = self._templates.add(order.key, self._fork_template)
            if process is not None:
                tasks = self._tasks(self._max_children)
                start = control.pack_start(order.limits, tasks, control.Template.NONE)
                socket.send_fds(process.line, [start], [channel])
        self._drop(client)

    def _reap(self) -> None:
        while True:
            try:
                found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return
            if found is None:
                return
            self._templates.ended(found.si_pid)
            pid, status, usage = os.wait4(found.si_pid, 0)
            self._nursery.ended(pid)
            for client in list(self._clients.values()):
                if client.pid == pid:
                    ended = control.Ended(
                        status=status, user=usage.ru_utime, system=usage.ru_stime, peak=usage.ru_maxrss * 1024
                    )
                    client.pid = 0
                    if os.WIFSIGNALED(status) and not client.killed:
                        _say(f"a child was ended by {signal.strsignal(os.WTERMSIG(status))}", client)
                    # Who was ended for what their template did is told nothing, as if the jail had gone.
                    if client.template is None or not client.template.greedy:
                        self._send_end(client, ended)
                    self._drop(client)

    def _send_end(self, client: _Client, ended: control.Ended) -> None:
        # A client that has gone does not want to know.
        with contextlib.suppress(OSError):
            client.connection.send(control.pack_ended(ended), socket.MSG_NOSIGNAL)

    def _kill(self, client: _Client) -> None:
        """The rest happens when the child is reaped."""
        client.killed = True
        with contextlib.suppress(ProcessLookupError):
            os.kill(client.pid, signal.SIGKILL)
        with contextlib.suppress(KeyError):
            self._selector.unregister(client.connection)

    def _drop(self, client: _Client) -> None:
        """Nothing where it was dropped before: of what is heard in one round, two things may end a client."""
        if self._clients.pop(client.connection.fileno(), None) is None:
            return
        with contextlib.suppress(KeyError):
            self._selector.unregister(client.connection)
        client.connection.close()
        if client.slot is not None:
            # It had a child; whoever only looks whether somebody listens has ended no work.
            self._ended = time.monotonic()
            tidy = leftovers.put_away(client.slot)
            if client.template is not None:
                self._templates.released(client.template, tidy=tidy)

    def _watch(self) -> None:
        """Ends who takes what others need: the kernel's limits don't count threads and files by job."""
        leftovers.go_on()
        now = time.monotonic()
        if now < self._look_at or not self._has_to_watch():
            return
        self._look_at = now + _WATCH
        for client in self._clients.values():
            if client.pid and not client.killed and _threads(client.pid) > THREADS + _A_FEW:
                _say(f"a child was killed for more than {THREADS} threads", client)
                self._kill(client)
        if self._templates.any():
            self._templates.end_the_greedy(_children(), full=self._space.is_filling())

    def _has_to_watch(self) -> bool:
        return self._templates.any() or any(client.pid for client in self._clients.values())

    def _calm_from(self) -> float:
        """When those who work now have ended, or work for so long that it is not a grade (previews do)."""
        working = [client.began for client in self._clients.values() if client.pid or client.queued]
        return max(working) + _HASTE if working else self._ended + _BREATH

    def _in_a_row(self) -> bool:
        """Whether orders come at once after each other, and leave a processor that nobody works on."""
        at_work = sum(1 for client in self._clients.values() if client.pid or client.queued)
        return self._rushed and at_work <= _AT_A_GRADE * (_PROCESSORS - 1)

    def _until_next_deadline(self) -> float | None:
        moments = [client.deadline for client in self._clients.values()] + self._templates.next_deadline()
        if (calm := self._calm_from()) > time.monotonic():
            moments.append(calm)
        if self._paused_until:
            moments.append(self._paused_until)
        if self._has_to_watch():
            moments.append(self._look_at)
        if leftovers.are_left():
            moments.append(0.0)
        moments += self._nursery.next_moment()
        if not moments:
            return None
        left = min(moments) - time.monotonic()
        return left + 0.001 if left > 0 else 0.0

    def _enforce_deadlines(self) -> None:
        now = time.monotonic()
        for client in list(self._clients.values()):
            if client.deadline <= now:
                if client.pid:
                    client.deadline = now + _PATIENCE
                    _say("a child was killed at its deadline", client)
                    self._kill(client)
                else:
                    self._drop(client)
        self._templates.enforce_deadlines(now)
        if self._paused_until <= now and len(self._clients) < _MAX_CONNECTIONS:
            self._paused_until = 0.0
            self._accepting(True)

    def _end_all(self) -> None:
        for client in list(self._clients.values()):
            if client.pid:
                self._kill(client)
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(client.pid, 0)
                client.pid = 0
            self._drop(client)
        self._templates.end_all()
        self._nursery.end_all()


def _guests(places: int) -> int:
    """How many of the places guests may have: the half that previews have, and one for visitors of demos.

    A grade and its tool always find places.
    """
    return max(1, min(places // 2 + 1, places - _AT_A_GRADE - 1))


def _threads(pid: int) -> int:
    """0 where that can't be seen, or the process has gone."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/task").stat().st_nlink - 2
    return 0


def _children() -> list[int]:
    """Of this process. Nothing where the kernel does not tell."""
    with contextlib.suppress(OSError):
        return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_bytes().split()]
    return []


def _say(what: str, client: _Client) -> None:
    """A line of the log; where nobody reads the log and it is full, nobody waits for that."""
    line = f"jail: {what}, request {client.request.hex()}\n".encode()
    with contextlib.suppress(OSError, ValueError):
        if select.select([], [_LOG], [], 0)[1]:
            os.write(_LOG, line)
