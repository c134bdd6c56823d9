"""A jail of which something is changed before it starts."""

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.jail import Jail

REPOSITORY = Path(__file__).resolve().parents[3]


@contextmanager
def serving(path: Path, change: str) -> Iterator[Jail]:
    """`change` is Python, run in the zygote before it is made."""
    script = (
        f"import os, sys\nsys.path.insert(0, {str(REPOSITORY)!r})\nos.environ.clear()\n{change}\n"
        "from sandbox.jail.__main__ import parser\n"
        "options = ['serve', '--wall=none', '--while-stdin', '--socket']\n"
        f"options = parser().parse_args([*options, {str(path)!r}])\n"
        "sys.exit(options.run(options))\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE)
    try:
        _wait_for(path, process)
        yield Jail(path)
    finally:
        if process.stdin:
            process.stdin.close()
        process.wait(20)


def _wait_for(path: Path, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
            probe.connect(str(path))
            return
        time.sleep(0.05)
    raise AssertionError("it does not serve")
