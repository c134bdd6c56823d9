"""The zygote: a warm Python that forks a child for whoever asks on its socket, and never learns what for.

Single-threaded, because it forks. Nothing that a client or a child does may end it: what goes wrong with a
connection ends that connection.
"""

import contextlib
import errno
import os
import random
import selectors
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sandbox.jail import control
from sandbox.jail.limits import Limits
from sandbox.jail.lockdown import child as lockdown_child

Serve = Callable[[int, Path, Limits], None]

_MAX_CONNECTIONS = 64
_PATIENCE = 5.0  # seconds for a client to say what it wants
_PAUSE = 0.2  # seconds without accepting, when descriptors or processes have run out
_SCARCE = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


@dataclass
class _Client:
    connection: socket.socket
    deadline: float
    pid: int = 0
    slot: Path | None = None


class Zygote:
    """`serve(channel, slot, limits)` is what a child does, in the child; it must not return normally."""

    def __init__(self, listener: socket.socket, slots: Path, serve: Serve, *, max_children: int) -> None:
        self._listener = listener
        self._slots = slots
        self._serve = serve
        self._max_children = max_children
        self._clients: dict[int, _Client] = {}
        self._selector = selectors.DefaultSelector()
        self._wake_read, self._wake_write = os.pipe()
        self._paused_until = 0.0
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
            self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
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
        client = _Client(connection=connection, deadline=time.monotonic() + _PATIENCE)
        self._clients[connection.fileno()] = client
        self._selector.register(connection, selectors.EVENT_READ, lambda: self._on_readable(client))
        if len(self._clients) >= _MAX_CONNECTIONS:
            self._accepting(False)

    def _pause(self) -> None:
        self._paused_until = time.monotonic() + _PAUSE
        self._accepting(False)

    def _on_readable(self, client: _Client) -> None:
        if client.pid:
            # A client with a child has nothing more to say: it hung up, or it talks nonsense.
            self._kill(client)
            return
        descriptors: list[int] = []
        try:
            data, descriptors, flags, _ = socket.recv_fds(client.connection, control.ORDER_BYTES + 1, 4)
            if len(descriptors) != 1 or flags & (socket.MSG_CTRUNC | socket.MSG_TRUNC):
                raise control.BadOrder
            self._start(client, control.unpack_order(data), descriptors[0])
        except BlockingIOError:
            return
        except (control.BadOrder, OSError):
            self._drop(client)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    def _start(self, client: _Client, limits: Limits, channel: int) -> None:
        if sum(1 for other in self._clients.values() if other.pid) >= self._max_children:
            self._send_end(client, control.Ended(busy=True))
            self._drop(client)
            return
        try:
            client.slot = Path(tempfile.mkdtemp(dir=self._slots))
            client.pid = os.fork()
        except OSError as error:
            # No memory, no process, no space: this client is told by hanging up, and others may fare better.
            raise control.BadOrder from error
        client.deadline = time.monotonic() + limits.wall
        if client.pid == 0:
            self._be_child(client.slot, limits, channel)

    def _be_child(self, slot: Path, limits: Limits, channel: int) -> None:
        # Whatever happens, a child must never return into the zygote's loop.
        try:
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            os.setsid()
            lockdown_child.take_descriptors(channel)
            random.seed()
            self._serve(lockdown_child.CHANNEL, slot, limits)
        except BaseException:  # noqa: BLE001
            os._exit(70)
        os._exit(71)

    def _reap(self) -> None:
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            for client in list(self._clients.values()):
                if client.pid == pid:
                    ended = control.Ended(
                        status=status, user=usage.ru_utime, system=usage.ru_stime, peak=usage.ru_maxrss * 1024
                    )
                    client.pid = 0
                    self._send_end(client, ended)
                    self._drop(client)

    def _send_end(self, client: _Client, ended: control.Ended) -> None:
        # A client that has gone does not want to know.
        with contextlib.suppress(OSError):
            client.connection.send(control.pack_ended(ended), socket.MSG_NOSIGNAL)

    def _kill(self, client: _Client) -> None:
        """The rest happens when the child is reaped."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(client.pid, signal.SIGKILL)
        with contextlib.suppress(KeyError):
            self._selector.unregister(client.connection)

    def _drop(self, client: _Client) -> None:
        with contextlib.suppress(KeyError):
            self._selector.unregister(client.connection)
        del self._clients[client.connection.fileno()]
        client.connection.close()
        if client.slot is not None:
            shutil.rmtree(client.slot, ignore_errors=True)

    def _until_next_deadline(self) -> float | None:
        moments = [client.deadline for client in self._clients.values()]
        if self._paused_until:
            moments.append(self._paused_until)
        if not moments:
            return None
        return max(0.0, min(moments) - time.monotonic()) + 0.001

    def _enforce_deadlines(self) -> None:
        now = time.monotonic()
        for client in list(self._clients.values()):
            if client.deadline <= now:
                if client.pid:
                    client.deadline = now + _PATIENCE
                    self._kill(client)
                else:
                    self._drop(client)
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
