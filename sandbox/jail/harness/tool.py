"""A child that becomes a grading tool: it writes the tree, locks itself to one binary, and is that binary.

Nothing of the harness is left in the process when the tool reads the first byte of a learner's text. What it
says goes through two pipes, whose other ends the supervisor has; the line of the harness is closed.
"""

import contextlib
import os
import signal
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sandbox.jail.harness.database import Database
from sandbox.jail.harness.nginx_tree import adapt
from sandbox.jail.lockdown.child import Lock, LockdownFailed, lock_to_program
from sandbox.jail.lockdown.seccomp import PROGRAM_DESCRIPTOR
from sandbox.jail.toolbox import TOOLS, Tool
from sandbox.jail.wire import Channel

_REFUSED = 72
_OUTPUTS = (1, 2)


def serve(channel: Channel, job: dict[str, Any], *, lock: Lock, slot: Path, database: Database) -> None:
    """`job` has `tool` and `files`.

    Says `{"op": "missing"}` where the tool is not installed, else `{"op": "outputs"}` with the two pipes, and
    `{"op": "sealed", "root": …}`. After that it says nothing more; `{"op": "refused"}` is an error of ours.
    """
    tool = TOOLS[job["tool"]]
    if tool.name not in lock.programs:
        channel.send({"op": "missing"})
        return
    try:
        _become(tool, job["files"], channel, lock, slot)
    except (LockdownFailed, OSError) as error:
        channel.send({"op": "refused", "reason": f"{tool.name}: {error}"})
        os._exit(_REFUSED)


def _become(tool: Tool, given: Mapping[str, str], channel: Channel, lock: Lock, slot: Path) -> None:
    program = lock.programs[tool.name]
    files, empty = tool.tree(given), list[str]()
    if tool.name == "nginx":
        files, empty = adapt(files, slot)
    writable = _write(slot, files, empty)
    os.chdir(slot)
    ends = [os.pipe() for _ in _OUTPUTS]
    binary = os.open(program.binary, os.O_PATH | os.O_CLOEXEC)
    channel.send({"op": "outputs"})
    channel.send_descriptors([reading for reading, _ in ends])
    lock_to_program(lock, program, slot=slot, writable=writable, pretended=dict(tool.pretended))
    channel.send({"op": "sealed", "root": str(slot)})
    for standard, (_, writing) in zip(_OUTPUTS, ends, strict=True):
        os.dup2(writing, standard, inheritable=True)
    # Closed when the tool starts, as is everything else but its input and outputs.
    os.dup2(binary, PROGRAM_DESCRIPTOR, inheritable=False)
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        # Python ignores them, and that would be handed on.
        signal.signal(number, signal.SIG_DFL)
    arguments = [argument.replace("{root}", str(slot)) for argument in tool.arguments]
    environment = {"LANG": "C.UTF-8", "PATH": "/nowhere", "HOME": "/nowhere", "TZ": "UTC", **tool.environment}
    os.execve(PROGRAM_DESCRIPTOR, [tool.name, *arguments], environment)  # noqa: S606


def _write(slot: Path, files: Mapping[str, str], empty: Iterable[str]) -> list[Path]:
    """Gives the paths of the empty files, the only ones that the tool may write to.

    Their names are a learner's: of one that can't be, the tool says so itself.
    """
    for name, text in files.items():
        path = slot / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    made = []
    for name in empty:
        path = slot / name
        with contextlib.suppress(OSError, ValueError):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
            made.append(path)
    return made
