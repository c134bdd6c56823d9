"""Abuse of the jail's own socket. The zygote lives through all of it, and grades."""

import contextlib
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sandbox.jail import Jail, JailUnavailable, Limits, Verdict, control, start_jail
from sandbox.jail.tests.conftest import Still
from sandbox.jail.zygote import _guests

REPOSITORY = Path(__file__).resolve().parents[3]


def connect(jail: Jail) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(10)
    connection.connect(str(jail.socket_path))
    return connection


@contextlib.contextmanager
def ordered(
    jail: Jail, limits: Limits | None = None, order: bytes | None = None
) -> Iterator[tuple[socket.socket, socket.socket]]:
    """A connection and the line to the child that was ordered on it."""
    ours, theirs = socket.socketpair()
    ours.settimeout(10)
    with connect(jail) as connection, ours:
        with theirs:
            order = order or control.pack_order(limits or Limits())
            socket.send_fds(connection, [order], [theirs.fileno()])
        yield connection, ours


def test_nonsense_orders_are_dropped(jail: Jail, still: Still) -> None:
    order = control.pack_order(Limits())
    for nonsense in (
        b"x",
        order,
        order[:-1],
        order + b"x",
        b"DMJ9" + order[4:],
        b"DMT3" + order[4:],
        b"x" * 100_000,
    ):
        with connect(jail) as connection, contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(nonsense)
            assert connection.recv(100) == b""


def test_descriptors_too_many_or_not_sockets(jail: Jail, still: Still) -> None:
    order = control.pack_order(Limits())
    with open(os.devnull) as null:
        for descriptors in ([null.fileno()], [null.fileno()] * 2, [null.fileno()] * 30):
            with connect(jail) as connection, contextlib.suppress(ConnectionResetError):
                socket.send_fds(connection, [order], descriptors)
                ended = control.unpack_ended(connection.recv(100))
                assert ended is None or ended.status != 0


def test_a_flood_of_connections_waits_its_turn(jail: Jail, still: Still) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(120):
            stack.enter_context(connect(jail))
        # Closed again at the end of the block, long before the zygote's patience is over.


def test_hanging_up_kills_the_child(jail: Jail, still: Still) -> None:
    with ordered(jail) as (connection, line):
        assert b"ready" in line.recv(1000)
        connection.close()
        assert line.recv(1000) == b""


def test_the_wall_clock_is_held_by_the_zygote_too(jail: Jail, still: Still) -> None:
    with ordered(jail, Limits(wall=0.5)) as (connection, line):
        assert b"ready" in line.recv(1000)
        started = time.monotonic()
        ended = control.unpack_ended(connection.recv(100))
        assert ended is not None and ended.status == signal.SIGKILL
        assert time.monotonic() - started < 3


def test_a_job_cut_off_half_way(jail: Jail, still: Still) -> None:
    with ordered(jail) as (connection, line):
        line.recv(1000)
        line.sendall(b"\0\0\xff\xff{")
        line.close()
        ended = control.unpack_ended(connection.recv(100))
        assert ended is not None and ended.status != 0


def test_more_children_than_there_are_places_are_told_so(jail: Jail, still: Still) -> None:
    with contextlib.ExitStack() as stack:
        busy = 0
        for _ in range(max(4 * (os.cpu_count() or 1), 6) + 2):
            connection, line = stack.enter_context(ordered(jail))
            if not line.recv(1000):
                ended = control.unpack_ended(connection.recv(100))
                assert ended is not None and ended.busy
                busy += 1
        assert busy == 2


def children_of(pid: int) -> set[int]:
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def fresh() -> Iterator[Jail]:
    """A jail that has no templates."""
    with start_jail() as started:
        yield started


def test_children_wait_and_each_serves_once(fresh: Jail) -> None:
    jail, zygote = fresh, fresh.zygote() or 0
    waiting = 2 * (os.cpu_count() or 1)
    until(lambda: len(children_of(zygote)) == waiting)
    before = children_of(zygote)
    with ordered(jail) as (_, line):
        assert b"ready" in line.recv(1000)
        # Whoever works is not disturbed at first, and does not keep the others from being made for ever.
        until(lambda: len(children_of(zygote)) == waiting + 1)
        assert before < children_of(zygote)
    until(lambda: len(children_of(zygote)) == waiting)
    assert len(before - children_of(zygote)) == 1


def test_a_waiting_child_that_dies_is_replaced(fresh: Jail) -> None:
    jail, zygote = fresh, fresh.zygote() or 0
    waiting = 2 * (os.cpu_count() or 1)
    until(lambda: len(children_of(zygote)) == waiting)
    before = children_of(zygote)
    for child in before:
        os.kill(child, signal.SIGKILL)
    until(lambda: not before & children_of(zygote))
    # There is no hurry to replace them, but whoever asks is served.
    with ordered(jail) as (_, line):
        assert b"ready" in line.recv(1000)
    until(lambda: len(children_of(zygote)) == waiting)
    Still(jail).works()


def test_a_child_that_waited_has_the_limits_that_were_ordered(answer: Callable[..., Verdict]) -> None:
    """`answer` grades within 20 seconds, so the child gets 22 of processor time."""
    body = (
        "names = [resource.RLIMIT_CPU, resource.RLIMIT_NPROC]\n"
        "result = '42' if resource.getrlimit(names[0])[0] <= 24 and "
        "all(len(set(resource.getrlimit(name))) == 1 for name in names) else "
        "str([resource.getrlimit(name) for name in names])"
    )
    assert answer(body).state == "passed"


@pytest.fixture
def ordering(tmp_path: Path) -> Iterator[Callable[[int, list[int]], list[bool]]]:
    """Whether each of the orders, by their part, got a child, of a jail with so many places."""
    with contextlib.ExitStack() as stack:

        def order(places: int, parts: list[int]) -> list[bool]:
            jail = stack.enter_context(_with_places(places, tmp_path / "s"))
            told = []
            for part in parts:
                _, line = stack.enter_context(ordered(jail, order=control.pack_order(Limits(), part=part)))
                told.append(bool(line.recv(1000)))
            return told

        yield order


@contextlib.contextmanager
def _with_places(places: int, socket_path: Path) -> Iterator[Jail]:
    command = [
        sys.executable,
        "-P",
        "-m",
        "sandbox.jail",
        "serve",
        "--while-stdin",
        "--children",
        str(places),
    ]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    process = subprocess.Popen(
        [*command, "--socket", str(socket_path)], env=environment, stdin=subprocess.PIPE
    )
    until_it_serves(socket_path)
    yield Jail(socket_path)
    process.communicate()


Ordering = Callable[[int, list[int]], list[bool]]


def test_a_pair_is_had_whole_or_not_at_all(ordering: Ordering) -> None:
    """Three places: a pair and no other pair, but a single child still."""
    assert ordering(3, [1, 2, 1, 2, 0]) == [True, True, False, False, True]


def test_who_stays_for_minutes_leaves_places_for_a_grade(ordering: Ordering) -> None:
    """Previews and what visitors of demos run took them all: no grade was had for a quarter of an hour."""
    guest = control.GUEST
    assert ordering(5, [guest, guest, guest, 1, 2, guest, 0]) == [True, True, False, True, True, False, True]
    assert [_guests(places) for places in (1, 2, 4, 6, 8, 16)] == [1, 1, 1, 3, 5, 9]


def until_it_serves(path: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
            probe.connect(str(path))
            return
        time.sleep(0.1)


def test_limits_are_clamped() -> None:
    greedy = control.unpack_order(control.pack_order(Limits(wall=10**6, cpu=10**6, memory=10**6))).limits
    assert (greedy.wall, greedy.cpu, greedy.memory) == (900, 300, 1024)
    mean = control.unpack_order(control.pack_order(Limits(wall=0, cpu=0, memory=0))).limits
    assert (mean.wall, mean.cpu, mean.memory) == (0.1, 1, 64)


def serve(path: Path, *, preexec: object = None) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-P", "-m", "sandbox.jail", "serve", "--while-stdin", "--socket", str(path)]
    command += ["--wall", "none"]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "SECRET_KEY": "quite secret"}
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=preexec
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(JailUnavailable):
            Jail(path).check()
            return process
        time.sleep(0.1)
    return process


def test_few_descriptors_left(tmp_path: Path) -> None:
    """EMFILE on accept is waited out, and no descriptor is lost on the way."""

    def few() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (24, 24))

    process = serve(tmp_path / "s", preexec=few)
    jail = Jail(tmp_path / "s")
    for _ in range(3):
        with contextlib.ExitStack() as stack:
            for _ in range(40):
                stack.enter_context(connect(jail))
    Still(jail).works()
    assert process.stdin is not None
    process.communicate()
    assert process.returncode == 0


def test_the_log_names_the_request_of_a_child_that_came_to_a_bad_end(tmp_path: Path) -> None:
    process = serve(tmp_path / "s")
    names = {word: os.urandom(16) for word in ("late", "killed", "gone")}
    orders = {
        word: control.pack_order(Limits(wall=0.5 if word == "late" else 60), request=name)
        for word, name in names.items()
    }
    with ordered(Jail(tmp_path / "s"), order=orders["gone"]) as (_, line):
        assert b"ready" in line.recv(1000)
    for word in ("late", "killed"):
        with ordered(Jail(tmp_path / "s"), order=orders[word]) as (connection, line):
            assert b"ready" in line.recv(1000)
            for child in children_of(process.pid) if word == "killed" else ():
                os.kill(child, signal.SIGKILL)
            assert connection.recv(100)
    _, told = process.communicate()
    assert told.decode().splitlines() == [
        f"jail: a child was killed at its deadline, request {names['late'].hex()}",
        f"jail: a child was ended by Killed, request {names['killed'].hex()}",
    ], "and a client that hangs up is nothing to write of"


def test_a_log_that_nobody_reads_stops_nothing(tmp_path: Path) -> None:
    process = serve(tmp_path / "s")
    assert process.stderr is not None
    fill = os.open(f"/proc/{process.pid}/fd/2", os.O_WRONLY | os.O_NONBLOCK)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(fill, b"x" * 4096)
    with ordered(Jail(tmp_path / "s"), Limits(wall=0.2)) as (connection, _):
        assert control.unpack_ended(connection.recv(100)) is not None
    Still(Jail(tmp_path / "s")).works()
    os.close(fill)
    process.communicate()
    assert process.returncode == 0


def test_a_path_deeper_than_a_unix_socket_s_address(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["a-rather-long-directory-name"] * 6)
    deep.mkdir(parents=True)
    process = serve(deep / "jail.socket")
    Still(Jail(deep / "jail.socket")).works()
    process.communicate()
    assert process.returncode == 0
    assert not (deep / "jail.socket").exists()


def test_a_second_jail_on_the_same_socket_is_refused(jail: Jail, still: Still) -> None:
    process = serve(jail.socket_path)
    # The first one answered, so the second may still be about to give up.
    _, told = process.communicate(timeout=30)
    assert process.returncode == 1
    assert b"another jail serves on" in told


def test_terminating_leaves_nothing_behind(tmp_path: Path) -> None:
    process = serve(tmp_path / "s")
    slots = Path("/dev/shm").glob(f"django-mastery-jail-{process.pid}-*")
    [slot] = slots
    with ordered(Jail(tmp_path / "s")) as (_, line):
        assert b"ready" in line.recv(1000)
        process.send_signal(signal.SIGTERM)
        assert line.recv(1000) == b""
    assert process.wait(10) == 0
    assert not slot.exists()
    assert not (tmp_path / "s").exists()
    with pytest.raises(JailUnavailable):
        Jail(tmp_path / "s").check()
    process.communicate()


def test_children_die_with_a_zygote_that_is_killed(tmp_path: Path) -> None:
    process = serve(tmp_path / "s")
    with ordered(Jail(tmp_path / "s")) as (_, line):
        assert b"ready" in line.recv(1000)
        process.kill()
        assert line.recv(1000) == b""
    process.communicate()


def test_a_jail_that_dies_is_unavailable() -> None:
    with start_jail() as jail:
        path = jail.socket_path
        jail.check()
    with pytest.raises(JailUnavailable):
        Jail(path).check()
