"""The filter as a program, read by a small machine like the kernel's; and failing closed."""

import contextlib
import errno
import os
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sandbox.jail import Jail, JailUnavailable, Project, grade
from sandbox.jail.lockdown import bpf, landlock, seccomp, syscalls
from sandbox.jail.tests.conftest import PING, PONG

EPERM = bpf.errno_action(errno.EPERM)
REPOSITORY = Path(__file__).resolve().parents[3]


def run(program: bytes, number: int, arguments: tuple[int, ...] = (), *, arch: int) -> int:
    """What the program returns for a call."""
    data = struct.pack("<IIQ6Q", number, arch, 0, *(*arguments, *[0] * (6 - len(arguments))))
    code = list(struct.iter_unpack("=HBBI", program))
    position = word = 0
    while True:
        kind, then, otherwise, value = code[position]
        position += 1
        if kind == 0x06:
            return value
        if kind == 0x20:
            (word,) = struct.unpack_from("<I", data, value)
            continue
        test = {0x15: word == value, 0x35: word >= value, 0x45: bool(word & value)}[kind]
        position += then if test else otherwise


class Filter:
    def __init__(self, machine: str, *, abi: int = 7, first: bool = False, forks: bool = False) -> None:
        self.arch, self.numbers = syscalls.AUDIT_ARCH[machine], syscalls.TABLES[machine]
        self.program = seccomp.build(abi, first=first, forks=forks, machine=(self.arch, self.numbers))

    def __call__(self, name: str, *arguments: int) -> int:
        return run(self.program, self.numbers[name], arguments, arch=self.arch)


@pytest.fixture(params=["x86_64", "aarch64"])
def machine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_what_is_listed_is_allowed_and_nothing_else(machine: str) -> None:
    final = Filter(machine)
    allowed = {n for n in range(1024) if run(final.program, n, arch=final.arch) == bpf.ALLOW}
    listed = {final.numbers[name] for name in seccomp.ALLOWED if name in final.numbers}
    conditional = {final.numbers[name] for name in ("open", "openat", "prlimit64") if name in final.numbers}
    # fcntl's command 0 duplicates a descriptor.
    assert allowed == listed | conditional | {final.numbers["fcntl"]}


def test_arguments_decide(machine: str) -> None:
    final = Filter(machine)
    assert final("clone", 0x3D0F00) == bpf.ALLOW
    for flags in (0x11, 0x4111, 0x3D0F00 | 0x10000000, 0x3D0F00 | 0x40000000, 0x3C0F00, 0):
        assert final("clone", flags) == EPERM
    assert final("clone3") == bpf.errno_action(errno.ENOSYS)
    assert final("socketpair", 1, 1 | 0o2000000) == bpf.ALLOW
    assert final("socketpair", 1, 2) == final("socketpair", 1, 5) == final("socketpair", 2, 1) == EPERM
    assert final("prlimit64", 0, 9, 0) == bpf.ALLOW
    assert final("prlimit64", 1, 9, 0) == final("prlimit64", 1 << 32, 9, 0) == EPERM
    assert final("prlimit64", 0, 9, 1) == final("prlimit64", 0, 9, 1 << 32) == EPERM
    assert final("prctl", 15) == bpf.ALLOW
    assert final("prctl", 4, 1) == final("prctl", 22) == EPERM
    assert final("ioctl", 0, 0x5401) == bpf.ALLOW
    assert final("ioctl", 0, 0x5412) == EPERM
    assert final("fcntl", 0, 1) == bpf.ALLOW
    assert final("fcntl", 0, 8) == EPERM
    assert final("getsockopt", 3, 1, 3) == bpf.ALLOW
    assert final("getsockopt", 3, 1, 17) == final("getsockopt", 3, 1, 77) == EPERM
    assert final("sendto", 3, 0, 1, 0x4040) == bpf.ALLOW
    assert final("sendto", 3, 0, 1, 1) == final("recvfrom", 3, 0, 1, 0x41) == EPERM
    assert final("clock_gettime", 0) == final("clock_nanosleep", 1) == final("clock_getres", 11) == bpf.ALLOW
    for somebody in (-2, ~1 << 3 | 2, -(1 << 63)):
        assert final("clock_gettime", somebody & (1 << 64) - 1 | 0x80000000) == EPERM
        assert final("clock_nanosleep", somebody & 0xFFFFFFFF | 0x80000000) == EPERM
    assert final("futex", 0, 137) == final("futex", 0, 9 | 128 | 256) == final("futex", 0, 1) == bpf.ALLOW
    for operation in (2, 6, 7, 8, 11, 12, 13, 6 | 128):
        assert final("futex", 0, operation) == bpf.errno_action(errno.ENOSYS)
    assert final("madvise", 0, 0, 23) == final("madvise", 0, 0, 4) == bpf.ALLOW
    assert final("madvise", 0, 0, 12) == final("madvise", 0, 0, 100) == EPERM
    assert final("close_range", 4, 9, 0) == final("close_range", 4, 9, 4) == bpf.ALLOW
    assert final("close_range", 4, 9, 2) == final("close_range", 4, 9, 6) == EPERM
    assert final("pipe2", 0, os.O_CLOEXEC | os.O_NONBLOCK) == bpf.ALLOW
    assert final("pipe2", 0, os.O_EXCL | os.O_CLOEXEC) == EPERM
    assert final("mmap", 0, 4096, 3, 0x22) == bpf.ALLOW
    assert final("mmap", 0, 1 << 21, 3, 0x40022) == EPERM


def test_other_machines_are_killed(machine: str) -> None:
    final = Filter(machine)
    for arch in (0x40000003, 0x40000028, 0):
        assert run(final.program, 0, arch=arch) == bpf.KILL_PROCESS
    assert run(final.program, 0x40000000 | 59, arch=final.arch) == bpf.KILL_PROCESS


def test_the_second_filter_takes_away_what_the_first_needed(machine: str) -> None:
    first, final = Filter(machine, first=True), Filter(machine)
    for name in ("mkdirat", "landlock_create_ruleset", "sendmsg", "recvmsg"):
        assert first(name) == bpf.ALLOW
        assert final(name) == EPERM
    assert first("sendmsg", 3, 0, 1) == first("recvmsg", 3, 0, 0x41) == EPERM
    for call in (("seccomp", 1, 1), ("prctl", 1, 9), ("prctl", 38, 1), ("prctl", 4, 0)):
        assert first(*call) == bpf.ALLOW
        assert final(*call) == EPERM


@pytest.mark.parametrize("forks", [False, True])
def test_before_it_is_sealed_a_child_does_to_itself_what_the_harness_does(machine: str, forks: bool) -> None:
    """And nothing else: in a template an exercise's own code runs under this filter."""
    lock = Filter(machine, first=True, forks=forks)
    assert lock("prlimit64", 0, 9, 1 << 40) == lock("prctl", 15) == bpf.ALLOW
    for pid in (1, 4711, 1 << 32):
        assert lock("prlimit64", pid, 7, 1 << 40) == EPERM
    for option, value in ((1, 0), (1, 15), (4, 1), (38, 0), (36, 1), (62, 1), (22, 2)):
        assert lock("prctl", option, value) == EPERM
    for operation, flags in ((0, 0), (1, 0), (1, 1 | 4), (1, 8), (2, 0)):
        assert lock("seccomp", operation, flags) == EPERM


def test_a_template_has_nothing_of_what_tools_need(machine: str) -> None:
    """Nor may it send descriptors: those under way are counted for all processes of its user."""
    template = Filter(machine, first=True, forks=True)
    assert template("clone", seccomp.SIBLING_FLAGS) == template("recvmsg") == template("mkdirat") == bpf.ALLOW
    for name in ("sendmsg", *seccomp.ALLOWED_FOR_TOOLS):
        assert template(name) == EPERM
    assert template("execveat", seccomp.PROGRAM_DESCRIPTOR, 0, 0, 0, 0x1000) == EPERM


def test_a_tool_may_become_one_program_and_pretends_what_it_is_told(machine: str) -> None:
    arch, numbers = syscalls.AUDIT_ARCH[machine], syscalls.TABLES[machine]
    pretended = {"socket": 0, "mkdirat": errno.EEXIST}
    program = seccomp.build_for_tool(7, pretended, machine=(arch, numbers))

    def asked(name: str, *arguments: int) -> int:
        return run(program, numbers[name], arguments, arch=arch)

    first, final = Filter(machine, first=True), Filter(machine)
    descriptor = seccomp.PROGRAM_DESCRIPTOR
    assert asked("execveat", descriptor, 0, 0, 0, 0x1000) == bpf.ALLOW
    assert first("execveat", descriptor, 0, 0, 0, 0x1000) == bpf.ALLOW
    assert final("execveat", descriptor, 0, 0, 0, 0x1000) == EPERM
    for wrong in ((3, 0, 0, 0, 0x1000), (descriptor, 0, 0, 0, 0), (0xFFFFFF9C, 0, 0, 0, 0)):
        assert asked("execveat", *wrong) == first("execveat", *wrong) == EPERM
    assert asked("socket", 2, 1) == bpf.errno_action(0)
    assert asked("mkdirat") == bpf.errno_action(errno.EEXIST)
    assert asked("bind") == final("socket", 2, 1) == EPERM
    listed = {name for name in [*seccomp.ALLOWED, *seccomp.ALLOWED_FOR_TOOLS] if name in numbers}
    for name in numbers:
        if asked(name) == bpf.ALLOW:
            assert name in listed | {"open", "openat", "prlimit64", "fcntl"}
            # What the first filter refuses, the second could not give back.
            assert first(name) == bpf.ALLOW


def test_an_old_landlock_s_gaps_are_closed_by_the_filter(machine: str) -> None:
    truncating = 0o1000
    assert Filter(machine, abi=2)("openat", 0, 0, truncating) == EPERM
    assert Filter(machine, abi=2)("openat", 0, 0, 0) == bpf.ALLOW
    assert Filter(machine, abi=3)("openat", 0, 0, truncating) == bpf.ALLOW


def test_no_filter_lets_a_file_without_a_name_be_made(machine: str) -> None:
    for lock in (Filter(machine, first=True), Filter(machine), Filter(machine, abi=2)):
        assert lock("openat", 0, 0, os.O_TMPFILE | os.O_RDWR) == EPERM
        assert lock("openat", 0, 0, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC) == bpf.ALLOW
    assert Filter(machine, first=True)("openat", 0, 0, os.O_CREAT | os.O_WRONLY | os.O_TRUNC) == bpf.ALLOW


BROKEN = {
    "no Landlock": (
        "from sandbox.jail.lockdown import landlock\n"
        "def abi(): raise landlock.NoLandlock('the kernel has no Landlock')\n"
        "landlock.abi = abi\n",
        "grading is impossible on this host: the kernel has no Landlock",
    ),
    "a 32-bit Python": (
        "from sandbox.jail.lockdown import syscalls\nsyscalls._POINTER = 4\n",
        "this Python is a 32-bit program",
    ),
    "unknown machine": (
        "import platform\nplatform.machine = lambda: 'riscv64'\n",
        "no table of system calls for riscv64, only for aarch64 and x86_64",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_host_that_lacks_something_is_refused_in_one_line(name: str, tmp_path: Path) -> None:
    change, reason = BROKEN[name]
    script = (
        f"import os, sys\nsys.path.insert(0, {str(REPOSITORY)!r})\n"
        f"os.environ.clear()\n{change}"
        "import argparse\nfrom sandbox.jail import serve\n"
        f"options = argparse.Namespace(socket={str(tmp_path / 's')!r}, children=1, while_stdin=False)\n"
        "sys.exit(serve.main(options))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert reason in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_child_that_cannot_lock_itself_in_says_so_and_runs_nothing(tmp_path: Path) -> None:
    script = f"""
import sys, socket, threading, time
sys.path.insert(0, {str(REPOSITORY)!r})
import os; os.environ.clear()
from sandbox.jail.lockdown import seccomp
build = seccomp.build
def broken(abi, *, first, forks=False):
    return b'nonsense' if {{first}} == first else build(abi, first=first)
seccomp.build = broken
import argparse
from sandbox.jail import serve
options = argparse.Namespace(children=4, waiting=2, templates=1, while_stdin=False)
options.socket = {str(tmp_path / "s")!r}
serve.main(options)
"""
    for first in (True, False):
        process = subprocess.Popen([sys.executable, "-c", script.replace("{first}", str(first))])
        try:
            _wait_for(tmp_path / "s")
            with pytest.raises(JailUnavailable, match=r"can't lock a child in: .*seccomp"):
                Jail(tmp_path / "s").check()
            with pytest.raises(JailUnavailable, match="can't lock a child in"):
                grade(Jail(tmp_path / "s"), Project(files=PONG), PING, time_limit=10)
        finally:
            process.terminate()
            process.wait()


def _wait_for(path: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
            probe.connect(str(path))
            return
        time.sleep(0.05)
    raise AssertionError("it does not serve")


def test_doctor_says_what_is_in_force() -> None:
    command = [sys.executable, "-m", "sandbox.jail", "doctor"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout
    assert f"Landlock, ABI {landlock.abi()}" in done.stdout
    assert done.stdout.endswith("Ready to grade.\n")


@pytest.mark.parametrize("abi", [1, 2, 4])
def test_an_older_kernel_s_landlock_is_enough(abi: int, tmp_path: Path) -> None:
    """As far as this kernel can play an older one: it is asked for the older one's rights only."""
    script = f"""
import argparse, os, sys
sys.path.insert(0, {str(REPOSITORY)!r})
os.environ.clear()
from sandbox.jail.lockdown import landlock
landlock.abi = lambda: {abi}
from sandbox.jail import serve
options = argparse.Namespace(children=4, waiting=2, templates=1, while_stdin=False)
options.socket = {str(tmp_path / "s")!r}
serve.main(options)
"""
    attack = """
import os, signal
from django.http import HttpResponse
from django.urls import path

def truncate(): os.close(os.open(__file__, os.O_RDONLY | os.O_TRUNC))
def truncate_path(): os.truncate(__file__, 0)
def tell(): os.kill(os.getppid(), 0)
def write(): open("x", "w")

def ping(request):
    refused = 0
    for attack in (truncate, truncate_path, tell, write):
        try:
            attack()
        except PermissionError:
            refused += 1
    return HttpResponse("pong" if refused == 4 and os.stat(__file__).st_size else str(refused))

urlpatterns = [path("ping/", ping)]
"""
    process = subprocess.Popen([sys.executable, "-c", script])
    try:
        _wait_for(tmp_path / "s")
        jail = Jail(tmp_path / "s")
        jail.check()
        assert grade(jail, Project(files={"urls.py": attack}), PING, time_limit=20).state == "passed"
    finally:
        process.terminate()
        process.wait()
