"""What an honest learner, and an honest author of checks, get."""

import threading
import time
from collections.abc import Callable

import pytest

from sandbox.jail import (
    CheckResult,
    Jail,
    JailUnavailable,
    Project,
    ProjectFailed,
    Verdict,
    grade,
)
from sandbox.jail.tests.conftest import ASK, PING, PONG
from sandbox.jail.tests.shop import APPS, CHECKS, FILES, SEED

Answer = Callable[..., Verdict]
SHOP = Project(files=FILES, apps=APPS, seed=SEED)


def changed(**files: str) -> Project:
    renamed = {name.replace("__", "/") + ".py": text for name, text in files.items()}
    return Project(files={**FILES, **renamed}, apps=APPS, seed=SEED)


def test_a_whole_exercise_passes(jail: Jail) -> None:
    told: list[CheckResult] = []
    verdict = grade(jail, SHOP, CHECKS, time_limit=30, on_check=told.append)
    assert (verdict.state, verdict.message) == ("passed", "All 9 checks passed."), verdict
    names = [check.name for check in verdict.checks]
    assert [check.name for check in told] == names * 2
    assert [check.status for check in told] == ["pending"] * 9 + ["passed"] * 9
    first = verdict.checks[0]
    assert first.title == "The list shows every product, with its category."
    assert (first.queries, first.query_budget, first.output) == (1, 1, "listing\n")
    assert first.traces[0]["queries"][0]["source"]["file"] == "shop/templates/shop/list.html"
    assert first.to_json()["status"] == "passed"


def test_a_failed_check_says_what_was_expected_and_what_came(answer: Answer) -> None:
    checks = ASK.replace('"42")', '"42", what="Arithmetic", concept="Sums")')
    check = answer("result = '41'", checks=checks).checks[0]
    assert (check.status, check.expected, check.got) == ("failed", "42", "41")
    assert (check.concept, check.message) == ("Sums", "Arithmetic")
    assert len(check.traces) == 1


def test_an_exception_in_a_view_is_told_with_its_own_line_only(jail: Jail) -> None:
    checks = ASK.replace('"/"', '"/broken/"')
    verdict = grade(jail, SHOP, checks, time_limit=30)
    check = verdict.checks[0]
    assert (verdict.state, check.status) == ("failed", "error")
    assert check.message == "ZeroDivisionError: division by zero"
    [frame] = check.frames
    assert (frame["file"], frame["function"]) == ("shop/views.py", "broken")
    assert frame["code"] == "return HttpResponse(1 / 0)"
    assert FILES["shop/views.py"].splitlines()[frame["line"] - 1].strip() == frame["code"]


@pytest.mark.parametrize(
    ("files", "message", "file", "line"),
    [
        ({"shop__models": "class :\n"}, "SyntaxError: invalid syntax", "shop/models.py", 1),
        (
            {"shop__views": "\nimport nowhere\n"},
            "ModuleNotFoundError: No module named 'nowhere'",
            "shop/views.py",
            2,
        ),
        (
            {"settings": "\n\nraise SystemExit(3)"},
            "SystemExit: the code asked Python to exit (3)",
            "settings.py",
            3,
        ),
        (
            {"shop__seed": "def fill():\n    1 / 0\n"},
            "ZeroDivisionError: division by zero",
            "shop/seed.py",
            2,
        ),
        ({"urls": "urlpatterns = 1 + None\n"}, "TypeError: unsupported operand", "urls.py", 1),
    ],
)
def test_a_project_that_does_not_boot_says_where(
    jail: Jail, files: dict[str, str], message: str, file: str, line: int
) -> None:
    told: list[CheckResult] = []
    verdict = grade(jail, changed(**files), CHECKS, time_limit=30, on_check=told.append)
    assert verdict.state == "error"
    assert verdict.message.startswith(message)
    assert f"{file}, line {line}" in verdict.message
    assert (verdict.frames[-1]["file"], verdict.frames[-1]["line"]) == (file, line)
    assert not any("sandbox/" in frame["file"] or "django" in frame["file"] for frame in verdict.frames)
    assert {check.status for check in verdict.checks} == {"not_run"}
    assert [check.status for check in told] == ["pending"] * 9 + ["not_run"] * 9


def test_system_checks_are_reported(jail: Jail) -> None:
    models = (
        "from django.db import models\nclass Category(models.Model):\n"
        "    name = models.CharField(max_length=-1)\n"
        "class Product(models.Model):\n    pass\n"
    )
    verdict = grade(jail, changed(shop__models=models), CHECKS, time_limit=30)
    assert verdict.state == "error"
    assert "fields.E121" in verdict.message


def test_a_template_s_error_names_the_template(jail: Jail) -> None:
    files = {**FILES, "shop/templates/shop/list.html": "one\n{% nonsense %}"}
    verdict = grade(jail, Project(files=files, apps=APPS, seed=SEED), CHECKS, time_limit=30)
    frame = verdict.checks[0].frames[-1]
    assert (frame["file"], frame["line"]) == ("shop/templates/shop/list.html", 2)


def test_migrations_of_an_app_are_run(jail: Jail) -> None:
    migration = """
from django.db import migrations, models

def fill(apps, schema_editor):
    apps.get_model("notes", "Note").objects.create(text="from a migration")

class Migration(migrations.Migration):
    dependencies = []
    operations = [
        migrations.CreateModel(
            "Note", [("id", models.BigAutoField(primary_key=True)), ("text", models.TextField())]
        ),
        migrations.RunPython(fill),
    ]
"""
    files = {
        "notes/__init__.py": "",
        "notes/models.py": (
            "from django.db import models\nclass Note(models.Model):\n    text = models.TextField()\n"
        ),
        "notes/migrations/__init__.py": "",
        "notes/migrations/0001_initial.py": migration,
    }
    with jail.boot(Project(files=files, apps=("notes",))) as project:
        question = "from notes.models import Note\nlist(Note.objects.values_list('text', flat=True))"
        assert project.evaluate(question)["value"] == ["from a migration"]


def test_a_user_model_of_the_project_s_own(jail: Jail) -> None:
    files = {
        "people/__init__.py": "",
        "people/models.py": (
            "from django.contrib.auth.models import AbstractUser\nfrom django.db import models\n"
            "class Person(AbstractUser):\n    shoe_size = models.IntegerField(default=42)\n"
        ),
        "settings.py": "AUTH_USER_MODEL = 'people.Person'\n",
    }
    with jail.boot(Project(files=files, apps=("people",))) as project:
        question = "from people.models import Person\nPerson.objects.create_user('ada').shoe_size"
        assert project.evaluate(question)["value"] == 42


def test_a_booted_project_answers_requests_and_questions(jail: Jail) -> None:
    with jail.boot(SHOP) as project:
        answer = project.request("GET", "/api/products/?format=json", headers={"Accept": "application/json"})
        assert (answer.status, answer.content[:9]) == (200, b'[{"id":1,')
        assert answer.trace and answer.trace["url_name"] == "product-list"
        assert project.evaluate(
            "import decimal, datetime\n[decimal.Decimal('1.50'), {1: datetime.date(2026, 1, 2)}]"
        ) == {
            "value": ["1.50", {"1": "2026-01-02"}],
            "output": "",
            "queries": [],
            "mail": [],
            "tasks": [],
        }
        asked = project.evaluate("from shop.models import Product\nProduct.objects.count()\n1 / 0")
        assert [query["sql"] for query in asked["queries"]] == [
            'SELECT COUNT(*) AS "__count" FROM "shop_product"'
        ]
        assert project.evaluate("1 / 0")["exception"]["type"] == "ZeroDivisionError"
        assert project.leave()


CONSOLE = {
    "def broken(:": "invalid syntax\ndef broken(:\n           ^",
    "x = 1\ny = x +* 2": "invalid syntax\ny = x +* 2\n       ^",
    "x = 0\ny = 1 / x": "division by zero\nline 2: y = 1 / x",
    "1 / 0": "division by zero",
}


@pytest.mark.parametrize("source", CONSOLE)
def test_an_error_of_the_console_points_at_what_was_typed(jail: Jail, source: str) -> None:
    with jail.boot(Project(files=PONG)) as project:
        raised = project.evaluate(source)["exception"]
        assert (raised["message"], raised["frames"]) == (CONSOLE[source], [])


def test_a_project_that_fails_to_boot_raises(jail: Jail) -> None:
    broken = Project(files={"urls.py": "1 / 0"})
    with pytest.raises(ProjectFailed, match="division by zero"), jail.boot(broken):
        raise AssertionError("it booted")


def test_a_timeout_names_the_check(answer: Answer) -> None:
    verdict = answer("time.sleep(60); result = ''", time_limit=1)
    assert verdict.state == "timeout"
    assert verdict.message == "The time limit of 1 seconds ran out during: The answer is 42."


def test_a_boot_without_end_times_out(jail: Jail) -> None:
    verdict = grade(jail, Project(files={"urls.py": "while True: pass"}), PING, time_limit=1)
    assert (verdict.state, verdict.checks[0].status) == ("timeout", "not_run")


def test_cancelling_ends_it_at_once(jail: Jail) -> None:
    stop = threading.Event()
    threading.Timer(0.5, stop.set).start()
    started = time.monotonic()
    slow = Project(files={"urls.py": "import time; time.sleep(60)"})
    verdict = grade(jail, slow, PING, time_limit=30, should_stop=stop.is_set)
    assert verdict.state == "cancelled"
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("checks", "reason"),
    [
        ("1 / 0", "division by zero"),
        ("", "there have to be checks in one class"),
        (PING.replace("def test_ping", "async def test_ping"), "async"),
        (
            PING.replace("    def test_ping", "    query_budget = {'test_pong': 1}\n    def test_ping"),
            "test_pong",
        ),
        (
            PING.replace("self.expect(", "import os; os._exit(0); self.expect("),
            "the examiner's process failed",
        ),
    ],
)
def test_broken_checks_are_our_fault(jail: Jail, checks: str, reason: str) -> None:
    verdict = grade(jail, Project(files=PONG), checks, time_limit=10)
    assert verdict.state == "ours"
    assert reason in verdict.message


def test_a_skipped_check_is_no_pass(jail: Jail) -> None:
    skipping = PING.replace("self.expect(", "self.skipTest('later'); self.expect(")
    assert grade(jail, Project(files=PONG), skipping, time_limit=10).state == "failed"


def test_a_check_that_stumbles_over_an_answer_is_a_failed_one(jail: Jail) -> None:
    stumbling = PING.replace('get("/ping/").text', 'get("/ping/").soup.select_one("h1").text')
    verdict = grade(jail, Project(files=PONG), stumbling, time_limit=10)
    assert verdict.state == "failed"
    assert "checks.py, line 7" in verdict.checks[0].message


def test_an_examiner_is_as_locked_in_as_a_learner(jail: Jail) -> None:
    attacking = PING.replace("self.expect(", "open('/etc/passwd'); self.expect(")
    verdict = grade(jail, Project(files=PONG), attacking, time_limit=10)
    assert "PermissionError" in verdict.checks[0].message


def test_without_a_jail_there_is_a_reason(tmp_path: object) -> None:
    with pytest.raises(JailUnavailable, match=r"no jail answers on nowhere \(No such file or directory\)"):
        Jail(f"{tmp_path}/nowhere").check()


def test_many_grades_at_once_do_not_wait_for_each_other_for_ever(jail: Jail) -> None:
    """There are places for four pairs per core; each of these wants two."""
    states: list[str] = []

    def one() -> None:
        states.append(grade(jail, Project(files=PONG), PING, time_limit=60).state)

    threads = [threading.Thread(target=one) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert states == ["passed"] * 20


def test_the_platform_s_own_time_is_not_the_learner_s(jail: Jail) -> None:
    verdict = grade(jail, Project(files=PONG), PING, time_limit=3, on_check=lambda check: time.sleep(2))
    assert verdict.state == "passed"
