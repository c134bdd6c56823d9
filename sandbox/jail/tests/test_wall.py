"""The outer wall: what is behind it, that it comes down with the jail, and that nothing needs it."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.jail import Jail, JailUnavailable, Project, grade, start_jail, tools, wall
from sandbox.jail.serve import plain_environment
from sandbox.jail.tests.conftest import PONG, Still
from sandbox.jail.tests.shop import APPS, CHECKS, FILES, SEED

REPOSITORY = Path(__file__).resolve().parents[3]


def why_there_is_none() -> str:
    try:
        wall.confirm()
    except wall.NoWall as reason:
        return str(reason)
    return ""


REASON = why_there_is_none()
needs_wall = pytest.mark.skipif(bool(REASON), reason=REASON or "there is one")


@pytest.fixture(scope="module")
def walled() -> Iterator[Jail]:
    with start_jail(wall="bwrap") as jail:
        yield jail


def seen_by(process: int, *names: str) -> Path:
    """The root directory as that process has it."""
    return Path(f"/proc/{process}/root", *names)


@needs_wall
def test_behind_the_wall_all_is_graded_as_without(walled: Jail) -> None:
    verdict = grade(walled, Project(files=FILES, apps=APPS, seed=SEED), CHECKS, time_limit=30)
    assert verdict.state == "passed", verdict
    Still(walled).works()
    walled.check()
    assert tools.run("hadolint", {"Dockerfile": "FROM scratch\n"}, jail=walled).exit == 0


@needs_wall
def test_behind_the_wall_is_nobody_else_and_no_network(walled: Jail) -> None:
    zygote = walled.zygote()
    assert zygote is not None
    for name in ("pid", "net", "mnt", "ipc", "uts"):
        inside, outside = (os.readlink(f"/proc/{who}/ns/{name}") for who in (zygote, "self"))
        assert inside != outside
    interfaces = Path(f"/proc/{zygote}/net/dev").read_text().splitlines()[2:]
    assert [line.split(":")[0].strip() for line in interfaces] == ["lo"]


@needs_wall
def test_behind_the_wall_are_python_and_the_jail_only(walled: Jail, tmp_path: Path) -> None:
    zygote = walled.zygote()
    assert zygote is not None
    mine = tmp_path / "secret"
    mine.write_text("x")
    for path in (mine, Path("/etc/passwd"), REPOSITORY / "manage.py", REPOSITORY / "lessons", Path("/var")):
        assert path.exists()
        assert not seen_by(zygote, *path.parts[1:]).exists()
    assert seen_by(zygote, *REPOSITORY.parts[1:], "sandbox", "jail").exists()
    mounts = Path(f"/proc/{zygote}/mounts").read_text().splitlines()
    writable = {line.split()[1] for line in mounts if "rw" in line.split()[3].split(",")}
    ours = str(walled.socket_path.parent)
    assert {where for where in writable if not where.startswith(("/dev/", "/proc"))} <= {"/dev", "/tmp", ours}


def privileges(pid: str) -> dict[str, str]:
    """Capabilities that it holds or may take up, and whether programs may bring more; none of an ended one.

    What could be inherited by another program says nothing: there is none to become.
    """
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return {}
    status = dict(line.split(":\t", 1) for line in lines)
    held = {kind: status[kind] for kind in ("CapPrm", "CapEff", "CapAmb") if int(status[kind], 16)}
    return held if status["NoNewPrivs"] == "1" else {**held, "NoNewPrivs": status["NoNewPrivs"]}


@needs_wall
def test_behind_the_wall_a_child_has_no_capability(walled: Jail) -> None:
    zygote = walled.zygote()
    project = Project(files=PONG)
    with walled.boot(project) as booted:
        assert booted.request("GET", "/ping/").content == b"pong"
        children = Path(f"/proc/{zygote}/task/{zygote}/children").read_text().split()
        assert children
        # One may have been forked this moment: it gives them up before it reads a byte.
        deadline = time.monotonic() + 10
        while held := {child: found for child in children if (found := privileges(child))}:
            assert time.monotonic() < deadline, held
            time.sleep(0.05)


def serve(path: Path, *options: str, **more: object) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-P", "-m", "sandbox.jail", "serve", "--socket", str(path), *options]
    environment = {**plain_environment(), **dict(more.pop("environment", {}))}  # type: ignore[call-overload]
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, **more)  # type: ignore[call-overload]


def wait_for(path: Path, process: "subprocess.Popen[bytes]") -> Jail:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(JailUnavailable):
            jail = Jail(path)
            jail.check()
            return jail
        time.sleep(0.1)
    raise AssertionError("it does not serve")


def is_gone(process: int) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if not Path(f"/proc/{process}").exists():
            return True
        time.sleep(0.05)
    return False


@needs_wall
def test_the_wall_comes_down_with_the_jail(tmp_path: Path) -> None:
    for number, status in ((signal.SIGTERM, 0), (signal.SIGINT, 0), (signal.SIGKILL, -signal.SIGKILL)):
        process = serve(tmp_path / "s", "--wall", "bwrap")
        zygote = wait_for(tmp_path / "s", process).zygote()
        assert zygote is not None
        process.send_signal(number)
        assert process.wait(10) == status
        assert is_gone(zygote)
        # After a kill the socket's file is left, and the next jail takes its place.
        assert (tmp_path / "s").exists() == (number == signal.SIGKILL)
        process.communicate()


@needs_wall
def test_a_zygote_s_memory_of_the_platform_is_as_empty_behind_the_wall(tmp_path: Path) -> None:
    process = serve(tmp_path / "s", "--wall", "bwrap", environment={"SECRET_KEY": "quite secret"})
    zygote = wait_for(tmp_path / "s", process).zygote()
    assert b"SECRET" not in Path(f"/proc/{zygote}/environ").read_bytes()
    process.terminate()
    process.communicate()


def test_where_there_is_no_wall_the_jail_serves_without_and_says_so_if_asked(tmp_path: Path) -> None:
    script = (
        f"import sys; sys.path.insert(0, {str(REPOSITORY)!r})\n"
        "from sandbox.jail import __main__ as jail, wall\n"
        "wall.shutil.which = lambda *a, **k: None\n"
        "options = jail.parser().parse_args(sys.argv[1:])\nsys.exit(options.run(options))\n"
    )
    command = [sys.executable, "-c", script, "serve", "--socket", str(tmp_path / "s")]
    refused = subprocess.run(
        [*command, "--wall", "bwrap"], capture_output=True, text=True, env=plain_environment(), timeout=60
    )
    assert (refused.returncode, refused.stderr) == (1, "jail: no outer wall: bubblewrap is not installed\n")
    process = subprocess.Popen(command, env=plain_environment())
    Still(wait_for(tmp_path / "s", process)).works()
    process.terminate()
    assert process.wait(10) == 0


def test_a_bubblewrap_that_fails_is_no_wall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho bwrap: No permissions to create new namespace >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(wall.NoWall, match="does not work here: bwrap: No permissions to create"):
        wall.confirm()


@needs_wall
@pytest.mark.skipif(os.getuid() != 0 or not shutil.which("setpriv"), reason="needs root, to be somebody else")
def test_the_wall_stands_without_root(tmp_path: Path) -> None:
    # A copy that another user may read, with the system's Python where it has what is needed.
    script = "import sys; sys.path.insert(0, sys.argv[1]); from sandbox.jail import wall; wall.confirm()"
    copy = tmp_path / "copy"
    shutil.copytree(REPOSITORY / "sandbox", copy / "sandbox", ignore=shutil.ignore_patterns("tests"))
    for path in (*tmp_path.parents, tmp_path):
        if path.is_relative_to("/tmp/pytest-of-root"):
            path.chmod(0o755)
    system = "/usr/bin/python3"
    command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", system, "-c", script, str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", timeout=60)
    assert done.returncode == 0, done.stderr
