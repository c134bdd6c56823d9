"""What an exercise's fixed code could do from the process that forks for its learners.

It is an author's code, who is trusted with their own exercise and with nothing else: neither with the machine
nor with the grades of others, and a learner's child has nothing of what their template had.
"""

import contextlib
import errno
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.jail import Jail, Limits, Project, control, grade, start_jail, templates
from sandbox.jail.serve import _TaskCount
from sandbox.jail.tests.conftest import PING, PONG, Still
from sandbox.jail.tests.test_attacks import x86_only
from sandbox.jail.tests.test_templates import (
    ASK,
    FIXED,
    Template,
    graded,
    processes,
    project,
    state,
    until,
    warm,
)
from sandbox.jail.tests.test_zygote import ordered
from sandbox.jail.zygote import Zygote

MODELS = FIXED["store/models.py"]


def during(code: str) -> dict[str, str]:
    """Fixed files whose models, while a template boots, do this."""
    return {"store/models.py": f"{MODELS}\nimport ctypes, os, resource, socket, struct, time\n{code}\n"}


LOOK = """
page = os.sysconf("SC_PAGESIZE")
filled = ctypes.create_string_buffer(b"x" * page * 9)
for number in range(4, 128):
    try:
        word = os.pread(number, 8, ctypes.addressof(filled) // page * 8 + 8)
    except OSError:
        continue
    if len(word) == 8:
        BOARD.append(struct.unpack("=Q", word)[0])
"""


def test_where_pages_are_in_the_machine_is_not_told(jail: Jail) -> None:
    """Whoever opens it as root may read it from there: an attack on memory chips begins with this."""
    verdict = graded(jail, "result = str(models.BOARD)", **during(LOOK))
    [entry] = map(int, verdict.checks[0].got.strip("[]").split())
    assert entry >> 63, "it looked at a page that is there"
    assert entry & (1 << 55) - 1 == 0


KEEP = """
for place, number in enumerate((3, 4, 5)):
    os.dup2(number, 100 + place)
pipe = os.pipe()
resource.setrlimit(resource.RLIMIT_NOFILE, (10, 128))
"""
LIST = """
found = []
for number in range(200):
    try:
        os.fstat(number)
        found.append(number)
    except OSError:
        pass
result = "42" if found == [0, 1, 2, 3] else str(found)
"""


def test_a_learner_s_child_has_no_descriptor_of_its_template(jail: Jail, still: Still) -> None:
    """Neither the zygote's line, nor what tells of memory: not duplicated beyond a lowered limit either."""
    verdict = graded(jail, LIST, **during(KEEP))
    assert verdict.state == "passed", verdict.checks


WRITE = """
def attempt(name, action):
    try:
        BOARD.append((name, action()))
    except OSError as error:
        if error.errno not in (1, 13, 38):
            BOARD.append((name, repr(error)))

def call(*numbers):
    libc = ctypes.CDLL(None, use_errno=True)
    got = libc.syscall(*map(ctypes.c_long, numbers))
    if got < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return got

FILES = resource.RLIMIT_NOFILE
attempt("limits of the zygote", lambda: resource.prlimit(os.getppid(), FILES))
attempt("limits for the zygote", lambda: resource.prlimit(os.getppid(), FILES, (50, 50)))
attempt("a descriptor under way", lambda: socket.send_fds(socket.socketpair()[0], [b"x"], [0]))
attempt("to outlive the zygote", lambda: call(157, 1, 0, 0, 0, 0))
attempt("to be looked at", lambda: call(157, 4, 1, 0, 0, 0))
attempt("to inherit processes", lambda: call(157, 36, 1, 0, 0, 0))
attempt("a filter that asks somebody", lambda: call(317, 1, 8, 0))
attempt("a table of descriptors of its own", lambda: call(436, 3000, 3000, 2))
"""


@x86_only
def test_a_template_can_change_nobody_but_itself(one_user: Jail) -> None:
    """Where children have one user, the zygote has it too: its limits were a template's to set."""
    limits = Path(f"/proc/{one_user.zygote()}/limits")
    before = limits.read_text()
    verdict = graded(one_user, "result = str(models.BOARD or 42)", **during(WRITE))
    assert verdict.state == "passed", verdict.checks
    assert limits.read_text() == before
    assert grade(one_user, Project(files=PONG), PING, time_limit=20).state == "passed"


CLAIM = """
line = socket.socket(fileno=os.dup(3))
line.send(struct.pack("!I", 0))
time.sleep(0.3)
line.send(struct.pack("!I", {pid}))
time.sleep(60)
"""


def test_a_template_can_t_claim_the_child_of_somebody_else(jail: Jail, still: Still) -> None:
    """It would be given to the next who asks, and be killed when they hang up."""
    with jail.boot(Project(files=PONG)) as other:
        victim = int(other.evaluate("__import__('os').getpid()")["value"])
        wanted = project(**during(CLAIM.replace("{pid}", str(victim))))
        grade(jail, wanted, ASK, time_limit=2)
        order = control.pack_order(Limits(wall=5), wanted.template_key())
        for _ in range(8):
            with ordered(jail, order=order), contextlib.suppress(TimeoutError):
                time.sleep(0.1)
        assert Path(f"/proc/{victim}").exists()
        assert other.evaluate("6 * 7")["value"] == 42


LATE = """
line = socket.socket(fileno=os.dup(3))
line.send(struct.pack("!I", 0))
time.sleep(4)
line.send(struct.pack("!I", 1))
time.sleep(60)
"""


def test_who_hangs_up_as_their_template_is_ended_ends_nobody_else(jail: Jail, still: Still) -> None:
    """The zygote hears of both at the same time: the first ends the client whom the second is about."""
    wanted, zygote, began = project(**during(LATE)), jail.zygote(), time.monotonic()
    assert zygote
    grade(jail, wanted, ASK, time_limit=1)
    # By then it says that it is ready, and makes no child for whoever waits.
    time.sleep(max(0.0, began + 3 - time.monotonic()))
    with ordered(jail, order=control.pack_order(Limits(wall=30), wanted.template_key())):
        time.sleep(0.3)
        os.kill(zygote, signal.SIGSTOP)
        time.sleep(4)
    os.kill(zygote, signal.SIGCONT)
    until(lambda: state(jail, wanted) == Template.REFUSED)


CHATTER = """
line = socket.socket(fileno=os.dup(3))
line.setblocking(False)
sent, until = 0, time.monotonic() + 3
while time.monotonic() < until:
    try:
        sent += line.send(struct.pack("!I", 0) * 100)
    except BlockingIOError:
        time.sleep(0.001)
"""


def test_a_template_that_only_talks_is_ended(jail: Jail, still: Still) -> None:
    """The zygote would have nothing else to do than to listen."""
    wanted = project(**during(CHATTER))
    assert warm(jail, wanted) == Template.REFUSED


STRAY = """
libc = ctypes.CDLL(None)
for _ in range(3):
    if libc.syscall(56, 0x8011, 0, 0, 0, 0) == 0:
        while True:
            libc.sleep(100)
"""


@x86_only
def test_what_a_template_forked_ends_with_its_last_child(jail: Jail, still: Still) -> None:
    """Also where the template had ended before: no group may be killed while a learner works in it."""
    wanted = project(**during(STRAY))
    assert warm(jail, wanted) == Template.USED
    with jail.boot(wanted) as booted:
        assert booted.child.template == Template.USED
        group = int(booted.evaluate("__import__('os').getpgrp()")["value"])
        os.kill(group, signal.SIGKILL)
        until(lambda: group not in processes(jail))
        assert booted.evaluate("6 * 7")["value"] == 42
        assert len(_group(jail, group)) >= 4
    until(lambda: not _group(jail, group))


def _group(jail: Jail, group: int) -> list[int]:
    found = []
    for pid in processes(jail):
        with contextlib.suppress(ProcessLookupError):
            if os.getpgid(pid) == group:
                found.append(pid)
    return found


# --- The zygote's part, without a jail around it ---------------------------------------------------------


@pytest.fixture
def sleeper() -> Iterator[templates.Waiting]:
    """Stands in for a template's process: it leads a group, and says nothing."""
    ours, theirs = socket.socketpair()
    with theirs, subprocess.Popen(["sleep", "60"], start_new_session=True) as process:
        yield templates.Waiting(pid=process.pid, slot=Path("/nonexistent/slot"), line=ours)
        process.kill()


class Deaf:
    """A selector that hears nothing."""

    def register(self, *_: object) -> None: ...

    def unregister(self, *_: object) -> None: ...


def test_a_template_that_does_not_answer_is_given_up(sleeper: templates.Waiting) -> None:
    held = templates.Templates(Deaf(), most=2)  # type: ignore[arg-type]
    key = b"k" * control.KEY_BYTES
    assert held.add(key, lambda: sleeper) is sleeper
    template = held._live[key]
    template.ready = True
    told: list[object] = []
    held.take(template, lambda child: bool(told.append(child)))
    held.refill(calm=True, copying=True)
    assert min(held.next_deadline()) - time.monotonic() <= 20
    held.enforce_deadlines(time.monotonic() + 19)
    assert held.find(key)[0] == Template.USED
    assert told == []
    held.enforce_deadlines(time.monotonic() + 21)
    assert held.find(key)[0] == Template.REFUSED
    assert told == [None], "whoever queued is told"


def test_a_template_that_made_room_is_not_refused_for_what_it_still_said(
    sleeper: templates.Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its word and the order for another come in one round: nobody could use it for five minutes."""
    held = templates.Templates(Deaf(), most=1)  # type: ignore[arg-type]
    key = b"k" * control.KEY_BYTES
    held.add(key, lambda: sleeper)
    template = held._live[key]
    template.ready = True
    with pytest.raises(OSError, match="Too many"):
        held.add(b"l" * control.KEY_BYTES, _raises)
    assert not held.any(), "it made room"
    held._hear(template)
    assert held.find(key)[0] == Template.UNKNOWN


class Full(Deaf):
    """A selector that takes nothing more: what may be watched is counted for all processes of a user."""

    def get_map(self) -> dict[object, object]:
        return {}

    def register(self, *_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_template_that_can_t_be_watched_is_ended(sleeper: templates.Waiting) -> None:
    held = templates.Templates(Full(), most=1)  # type: ignore[arg-type]
    with pytest.raises(OSError, match="No space"):
        held.add(b"k" * control.KEY_BYTES, lambda: sleeper)
    assert not held.any()
    _, status = os.waitpid(sleeper.pid, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL


def test_who_can_t_be_watched_waits_and_ends_nobody(idle: tuple[Zygote, socket.socket]) -> None:
    zygote, connection = idle
    zygote._enforce_deadlines()
    known = dict(zygote._clients)
    zygote._selector = Full()  # type: ignore[assignment]
    with socket.socket(socket.AF_UNIX) as another:
        another.connect(connection.getpeername())
        zygote._accept()
        assert another.recv(1) == b""
    assert zygote._clients == known
    assert zygote._paused_until > time.monotonic()
    zygote._paused_until = 0.0
    zygote._enforce_deadlines()
    assert zygote._paused_until > time.monotonic(), "it tries again later"


def test_no_descriptors_for_more_children_is_no_end(
    sleeper: templates.Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = templates.Template(key=b"", process=sleeper, began=0, used=0, ready=True)
    monkeypatch.setattr(templates.socket, "socketpair", _raises)
    template.top_up(calm=True, copying=True)
    assert template.asked == []
    sleeper.put_away()


def _raises(*_: object) -> None:
    raise OSError(24, "Too many open files")


@pytest.fixture
def idle(tmp_path: Path) -> Iterator[tuple[Zygote, socket.socket]]:
    """A zygote that has just accepted, and the connection."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "s"))
    listener.listen()
    zygote = Zygote(
        listener, tmp_path, _raises, _raises, tasks=lambda _: 0, max_children=1, waiting=0, templates=1
    )
    with listener, socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(tmp_path / "s"))
        zygote._accept()
        yield zygote, connection


def test_a_template_that_can_t_be_forked_is_no_end(idle: tuple[Zygote, socket.socket]) -> None:
    """The client hangs up, and the zygote goes on."""
    zygote, connection = idle
    zygote._fork_template = _raises  # type: ignore[assignment]
    order = control.pack_order(Limits(), b"k" * control.KEY_BYTES, template=True)
    with open(os.devnull) as null:
        socket.send_fds(connection, [order], [null.fileno()])
    [client] = zygote._clients.values()
    zygote._on_readable(client)
    assert zygote._clients == {}
    assert connection.recv(1) == b""


def test_whoever_only_connects_keeps_no_child_from_being_made(idle: tuple[Zygote, socket.socket]) -> None:
    """It is calm when work has ended; a client that ordered nothing did none."""
    zygote, connection = idle
    connection.close()
    [client] = zygote._clients.values()
    zygote._on_readable(client)
    assert zygote._clients == {}
    assert zygote._calm_from() < time.monotonic()


@pytest.mark.parametrize(("ago", "rushed"), [(0.0, True), (1.0, False)])
def test_pages_are_copied_between_orders_in_a_row_while_a_processor_is_free(
    idle: tuple[Zygote, socket.socket], monkeypatch: pytest.MonkeyPatch, ago: float, rushed: bool
) -> None:
    """Two children make a grade: the third one at work is another grade, and nothing is left for copying."""
    zygote, _ = idle
    monkeypatch.setattr("sandbox.jail.zygote._PROCESSORS", 2)
    monkeypatch.setattr(zygote._nursery, "take", _raises)
    [client] = zygote._clients.values()
    zygote._ended = time.monotonic() - ago
    with pytest.raises(control.BadOrder):
        zygote._start(client, control.unpack_order(control.pack_order(Limits())), 0)
    for at_work in (1, 2, 3):
        zygote._clients = {number: replace(client, queued=True) for number in range(at_work)}
        assert zygote._in_a_row() == (rushed and at_work < 3)
    zygote._clients = {client.connection.fileno(): client}


def test_processes_that_can_t_be_counted_are_no_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 1234)
    count = _TaskCount(2)
    known = count.limit(0)
    monkeypatch.setattr(count, "_now", _raises)
    count._known = (0.0, count._known[1])
    assert count.limit(0) == known


# --- What the rehearsal leaves -----------------------------------------------------------------------------

NOTHING_OF_IT = """
import gc
from django.apps import apps
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.signals import got_request_exception
from django.db import connection
from django.db.models.signals import post_save
from django.urls import get_resolver
told = {
    "modules": [name for name in sys.modules if name.split(".")[0] == "shelf"],
    "models": [str(model) for model in apps.get_models() if model.__module__.startswith("shelf")],
    "tables": [name for name in connection.introspection.table_names() if "shelf" in name],
    "types": list(ContentType.objects.filter(app_label="shelf").values_list("model", flat=True)),
    "users": list(User.objects.values("username")),
    "exceptions": len(got_request_exception.receivers) - 2,  # the recorder's, and this project's
    "saves": [str(entry) for entry in post_save.receivers if "shelf" in str(entry)],
    "urls": [str(pattern) for pattern in get_resolver().url_patterns if "shelf" in str(pattern)],
    "path": [entry for entry in sys.path_importer_cache if SLOTS in entry and HERE not in entry],
    "settings": [name for name in os.environ if "DJANGO" in name],
    "objects": [type(o).__name__ for o in gc.get_objects() if (type(o).__module__ or "").startswith("shelf")],
}
told = {name: value for name, value in told.items() if value}
result = str(told or 42)
"""


def test_a_child_has_nothing_of_the_rehearsal_s_project() -> None:
    with start_jail(wall="none") as jail:
        urls = (
            "import os, sys\nfrom django.http import HttpResponse\nfrom django.urls import path\n"
            f"HERE, SLOTS = os.getcwd(), 'django-mastery-jail-{jail.zygote()}'\n"
            "def view(request):\n"
            + "".join(f"    {line}\n" for line in NOTHING_OF_IT.strip().splitlines())
            + "    return HttpResponse(result)\nurlpatterns = [path('', view)]\n"
        )
        verdict = grade(jail, Project(files={"urls.py": urls}), ASK, time_limit=20)
        assert verdict.state == "passed", verdict.checks
        [slots] = Path("/dev/shm").glob(f"django-mastery-jail-{jail.zygote()}-*")
        assert not [path for path in slots.rglob("*") if "shelf" in path.name or path.name == "answers"]
        assert grade(jail, Project(files=PONG), PING, time_limit=20).state == "passed"
