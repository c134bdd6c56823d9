"""The console: what an entry caused, told by the learner's process and shaped outside of it."""

from typing import Any

import pytest

from sandbox.jail import Jail, Project
from sandbox.jail.booted import ProjectGone
from sandbox.jail.entries import MOST_CAUSED, entry

SHOP = {
    "urls.py": "urlpatterns = []\n",
    "shop/__init__.py": "",
    "shop/tasks.py": """
from celery import shared_task
from django.core.mail import send_mail

@shared_task
def confirm(number, *, to):
    send_mail(f"Order {number}", "It is on its way.", "shop@example.com", [to])
    return number

@shared_task(bind=True, max_retries=1)
def fetch(self, url):
    try:
        raise ConnectionError(url)
    except ConnectionError as error:
        raise self.retry(exc=error, countdown=60)
""",
}
TRICKS = {
    "a list that is none": ("mail", "None"),
    "a letter that is none": ("mail", "[5]"),
    "a letter to nobody knows whom": ("mail", "[{'to': 'all'}]"),
    "a task without arguments": ("tasks", "[{'name': 'x', 'args': 5}]"),
    "retries that are no number": ("tasks", "[{'name': 'x', 'args': [], 'kwargs': {}, 'retries': 'many'}]"),
    "more retries than can be written down": (
        "tasks",
        "[{'name': 'x', 'args': [], 'kwargs': {}, 'retries': int('9' * 4300)}]",
    ),
    "a query without SQL": ("queries", "[{}]"),
}


def test_mail_and_tasks_of_an_entry_are_told_and_none_of_the_next(jail: Jail) -> None:
    with jail.boot(Project(files=SHOP, apps=("shop",))) as project:
        told = project.evaluate(
            "from shop.tasks import confirm\nconfirm.delay(7, to='ada@example.com'); None"
        )
        assert told["mail"] == [
            {
                "to": ["ada@example.com"],
                "from": "shop@example.com",
                "subject": "Order 7",
                "body": "It is on its way.",
                "html": None,
            }
        ]
        assert told["tasks"] == [
            {
                "name": "shop.tasks.confirm",
                "args": [7],
                "kwargs": {"to": "ada@example.com"},
                "state": "SUCCESS",
                "retries": 0,
                "result": 7,
                "exception": None,
            }
        ]
        assert "dropped" not in told
        after = project.evaluate("1 + 1")
        assert (after["mail"], after["tasks"]) == ([], [])


def test_each_try_of_a_task_is_told_with_where_it_raised(jail: Jail) -> None:
    with jail.boot(Project(files=SHOP, apps=("shop",))) as project:
        tries = project.evaluate("from shop.tasks import fetch\nfetch.delay('/a'); None")["tasks"]
    assert [(one["state"], one["retries"]) for one in tries] == [("RETRY", 0), ("FAILURE", 1)]
    assert tries[1]["exception"]["type"] == "ConnectionError"
    assert tries[1]["exception"]["frames"][-1]["file"] == "shop/tasks.py"


def test_what_an_entry_names_the_next_ones_can_use(jail: Jail) -> None:
    with jail.boot(Project(files=SHOP, apps=("shop",))) as project:
        assert (
            project.evaluate("import math\nnumber = 41\ndef one_more():\n    return missing + number")[
                "value"
            ]
            is None
        )
        assert project.evaluate("math.floor(number + 1.5)")["value"] == 42
        raised = project.evaluate("x = 1\n\none_more()")["exception"]
        assert (raised["message"], raised["frames"]) == (
            "name 'missing' is not defined\nline 3: one_more()",
            [],
        )


def test_who_printed_much_sees_what_is_printed_later(jail: Jail) -> None:
    with jail.boot(Project(files=SHOP, apps=("shop",))) as project:
        project.evaluate("print('x' * 200_000)")
        assert "more characters" in project.evaluate("print('lost')")["output"]
        project.renew = True
        assert project.evaluate("print('seen')")["output"] == "seen\n"


def test_mail_before_an_error_is_told(jail: Jail) -> None:
    with jail.boot(Project(files=SHOP, apps=("shop",))) as project:
        told = project.evaluate(
            "from django.core.mail import send_mail\nsend_mail('s', 'b', 'a@b.c', ['d@e.f'])\n1 / 0"
        )
    assert [letter["subject"] for letter in told["mail"]] == ["s"]
    assert told["exception"]["type"] == "ZeroDivisionError"


def test_of_much_mail_the_first_are_told_and_the_rest_counted(jail: Jail) -> None:
    with jail.boot(Project(files=SHOP, apps=("shop",))) as project:
        told = project.evaluate(
            "from django.core.mail import send_mail\n"
            "for n in range(1000): send_mail('s', 'b' * 20_000, 'a@b.c', ['d@e.f'] * 80)"
        )
    assert (len(told["mail"]), told["dropped"]) == (MOST_CAUSED, {"mail": 1000 - MOST_CAUSED})
    assert told["mail"][0]["body"].startswith("bbb")
    assert len(told["mail"][0]["body"]) < 10_100
    assert told["mail"][0]["to"][-1] == "and 30 more"


@pytest.mark.parametrize("trick", TRICKS)
def test_what_a_process_makes_up_ends_the_project(jail: Jail, trick: str) -> None:
    kind, lie = TRICKS[trick]
    source = (
        "from sandbox.jail.harness import candidate\n"
        "real = candidate.LiveProject._run\n"
        f"candidate.LiveProject._run = lambda self, message: {{**real(self, message), {kind!r}: {lie}}}"
    )
    with jail.boot(Project(files=SHOP, apps=("shop",))) as project:
        project.evaluate(source)
        with pytest.raises(ProjectGone, match="makes no sense"):
            project.evaluate("1")


def test_long_values_are_cut_and_keys_of_its_own_left_out() -> None:
    task: dict[str, Any] = {"name": "x", "args": [["y" * 9000]], "kwargs": {}, "state": "SUCCESS", "more": 1}
    [told] = entry({"output": "", "tasks": [task]})["tasks"]
    assert told["args"][0].startswith('["yyy')
    assert told["args"][0].endswith("characters)")
    assert "more" not in told
