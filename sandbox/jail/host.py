"""What can be learned about this machine, and about a process on it, by looking. Changes nothing."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path("/")  # where /proc and /sys are

_NAMESPACES = ("pid", "net", "mnt", "user", "ipc", "uts")
_CONTAINER_FILES = {"/.dockerenv": "Docker", "/run/.containerenv": "Podman"}
_CONTAINER_GROUPS = ("docker", "kubepods", "libpod", "lxc", "containerd")
_PATIENCE = 10


def container() -> str:
    """Which kind of container this is, as far as it shows; '' where it shows none."""
    for name, kind in _CONTAINER_FILES.items():
        if _at(name).exists():
            return kind
    groups = _read("/proc/self/cgroup")
    return next((name for name in _CONTAINER_GROUPS if name in groups), "")


def group_limit(kind: str, process: int | str = "self") -> int | None:
    """The tightest limit of the process's control groups on "memory" (bytes) or "pids"; None without one."""
    found = []
    for line in _read(f"/proc/{process}/cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            found += _limits_above(_at("/sys/fs/cgroup"), path, f"{kind}.max")
            found += _limits_above(_at("/sys/fs/cgroup/unified"), path, f"{kind}.max")
        elif kind in controllers.split(","):
            name = "memory.limit_in_bytes" if kind == "memory" else "pids.max"
            found += _limits_above(_at(f"/sys/fs/cgroup/{kind}"), path, name)
    # The first version of control groups writes "none" as a number near 2^63.
    return min((limit for limit in found if limit < 1 << 60), default=None)


def _limits_above(root: Path, path: str, name: str) -> list[int]:
    group = root / path.lstrip("/")
    files = [above / name for above in (group, *group.parents) if above.is_relative_to(root)]
    told = [file.read_text().strip() for file in files if file.exists()]
    return [int(text) for text in told if text.isdecimal()]


def user_namespaces() -> str:
    """'' where a process without rights may make one, else why not."""
    # In a process of its own, which ends with it.
    script = (
        "import ctypes, os, sys\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "if libc.unshare(0x10000000) != 0: sys.exit(os.strerror(ctypes.get_errno()))\n"
    )
    command = [sys.executable, "-I", "-S", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE)
    return "" if done.returncode == 0 else " ".join(done.stderr.split()) or f"status {done.returncode}"


def own_namespaces(process: int) -> list[str]:
    """Those of the process that are not ours. Raises OSError where it may not be looked at."""
    return [
        name
        for name in _NAMESPACES
        if _at(f"/proc/{process}/ns/{name}").readlink() != _at(f"/proc/self/ns/{name}").readlink()
    ]


def interfaces(process: int) -> list[str]:
    """The network interfaces that the process has, without the loopback."""
    lines = _read(f"/proc/{process}/net/dev").splitlines()[2:]
    return [name for name in (line.split(":")[0].strip() for line in lines) if name != "lo"]


def root_is_read_only(process: int) -> bool:
    mounts = [line.split() for line in _read(f"/proc/{process}/mounts").splitlines()]
    options = [fields[3].split(",") for fields in mounts if fields[1] == "/"]
    return bool(options) and "ro" in options[-1]


def capabilities(process: int) -> int:
    """How many the process has."""
    for line in _read(f"/proc/{process}/status").splitlines():
        if line.startswith("CapEff:"):
            return int(line.split()[1], 16).bit_count()
    return 0


def memory(process: int) -> int | None:
    """Bytes that are its share of the machine's memory (PSS); None where it may not be looked at."""
    for line in _read(f"/proc/{process}/smaps_rollup").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return None


def descendants(process: int) -> list[int]:
    """Its children, theirs, and so on."""
    found = []
    for child in _read(f"/proc/{process}/task/{process}/children").split():
        found += [int(child), *descendants(int(child))]
    return found


def _at(path: str) -> Path:
    return ROOT / path.lstrip("/")


def _read(path: str) -> str:
    """'' where there is no such file, or no right to read it."""
    with contextlib.suppress(OSError):
        return _at(path).read_text(errors="replace")
    return ""


def who() -> str:
    return "root" if os.getuid() == 0 else f"user {os.getuid()}"
