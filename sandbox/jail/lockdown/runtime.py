"""Where Python is on this host, and how an unprivileged child gets to read it."""

import os
import stat
import sys
import sysconfig
from pathlib import Path

from sandbox.jail.lockdown import libc

_REPOSITORY = Path(__file__).resolve().parents[3]
_CLONE_NEWNS = 0x20000
_MS_REC_PRIVATE = 0x4000 | 1 << 18
_MS_BIND, _MS_NOSUID, _MS_NODEV = 0x1000, 2, 4


class RuntimeUnreadable(Exception):
    """The user as whom learners' code would run can't read Python itself."""


def readable() -> tuple[Path, ...]:
    """Python, the installed packages, shared libraries, time zones, and the jail's own modules.

    Nothing else.
    """
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    found = [Path(sysconfig.get_path(name)) for name in names]
    found.append(Path(os.__file__).parent)
    base = Path(sys.base_prefix)
    if base != Path("/usr"):
        found.append(base / "lib")
    multiarch = sysconfig.get_config_var("MULTIARCH")
    libraries = [f"/usr/lib/{multiarch}", f"/lib/{multiarch}"] if multiarch else []
    found += [
        Path(name) for name in (*libraries, "/usr/lib64", "/lib64", "/usr/share/zoneinfo", "/dev/urandom")
    ]
    found += [_REPOSITORY / "sandbox" / name for name in ("__init__.py", "jail", "xray")]
    return tuple(dict.fromkeys(path.resolve() for path in found if path.exists()))


def sinks() -> tuple[Path, ...]:
    return (Path(os.devnull),)


def open_to_others(paths: tuple[Path, ...]) -> None:
    """For root: makes the paths reachable for a user who may not enter a directory above them.

    In a mount namespace of this process's own, an empty directory with only these paths in it covers the
    closed one; the machine sees nothing of it. Raises RuntimeUnreadable where that is not permitted.
    """
    closed: dict[Path, list[Path]] = {}
    for path in paths:
        for above in reversed(path.parents):
            if not above.stat().st_mode & stat.S_IXOTH:
                closed.setdefault(above, []).append(path)
                break
    if not closed:
        return
    try:
        libc.unshare(_CLONE_NEWNS)
        libc.mount("none", "/", None, _MS_REC_PRIVATE)
        for above, below in closed.items():
            _cover(above, below)
    except OSError as error:
        names = ", ".join(str(path) for path in closed)
        reason = f"started by root, and other users may not enter {names}, where Python is: {error}"
        raise RuntimeUnreadable(reason) from error


def _cover(above: Path, below: list[Path]) -> None:
    held = [(path, os.open(path, os.O_PATH)) for path in below]
    libc.mount("none", str(above), "tmpfs", _MS_NOSUID | _MS_NODEV, "mode=755,size=1m")
    for path, descriptor in held:
        if not path.exists():
            if stat.S_ISDIR(os.fstat(descriptor).st_mode):
                path.mkdir(parents=True)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()
            libc.mount(f"/proc/self/fd/{descriptor}", str(path), None, _MS_BIND)
        os.close(descriptor)
