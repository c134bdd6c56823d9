"""An exercise's fixed part, warmed up once: the same verdicts, and nothing shared between learners."""

import contextlib
import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.jail import Jail, Limits, Project, Verdict, grade
from sandbox.jail.control import Template
from sandbox.jail.tests import shop
from sandbox.jail.tests.conftest import ASK, Still

FIXED = {
    "store/__init__.py": "",
    "store/models.py": """
from django.db import models

BOARD = []

class Item(models.Model):
    name = models.CharField(max_length=50)
""",
    "store/seed.py": """
from store.models import Item

def fill():
    Item.objects.create(name="42")
""",
    "settings.py": "from pathlib import Path\nBASE_DIR = Path(__file__).parent\nHERE = str(BASE_DIR / 'x')\n",
}
URLS = """
import ctypes, errno, os, signal, socket, sys
from django.conf import settings
from django.http import HttpResponse
from django.urls import path
from store import models
def view(request):
    {body}
    return HttpResponse(result)
urlpatterns = [path("", view)]
"""
COUNT = "result = models.Item.objects.get().name"


def project(body: str = COUNT, **changed: str) -> Project:
    urls = URLS.replace("{body}", "\n    ".join(body.strip().splitlines()))
    files = {**FIXED, "urls.py": urls, **changed}
    return Project(files=files, apps=("store",), seed="store.seed.fill", editable=("urls.py", "extra/"))


def state(jail: Jail, wanted: Project) -> Template:
    with jail.pair(Limits(), None, wanted.template_key()) as (child, _):
        return Template(child.template)


def warm(jail: Jail, wanted: Project) -> Template:
    """What there is for such projects, when one of them was graded and a template had its time."""
    grade(jail, wanted, ASK, time_limit=20)
    deadline = time.monotonic() + 20
    while (found := state(jail, wanted)) in (Template.COMING, Template.UNKNOWN):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


def graded(jail: Jail, body: str, **changed: str) -> Verdict:
    wanted = project(body, **changed)
    assert warm(jail, wanted) == Template.USED
    return grade(jail, wanted, ASK, time_limit=20)


def test_a_template_is_made_by_the_first_grade_and_used_by_the_next(jail: Jail, still: Still) -> None:
    other = project(**{"store/templates/a.html": "x"})
    assert state(jail, other) == Template.UNKNOWN
    assert warm(jail, other) == Template.USED
    assert grade(jail, other, ASK, time_limit=20).state == "passed"
    assert state(jail, replace(other, editable=None)) == Template.NONE


def test_a_whole_project_gets_the_same_verdict(jail: Jail) -> None:
    whole = Project(files=shop.FILES, apps=shop.APPS, seed=shop.SEED)
    plain = grade(jail, whole, shop.CHECKS, time_limit=20)
    editable = ("shop/views.py", "shop/api.py", "shop/templates/", "urls.py")
    parted = replace(whole, editable=editable)
    assert warm(jail, parted) == Template.USED
    quick = grade(jail, parted, shop.CHECKS, time_limit=20)
    told = [(check.name, check.status, check.message, check.queries) for check in plain.checks]
    assert [(check.name, check.status, check.message, check.queries) for check in quick.checks] == told
    assert (quick.state, quick.message) == (plain.state, plain.message)


def test_errors_name_the_same_files(jail: Jail) -> None:
    broken = {"store/deep.py": "def fail():\n    return 1 / 0\n"}
    verdict = graded(jail, "from store import deep\nresult = deep.fail()", **broken)
    frames = [(frame["file"], frame["line"]) for frame in verdict.checks[0].frames]
    assert frames[-1] == ("store/deep.py", 2)
    assert frames[0][0] == "urls.py"


def test_what_a_learner_changes_is_gone_with_them(jail: Jail) -> None:
    leave = "models.BOARD.append('x'); models.Item.objects.create(name='y'); sys.modules['left'] = sys\n"
    assert graded(jail, f"{leave}result = '42'").state == "passed"
    look = "result = '42' if not models.BOARD and 'left' not in sys.modules else 'seen'"
    for _ in range(4):
        assert graded(jail, look).state == "passed"
        assert graded(jail, COUNT).state == "passed"


def test_learners_have_their_own_modules(jail: Jail) -> None:
    extra = {"extra/__init__.py": "", "extra/answer.py": "ANSWER = '42'\n"}
    assert graded(jail, "from extra.answer import ANSWER\nresult = ANSWER", **extra).state == "passed"
    wrong = {**extra, "extra/answer.py": "ANSWER = '41'\n"}
    assert graded(jail, "from extra.answer import ANSWER\nresult = ANSWER", **wrong).state == "failed"
    assert graded(jail, "from extra.answer import ANSWER\nresult = ANSWER").state == "failed"


def test_paths_are_the_child_s_own(jail: Jail) -> None:
    body = (
        "root = os.path.dirname(os.path.abspath(__file__))\n"
        "places = [str(settings.BASE_DIR), os.path.dirname(settings.HERE), os.getcwd(), sys.path[0]]\n"
        "places += [os.path.dirname(os.path.dirname(models.__file__))]\n"
        "result = '42' if set(places) == {root} else str([root, *places])"
    )
    assert graded(jail, body).state == "passed", graded(jail, body).checks


UNFIT = {
    "models are a learner's": replace(project(), editable=("store/", "urls.py")),
    "settings are a learner's": replace(project(), editable=("settings.py", "urls.py")),
    "a migration may be written": replace(project(), editable=("store/migrations/", "urls.py")),
    "the seed imports a learner's module": project(
        **{"store/seed.py": "import extra\n" + FIXED["store/seed.py"], "extra/__init__.py": ""}
    ),
    "an import that may fail": project(
        **{
            "store/__init__.py": "try:\n    import extra\nexcept ImportError:\n    pass\n",
            "extra/__init__.py": "",
        }
    ),
    "it holds more memory than it may": project(
        **{"store/seed.py": FIXED["store/seed.py"] + "\nBIG = bytearray(b'x') * (80 << 20)\n"}
    ),
    "the fixed part is broken": project(
        **{"store/seed.py": FIXED["store/seed.py"].replace("(name=", "(nam=")}
    ),
    "it takes the process down": project(**{"store/seed.py": "import os\nos._exit(0)\n"}),
}


@pytest.mark.parametrize("name", UNFIT)
def test_an_unfit_exercise_is_booted_as_ever(jail: Jail, still: Still, name: str) -> None:
    assert warm(jail, UNFIT[name]) == Template.REFUSED
    fine = "learner" in name or "may" in name
    verdict = grade(jail, UNFIT[name], ASK, time_limit=20)
    assert verdict.state == ("passed" if fine else "error"), verdict


def test_an_admin_that_a_learner_writes_is_found(jail: Jail) -> None:
    admin = "from django.contrib import admin\nfrom store.models import Item\nadmin.site.register(Item)\n"
    body = (
        "from django.contrib import admin\nresult = '42' if models.Item in admin.site._registry else 'none'"
    )
    wanted = replace(project(body, **{"store/admin.py": admin}), editable=("urls.py", "store/admin.py"))
    assert warm(jail, wanted) == Template.USED
    assert grade(jail, wanted, ASK, time_limit=20).state == "passed"
    files = {path: text for path, text in wanted.files.items() if path != "store/admin.py"}
    assert grade(jail, replace(wanted, files=files), ASK, time_limit=20).state == "failed"


CLONE = "libc = ctypes.CDLL(None, use_errno=True)\ngot = libc.syscall({number}, {flags}, 0, 0, 0, 0)\n"
DENIED = "result = '42' if got == -1 and ctypes.get_errno() == errno.EPERM else str(got)"


def refused(action: str) -> str:
    return f"try:\n    {action}\n    result = 'done'\nexcept PermissionError:\n    result = '42'"


ATTACKS = {
    "fork": refused("os.fork()"),
    "fork a sibling, as a template does": CLONE.format(number=56, flags="0x8000 | 17") + DENIED,
    "fork by hand": CLONE.format(number=56, flags="17") + DENIED,
    "leave the group": refused("os.setsid()"),
    "signal the template": refused("os.kill(os.getpgid(0), 0)"),
    "see the children": refused("os.listdir('..')"),
    "see the template's directory": refused("os.listdir('../..')"),
    "make a slot": refused("os.mkdir('../0')"),
    "write a file": refused("open('x', 'w')"),
    "change a fixed file": refused("open('../../fixed/store/models.py', 'a')"),
    "raise limits": (
        "import resource\ntry:\n    resource.setrlimit(resource.RLIMIT_CPU, (300, 300))\n"
        "    result = 'raised'\nexcept (ValueError, PermissionError):\n    result = '42'"
    ),
    "talk to the zygote": (
        "kinds = []\n"
        "for number in range(4, 128):\n"
        "    try:\n        kinds.append(socket.socket(fileno=os.dup(number)))\n"
        "    except OSError:\n        pass\n"
        "result = '42' if not kinds else str(kinds)"
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_template_s_child_is_locked_in_like_any_other(jail: Jail, name: str) -> None:
    if "number=56" in repr(ATTACKS[name]) and os.uname().machine != "x86_64":
        pytest.skip("the numbers are those of x86-64")
    verdict = graded(jail, ATTACKS[name])
    assert verdict.state == "passed", verdict.checks


def test_a_fixed_part_that_forks_is_ended_with_all_that_came_of_it(jail: Jail, still: Still) -> None:
    """Such code is an author's, not a learner's, and is held all the same."""
    seed = (
        "import ctypes\n" + FIXED["store/seed.py"] + "    libc = ctypes.CDLL(None)\n"
        "    for _ in range(5):\n"
        "        if libc.syscall(56, 0x8011, 0, 0, 0, 0) == 0:\n"
        "            while True: libc.sleep(100)\n"
    )
    before = len(processes(jail))
    wanted = project(**{"store/seed.py": seed})
    warm(jail, wanted)
    fill(jail)
    until(lambda: len(processes(jail)) <= before + 4 * 3)


def processes(jail: Jail) -> list[int]:
    zygote = jail.zygote()
    assert zygote
    return [int(pid) for pid in Path(f"/proc/{zygote}/task/{zygote}/children").read_text().split()]


def groups_of(jail: Jail) -> dict[int, int]:
    """The process group of each child that is still there: one of an earlier grade may end at any moment."""
    found = {}
    for pid in processes(jail):
        with contextlib.suppress(ProcessLookupError):
            found[pid] = os.getpgid(pid)
    return found


def fill(jail: Jail) -> None:
    """As many templates as there may be, of other exercises."""
    for number in range(5):
        assert warm(jail, project(**{"store/number.py": str(number)})) == Template.USED


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_there_are_never_more_than_four(jail: Jail, still: Still) -> None:
    first = project(**{"store/first.py": ""})
    assert warm(jail, first) == Template.USED
    fill(jail)
    waiting = 2 * (os.cpu_count() or 1)
    until(lambda: len(processes(jail)) <= waiting + 4 * 3)
    assert state(jail, first) == Template.UNKNOWN


def test_a_template_that_dies_is_replaced(jail: Jail, still: Still) -> None:
    wanted = project(**{"store/mortal.py": ""})
    assert warm(jail, wanted) == Template.USED
    with jail.pair(Limits(), None, wanted.template_key()) as (child, _):
        groups = groups_of(jail)
        before = set(groups)
        for pid in before:
            if groups[pid] == pid and list(groups.values()).count(pid) > 1:
                os.kill(pid, signal.SIGKILL)
        until(lambda: len(set(processes(jail)) & before) < len(before))
        assert child.channel.silent()
    assert warm(jail, wanted) == Template.USED
    assert grade(jail, wanted, ASK, time_limit=20).state == "passed"


def test_the_key_is_of_all_that_is_fixed() -> None:
    one = project()
    assert one.template_key() == project("result = '41'").template_key()
    others = [
        project(**{"store/models.py": FIXED["store/models.py"] + "\n"}),
        replace(one, seed=""),
        replace(one, apps=()),
        replace(one, urls="store.urls"),
        replace(one, editable=("urls.py",)),
    ]
    keys = {other.template_key() for other in [one, *others]}
    assert len(keys) == 6
    assert {len(key) for key in keys} == {32}
    assert (
        replace(one, editable=None).template_key()
        == replace(one, editable=("store/", "settings.py", "urls.py")).template_key()
        == b""
    )
