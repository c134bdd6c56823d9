"""What one job takes of what all have: files, processes, threads, memory. Nobody else may go short.

Files can be made by an exercise's fixed code alone, for in a template it runs before writing is locked out.
"""

import contextlib
import errno
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox.jail import Jail, JailUnavailable, Project, grade, leftovers, space
from sandbox.jail.project import MAX_BYTES, MAX_FILES
from sandbox.jail.tests.conftest import PING, PONG, Still
from sandbox.jail.tests.serving import serving
from sandbox.jail.tests.test_attacks import x86_only
from sandbox.jail.tests.test_attacks_by_a_template import during
from sandbox.jail.tests.test_templates import ASK, Template, fill, processes, project, until, warm

CHILDREN = "os.path.abspath(__file__).partition('/fixed/')[0] + '/children'"
TAKING = {
    "many files of the largest size": (
        "for n in range(400):\n    with open(f'{room}/{n}', 'wb') as file: file.write(bytes(1 << 20))"
    ),
    "many empty files": "for n in range(60_000): open(f'{room}/{n}', 'x').close()",
    "many directories": "for n in range(60_000): os.mkdir(f'{room}/{n}')",
    # Deeper than Python recurses, and than a path may be long.
    "a deep directory": "os.chdir(room)\nfor n in range(5000): os.mkdir('d'); os.chdir('d')",
    "files without a name": (
        "kept = [os.open(room, os.O_TMPFILE | os.O_RDWR) for _ in range(50)]\n"
        "for file in kept: os.write(file, bytes(1 << 20))"
    ),
}


def files_of(jail: Jail) -> Path:
    [slots] = Path("/dev/shm").glob(f"django-mastery-jail-{jail.zygote()}-*")
    return slots


def megabytes_in(directory: Path) -> float:
    told = subprocess.run(["du", "-sk", directory], capture_output=True, text=True)
    return int(told.stdout.split()[0]) / 1024


@pytest.mark.parametrize("name", TAKING)
def test_fixed_code_that_fills_the_slots_is_ended(jail: Jail, still: Still, name: str) -> None:
    code = f"room = {CHILDREN}\n{TAKING[name]}\n"
    wanted = project(**during(code))
    assert warm(jail, wanted) == Template.REFUSED
    until(lambda: megabytes_in(files_of(jail)) < 20 and len(list(files_of(jail).glob("*/children/*"))) < 100)
    # Without a template its code runs when nothing can be made any more.
    assert grade(jail, wanted, ASK, time_limit=20).state == "error"


def test_a_directory_that_nobody_may_enter_is_put_away(jail: Jail, still: Still) -> None:
    code = "os.mkdir(f'{room}/x'); os.mkdir(f'{room}/x/y', 0); os.mkdir(f'{room}/z', 0)"
    assert warm(jail, project(**during(f"room = {CHILDREN}\n{code}\n"))) == Template.USED
    assert list(files_of(jail).glob("*/children/z"))
    fill(jail)
    until(lambda: not list(files_of(jail).glob("*/children/z")))


LATER = """
from pathlib import Path
write = Path.write_text
def flood(self, *arguments, **options):
    if '/children/' in str(self):
        for n in range(400):
            with open(f'{self.parent}/{n}', 'wb') as file: file.write(bytes(1 << 20))
        time.sleep(60)
    return write(self, *arguments, **options)
Path.write_text = flood
"""


def test_a_learner_of_an_exercise_that_fills_the_slots_is_not_to_blame(jail: Jail, still: Still) -> None:
    """Its code waits until it is in a learner's child. That is ended, and the fault is ours."""
    wanted = project(**during(LATER))
    assert warm(jail, wanted) == Template.USED
    with pytest.raises(JailUnavailable, match="in the middle of the work"):
        grade(jail, wanted, ASK, time_limit=20)
    until(lambda: megabytes_in(files_of(jail)) < 20)
    assert warm(jail, wanted) == Template.REFUSED


BOMB = """
libc = ctypes.CDLL(None, use_errno=True)
def bomb(*_):
    # Where it may not fork at all it is no bomb.
    while libc.syscall(56, 0x8011, 0, 0, 0, 0) >= 0 or ctypes.get_errno() == 11: pass
"""


@x86_only
@pytest.mark.parametrize("when", ["bomb()", "socket.recv_fds = bomb"])
def test_fixed_code_that_forks_without_end_is_ended(jail: Jail, still: Still, when: str) -> None:
    """While it boots, and when it should wait."""
    assert warm(jail, project(**during(BOMB + when))) == Template.REFUSED
    until(lambda: len(processes(jail)) <= 2 * (os.cpu_count() or 1) + 4 * 3)


# --- Memory ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Group:
    """A control group with a limit of memory, of either version."""

    path: Path

    def limit(self, size: int) -> None:
        names = ("memory.max", "memory.limit_in_bytes")
        [file] = [self.path / name for name in names if (self.path / name).exists()]
        file.write_text(str(size))
        swap = self.path / "memory.swap.max"
        if swap.exists():
            swap.write_text("0")

    def ended(self) -> int:
        """How many processes the kernel has ended in it."""
        names = ("memory.events", "memory.oom_control")
        [file] = [self.path / name for name in names if (self.path / name).exists()]
        told = dict(line.split() for line in file.read_text().splitlines())
        return int(told["oom_kill"])


@pytest.fixture
def group() -> Iterator[Group]:
    roots = [Path("/sys/fs/cgroup/memory"), Path("/sys/fs/cgroup")]
    for root in roots:
        group = Group(root / f"django-mastery-test-{os.getpid()}")
        try:
            group.path.mkdir()
        except OSError:
            continue
        try:
            group.limit(400 << 20)
            yield group
            return
        except (OSError, ValueError):
            continue
        finally:
            _remove(group.path)
    pytest.skip("no control group that limits memory can be made here")


def _remove(group: Path) -> None:
    """Its last process may be ending."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            group.rmdir()
            return
        time.sleep(0.05)


def test_where_memory_runs_out_who_took_it_is_ended(group: Group, tmp_path: Path) -> None:
    """By the kernel, whatever else is in the group. The jail's own limit of a child is beyond the group's."""
    enter = f"open({str(group.path / 'cgroup.procs')!r}, 'w').write(str(os.getpid()))"
    greedy = PONG["urls.py"].replace('HttpResponse("pong")', "HttpResponse(str(take()))")
    take = "def take():\n    kept = []\n    while True: kept.append(b'x' * (4 << 20))\n"
    with serving(tmp_path / "s", enter) as jail:
        zygote = jail.zygote()
        with jail.boot(Project(files=PONG)) as bystander:
            verdict = grade(jail, Project(files={"urls.py": take + greedy}), PING, time_limit=30)
            assert group.ended() == 1
            assert verdict.state == "error"
            assert verdict.message.endswith("it was killed: out of time, memory or threads.")
            assert bystander.request("GET", "/ping/").content == b"pong"
        assert jail.zygote() == zygote
        Still(jail).works()


HEAVY = """
from sandbox.jail.harness import template
template._most_memory = lambda: 0
BIG = bytearray(b"x") * (300 << 20)
"""


def test_fixed_code_that_hides_how_much_it_holds_is_ended(jail: Jail, still: Still) -> None:
    """The harness counts it, in the same process; so does the zygote."""
    assert warm(jail, project(**during(HEAVY))) == Template.REFUSED


def test_a_child_is_the_first_to_go(jail: Jail) -> None:
    """Before the zygote, and before whatever else is on the machine."""
    zygote = jail.zygote()
    assert zygote
    with jail.boot(Project(files=PONG)):
        until(lambda: {_oom_score(pid) for pid in processes(jail)} == {1000})
    assert int(Path(f"/proc/{zygote}/oom_score_adj").read_text()) < 1000


def _oom_score(pid: int) -> int:
    """Of one that has ended meanwhile, what all should have."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return int(Path(f"/proc/{pid}/oom_score_adj").read_text())
    return 1000


# --- Threads ---------------------------------------------------------------------------------------------

THREADS = """
import threading, time
from django.http import HttpResponse
from django.urls import path

def ping(request):
    threading.stack_size(65536)
    for _ in range(COUNT):
        threading.Thread(target=time.sleep, args=(PAUSE,), daemon=True).start()
    time.sleep(PAUSE)
    return HttpResponse("pong")

urlpatterns = [path("ping/", ping)]
"""


def with_threads(count: int, pause: float) -> Project:
    return Project(files={"urls.py": f"COUNT, PAUSE = {count}, {pause}\n{THREADS}"})


def test_threads_of_one_learner_are_no_threads_less_for_another(one_user: Jail) -> None:
    with one_user.boot(with_threads(40, 0)) as first, one_user.boot(with_threads(50, 0.5)) as second:
        answered = []
        line = threading.Thread(target=lambda: answered.append(second.request("GET", "/ping/").content))
        line.start()
        # The first one's limit is older than the second one's threads.
        assert first.request("GET", "/ping/").content == b"pong"
        line.join()
        assert answered == [b"pong"]


def test_who_makes_more_threads_than_anybody_may_is_ended(one_user: Jail) -> None:
    began = time.monotonic()
    verdict = grade(one_user, with_threads(400, 60), PING, time_limit=60)
    assert time.monotonic() - began < 30
    assert verdict.message.endswith("it was killed: out of time, memory or threads."), verdict
    Still(one_user).works()


# --- Putting away ----------------------------------------------------------------------------------------


@pytest.fixture
def memory() -> Iterator[Path]:
    """A directory on the filesystem on which slots are: a disk would take its time."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as directory:
        yield Path(directory)


def test_whatever_is_left_is_put_away(memory: Path) -> None:
    slot = memory / "slot"
    (slot / "a" / "b").mkdir(parents=True)
    (slot / "a" / "file").write_text("x")
    (slot / "link").symlink_to(memory)
    descriptor = os.open(slot / "a", os.O_RDONLY)
    for _ in range(3000):
        os.mkdir("d", dir_fd=descriptor)
        below = os.open("d", os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = below
    os.close(descriptor)
    portions = 0
    while not leftovers.remove(slot, 500):
        portions += 1
    assert 5 < portions < 40
    assert os.listdir(memory) == []


def test_without_a_descriptor_to_look_into_it_it_stays(memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the zygote, who puts it away, goes on."""

    def none_left(_: int) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    with monkeypatch.context() as patched:
        patched.setattr("sandbox.jail.leftovers.os.scandir", none_left)
        assert leftovers.put_away(memory)
    assert memory.exists()


def test_a_slot_that_is_much_is_put_away_later(memory: Path) -> None:
    for number in range(4000):
        (memory / "much" / str(number)).mkdir(parents=True)
    (memory / "little").mkdir()
    assert leftovers.put_away(memory / "little")
    assert leftovers.put_away(memory / "not there")
    assert not leftovers.put_away(memory / "much")
    while leftovers.are_left():
        leftovers.go_on()
    assert os.listdir(memory) == []


@pytest.mark.skipif(os.getuid() != 0, reason="needs root, to be somebody else")
def test_a_directory_that_its_own_user_may_not_enter_is_put_away(tmp_path: Path) -> None:
    slot = tmp_path / "slot"
    script = (
        "import os, sys\nsys.path.insert(0, sys.argv[2])\nfrom pathlib import Path\n"
        "from sandbox.jail import leftovers\nslot = Path(sys.argv[1])\nos.chdir(slot.parent)\n"
        "os.setresuid(65534, 65534, 65534)\nslot = Path('slot')\nslot.mkdir()\n"
        "for name in ('a', 'a/b', 'a/b/c'): os.mkdir(slot / name)\n"
        "for name in ('a/b/c', 'a/b', 'a'): os.chmod(slot / name, 0)\n"
        "assert leftovers.remove(slot, 100) and not slot.exists()\n"
    )
    tmp_path.chmod(0o777)
    repository = Path(__file__).resolve().parents[3]
    command = [sys.executable, "-c", script, str(slot), str(repository)]
    subprocess.run(command, check=True)


def test_how_much_is_in_a_directory(memory: Path) -> None:
    (memory / "a").mkdir()
    (memory / "a" / "file").write_bytes(bytes(3 << 20))
    assert space.holds_more_than(memory, 1)
    assert not space.holds_more_than(memory, 2)
    for number in range(2400):
        (memory / "a" / str(number)).touch()
    assert space.holds_more_than(memory / "a", 1)
    deep = memory.joinpath(*"abcdefghijklmnopqrst")
    deep.mkdir(parents=True)
    assert space.holds_more_than(memory, 100)
    assert not space.holds_more_than(memory / "not there", 1)


def test_the_largest_project_is_one_on_a_disk_too(tmp_path: Path) -> None:
    """Without /dev/shm a directory has a size of its own, and one learner ended the grades of others."""
    for number in range(MAX_FILES):
        place = tmp_path.joinpath(str(number), *"abcdefghij")
        place.mkdir(parents=True)
        (place / "file").write_bytes(bytes(MAX_BYTES // MAX_FILES))
    assert not space.holds_more_than(tmp_path, 1)
