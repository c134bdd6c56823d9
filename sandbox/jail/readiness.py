"""Whether a jail holds: what its attacks on itself came to, remembered for a moment.

A jail that let one pass gets no work, and is tried again after a few seconds for as long as somebody asks;
when the cause is gone, it is ready again by itself. A jail that held is trusted for half a minute. Of a jail
that was started anew on the same socket nothing is known.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sandbox.jail.children import JailUnavailable

GOOD_FOR = 30.0  # seconds
BAD_FOR = 3.0

_Identity = tuple[int, int, int]


@dataclass(frozen=True)
class _Finding:
    identity: _Identity | None
    until: float
    reason: str = ""


_lock = threading.Lock()
_findings: dict[Path, _Finding] = {}


def confirm(path: Path, attack: Callable[[], None]) -> None:
    """Raises JailUnavailable where the jail on this socket does not hold. Attacks it to know."""
    known = _findings.get(path)
    if known is None or known.until < time.monotonic() or known.identity != _identity(path):
        check(path, attack)
    elif known.reason:
        raise JailUnavailable(known.reason)


def check(path: Path, attack: Callable[[], None]) -> None:
    """Attacks the jail now, and remembers what came of it. Raises JailUnavailable."""
    identity = _identity(path)
    try:
        attack()
    except JailUnavailable as unavailable:
        _remember(path, _Finding(identity, time.monotonic() + BAD_FOR, str(unavailable)))
        raise
    _remember(path, _Finding(identity, time.monotonic() + GOOD_FOR))


def _remember(path: Path, finding: _Finding) -> None:
    with _lock:
        _findings[path] = finding


def _identity(path: Path) -> _Identity | None:
    """Of the socket's file; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino, found.st_ctime_ns)
