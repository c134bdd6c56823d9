"""What the doctor says, line by line, of hosts and jails of all kinds."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from sandbox.jail import host, start_jail
from sandbox.jail.tests.serving import serving
from sandbox.jail.tests.test_readiness import LEAK
from sandbox.jail.tests.test_wall import needs_wall

REPOSITORY = Path(__file__).resolve().parents[3]


def doctor(*arguments: str, change: str = "") -> tuple[int, str]:
    """Its status and what it says; `change` is Python that runs before."""
    script = (
        f"import sys; sys.path.insert(0, {str(REPOSITORY)!r})\n{change}\n"
        "from sandbox.jail.__main__ import parser\n"
        f"options = parser().parse_args(['doctor', *{arguments!r}])\nsys.exit(options.run(options))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_of_a_jail_without_a_wall(tmp_path: Path) -> None:
    with start_jail(wall="none") as jail:
        status, told = doctor("--socket", str(jail.socket_path))
    assert status == 0
    assert "absent   no outer wall between this process and the zygote; of its own it has: " in told
    assert "in force hadolint: " in told
    assert "in force the jail refused its own 9 attacks: open a socket, fork" in told
    assert "the zygote's share of memory is " in told
    assert told.endswith("\nReady to grade.\n")


@needs_wall
def test_of_a_jail_behind_a_wall() -> None:
    with start_jail(wall="bwrap") as jail:
        status, told = doctor("--socket", str(jail.socket_path))
    assert status == 0
    assert "in force an outer wall around the zygote; of its own it has: processes, network, files, " in told
    assert "in force the zygote has no network" in told
    assert "in force its root directory is read-only" in told
    assert "has      bubblewrap, and it works" in told


def test_of_no_jail(tmp_path: Path) -> None:
    status, told = doctor("--socket", str(tmp_path / "nothing"))
    assert status == 1
    assert "MISSING  no jail answers on nothing" in told
    assert told.endswith("\nGrading is impossible on this host.\n")


def test_of_a_jail_that_leaks() -> None:
    with tempfile.TemporaryDirectory() as directory:
        Path(directory).chmod(0o711)
        leak = Path(directory, "leak")
        leak.touch()
        with serving(Path(directory, "s"), LEAK.format(flag=str(leak))) as jail:
            status, told = doctor("--socket", str(jail.socket_path))
    assert status == 1
    assert "MISSING  the jail let an attack of its own pass (a leak: succeeded)" in told


HOSTS = {
    "no Landlock": (
        "from sandbox.jail.lockdown import landlock\n"
        "def abi(): raise landlock.NoLandlock('the kernel has no Landlock')\n"
        "landlock.abi = abi",
        "MISSING  the kernel has no Landlock",
    ),
    "unknown machine": (
        "import platform\nplatform.machine = lambda: 'riscv64'",
        "MISSING  no table of system calls for riscv64, only for aarch64 and x86_64",
    ),
    "old SQLite": (
        "import sqlite3\nsqlite3.sqlite_version_info = (3, 34, 1)\nsqlite3.sqlite_version = '3.34.1'",
        "MISSING  SQLite 3.36 (there is: SQLite 3.34.1)",
    ),
}


@pytest.mark.parametrize("name", HOSTS)
def test_of_a_host_that_cannot_grade(name: str) -> None:
    change, line = HOSTS[name]
    status, told = doctor(change=change)
    assert status == 1
    assert [text.strip() for text in told.splitlines() if "MISSING" in text] == [line]


def test_of_a_host_that_lacks_what_can_be_done_without() -> None:
    change = (
        "from sandbox.jail.lockdown import landlock\nlandlock.abi = lambda: 3\n"
        "from sandbox.jail import host, wall\n"
        "wall.shutil.which = lambda *a, **k: None\n"
        "host.user_namespaces = lambda: 'Operation not permitted'\n"
    )
    hide = "from sandbox.jail import serve\nserve.installed = lambda: {}\n"
    with tempfile.TemporaryDirectory() as directory, serving(Path(directory, "s"), hide) as jail:
        status, told = doctor("--socket", str(jail.socket_path), change=change)
    assert status == 0, told
    assert "note     Landlock before ABI 4 does not cover: TCP; the system call filter does" in told
    assert "absent   user namespaces: Operation not permitted" in told
    assert "absent   bubblewrap is not installed: the jail serves without it" in told
    assert "absent   hadolint: hadolint is not installed where the jail runs. What asks for it waits." in told


# --- What a host looks like ----------------------------------------------------------------------------


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(host, "ROOT", tmp_path)
    return tmp_path


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_a_bare_machine(machine: Path) -> None:
    write(machine, {"proc/self/cgroup": "0::/user.slice/session-1.scope\n"})
    assert host.container() == ""
    assert host.group_limit("memory") is host.group_limit("pids") is None


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({".dockerenv": ""}, "Docker"),
        ({"run/.containerenv": ""}, "Podman"),
        ({"proc/self/cgroup": "0::/kubepods/besteffort/pod1/2\n"}, "kubepods"),
        ({"proc/self/cgroup": "4:memory:/docker/0123\n"}, "docker"),
    ],
)
def test_a_container(machine: Path, files: dict[str, str], kind: str) -> None:
    write(machine, files)
    assert host.container() == kind


def test_the_tightest_limit_of_the_groups_above_holds(machine: Path) -> None:
    group = "sys/fs/cgroup"
    write(
        machine,
        {
            "proc/self/cgroup": "0::/a/b\n",
            f"{group}/a/memory.max": "3000000000\n",
            f"{group}/a/b/memory.max": "max\n",
            f"{group}/a/pids.max": "500\n",
            f"{group}/a/b/pids.max": "64\n",
            f"{group}/c/pids.max": "1\n",
        },
    )
    assert (host.group_limit("memory"), host.group_limit("pids")) == (3_000_000_000, 64)


def test_limits_of_the_first_version_of_control_groups(machine: Path) -> None:
    write(
        machine,
        {
            "proc/self/cgroup": "8:pids:/x\n4:memory:/x\n3:cpu,cpuacct:/\n",
            "sys/fs/cgroup/memory/x/memory.limit_in_bytes": "1073741824\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
            "sys/fs/cgroup/pids/x/pids.max": "max\n",
        },
    )
    assert (host.group_limit("memory"), host.group_limit("pids")) == (1 << 30, None)


def test_a_process_as_it_is() -> None:
    me = os.getpid()
    assert host.own_namespaces(me) == []
    own = host.memory(me)
    assert own is not None and 1 << 20 < own < 1 << 31
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        assert child.pid in host.descendants(me)
        child.communicate(b"\n")
    assert host.memory(child.pid) is None
    assert host.interfaces(child.pid) == []


def test_what_a_process_has_is_read_from_the_kernel_s_words(machine: Path) -> None:
    write(
        machine,
        {
            "proc/7/mounts": "tmpfs / tmpfs rw 0 0\n/dev/vda / ext4 ro,relatime 0 0\nproc /proc proc rw 0 0",
            "proc/7/status": "Name:\tx\nCapEff:\t00000000000000e3\n",
            "proc/7/net/dev": "Inter-|\n face |\n    lo: 0 0\n  eth0: 1 2\n",
            "proc/8/mounts": "/dev/vda / ext4 rw 0 0\n",
        },
    )
    assert host.root_is_read_only(7)
    assert not host.root_is_read_only(8)
    assert host.capabilities(7) == 5
    assert host.interfaces(7) == ["eth0"]
