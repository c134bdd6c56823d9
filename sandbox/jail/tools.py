"""Grading tools of other makers, on texts of a learner: `run("hadolint", {"Dockerfile": text})`.

The tool runs in a child of the jail, which can run that binary and nothing else. Its words are kept up to a
limit, and are a learner's words: show them escaped.
"""

import contextlib
import os
import selectors
import stat
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sandbox.jail.children import Child, JailUnavailable
from sandbox.jail.client import Jail
from sandbox.jail.harness.errors import clip
from sandbox.jail.limits import Limits
from sandbox.jail.project import check_files
from sandbox.jail.toolbox import TOOLS, Tool, ToolResult
from sandbox.jail.wire import Closed, Stopped, TimeUp, WireError

__all__ = ["TOOLS", "ToolResult", "UnknownTool", "run"]

WALL = 10.0  # seconds for a tool
OUTPUT_BYTES = 256 * 1024  # of each of its outputs
_READY_WAIT = 10.0  # seconds for a child to write the tree and to lock itself in
_SPARE = 15.0  # seconds that a child may live beyond that: the wall is held here
_LAST_WORDS = 2.0  # seconds to end after the outputs are closed
_SLICE = 0.1
_OUT_OF_TIME = 24  # SIGXCPU

Stop = Callable[[], bool] | None


class UnknownTool(ValueError):
    """The toolbox has no tool of that name."""


def run(
    name: str,
    files: Mapping[str, str],
    *,
    jail: Jail | None = None,
    wall: float = WALL,
    should_stop: Stop = None,
    guest: bool = False,
) -> ToolResult:
    """Runs the tool on the files, text by relative POSIX path, for at most `wall` seconds.

    Without `jail`, in the one that JAIL_SOCKET names; as a guest, in a place that no grade needs.
    Raises UnknownTool; InvalidProject where the files can't be a tree; JailUnavailable where the jail, or the
    tool in it, is missing or broken; wire.Stopped.
    """
    tool = TOOLS.get(name)
    if tool is None:
        raise UnknownTool(f"there is no tool {name!r}; there are {', '.join(sorted(TOOLS))}")
    check_files(files)
    limits = Limits(wall=wall + _READY_WAIT + _SPARE, cpu=int(wall) + 2)
    with (jail or _default_jail()).child(limits, should_stop, guest=guest) as child:
        root, outputs = _start(tool, files, child)
        return _Listening(tool, child, root, outputs, should_stop).result(wall)


def _default_jail() -> Jail:
    path = os.environ.get("JAIL_SOCKET")
    if not path:
        raise JailUnavailable("no jail is configured: JAIL_SOCKET is empty.")
    return Jail(path)


def _start(tool: Tool, files: Mapping[str, str], child: Child) -> tuple[str, list[int]]:
    """Where the tree is, and the tool's two outputs, open for reading. By then no text has been looked at."""
    deadline = time.monotonic() + _READY_WAIT
    line = child.channel
    outputs: list[int] = []
    try:
        line.send({"op": "tool", "tool": tool.name, "files": dict(files)}, deadline)
        answer = line.receive(deadline)
        if answer.get("op") == "missing":
            raise JailUnavailable(f"{tool.name} is not installed where the jail runs.")
        if answer.get("op") == "outputs":
            outputs = line.receive_descriptors(2, deadline)
            if not all(stat.S_ISFIFO(os.fstat(output).st_mode) for output in outputs):
                raise WireError("its outputs are no pipes")
            answer = line.receive(deadline)
            # The line is closed by the tool's start; what comes on it instead says why there was none.
            if answer.get("op") == "sealed" and line.at_end(deadline):
                return str(answer.get("root", "")), outputs
            if answer.get("op") == "sealed":
                answer = line.receive(deadline)
        raise JailUnavailable(f"the jail can't run a tool: {answer.get('reason')}")
    except (Closed, TimeUp, WireError) as error:
        _close(outputs)
        raise JailUnavailable(f"the jail gave no tool ({str(error) or 'it took too long'})") from error
    except BaseException:
        _close(outputs)
        raise


def _close(descriptors: list[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


@dataclass
class _Listening:
    tool: Tool
    child: Child
    root: str
    outputs: list[int]
    should_stop: Stop
    heard: list[bytearray] = field(default_factory=lambda: [bytearray(), bytearray()])
    timed_out: bool = False
    cut: bool = False

    def result(self, wall: float) -> ToolResult:
        began = time.monotonic()
        try:
            ended_by_itself = self._listen(began + wall)
        finally:
            _close(self.outputs)
        status = self._status() if ended_by_itself else None
        if status == -_OUT_OF_TIME:
            status, self.timed_out = None, True
        stdout, stderr = (self.tool.tidy(heard.decode(errors="replace"), self.root) for heard in self.heard)
        return ToolResult(
            exit=status,
            stdout=clip(stdout, OUTPUT_BYTES),
            stderr=clip(stderr, OUTPUT_BYTES),
            timed_out=self.timed_out,
            cut=self.cut,
            seconds=time.monotonic() - began,
        )

    def _listen(self, deadline: float) -> bool:
        """True where both outputs were closed, within the time and the bounds."""
        with selectors.DefaultSelector() as selector:
            for output, heard in zip(self.outputs, self.heard, strict=True):
                os.set_blocking(output, False)
                selector.register(output, selectors.EVENT_READ, heard)
            while selector.get_map():
                left = deadline - time.monotonic()
                if left <= 0:
                    self.timed_out = True
                    return False
                if self.should_stop is not None and self.should_stop():
                    raise Stopped
                for key, _ in selector.select(min(left, _SLICE)):
                    if not self._take(key.fd, key.data):
                        selector.unregister(key.fd)
                    if self.cut:
                        return False
        return True

    def _take(self, output: int, heard: bytearray) -> bool:
        """False at its end."""
        with contextlib.suppress(BlockingIOError):
            part = os.read(output, 1 << 16)
            self.cut = len(heard) + len(part) > OUTPUT_BYTES
            heard += part[: OUTPUT_BYTES - len(heard)]
            return bool(part)
        return True

    def _status(self) -> int | None:
        ended = self.child.ended(_LAST_WORDS)
        if ended is None:
            # It closed its outputs and lives on.
            self.timed_out = True
            return None
        return os.waitstatus_to_exitcode(ended.status)
