"""What a learner is told of their own mistakes: their file, their line, and nothing of ours."""

from typing import Any

import pytest

from sandbox.jail import Jail, Project, Verdict, grade
from sandbox.jail.harness.errors import describe
from sandbox.jail.tests.conftest import ASK, PING


def own(name: str) -> str | None:
    return name if name == "shop/views.py" else None


def of_source(source: str) -> dict[str, Any]:
    try:
        exec(compile(source, "shop/views.py", "exec"), {})
    except BaseException as error:  # noqa: BLE001 - SystemExit among them
        return describe(error, own)
    raise AssertionError("it runs")


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("class :\n", "class :\n      ^"),
        ("if True:\n    y = 1 +* 2\n", "y = 1 +* 2\n       ^"),
        ("def f(a, b:\n    pass\n", "def f(a, b:\n     ^"),
        ("print 'x'\n", "print 'x'\n^^^^^^^^^"),
        ("é = 1 $ 2\n", "é = 1 $ 2\n      ^"),
        ("for x in y:\npass\n", "pass\n^^^^"),
    ],
)
def test_a_syntax_error_points_at_its_place(source: str, told: str) -> None:
    found = of_source(source)
    assert found["frames"][-1]["code"] == told
    assert len(found["frames"]) == 1, "the line that compiled it is ours"


def test_a_message_names_files_as_the_learner_knows_them() -> None:
    def own_in_slot(name: str) -> str | None:
        return name.removeprefix("/slot/") if name.startswith("/slot/") else None

    told = describe(
        ImportError("cannot import name 'a' from 'b' (/slot/shop/b.py), nor /usr/c.py"), own_in_slot
    )
    assert told["message"] == "cannot import name 'a' from 'b' (shop/b.py), nor /usr/c.py"


def test_who_looks_for_the_network_is_told_that_there_is_none() -> None:
    told = of_source("import socket\nraise OSError('no way') from socket.gaierror(-3, 'Temporary failure')")
    assert told["message"] == "no way (There is no network here: an exercise needs none.)"


@pytest.mark.parametrize("source", ["x = 1\n\ty = 2\n", "x = '" + "a" * 500 + "\n", "\0"])
def test_a_syntax_error_whose_place_cannot_be_shown_is_told_all_the_same(source: str) -> None:
    found = of_source(source)
    assert found["message"]
    assert all("^" not in frame["code"] for frame in found["frames"])


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            "class E(Exception):\n    def __str__(self): raise KeyError('x')\nraise E",
            "(KeyError while making",
        ),
        ("raise Exception('\\ud800 \\0')", "? \ufffd"),
        ("raise Exception('x' * 100_000)", "xxx"),
        ("raise SystemExit(3)", "the code asked Python to exit (3)"),
    ],
)
def test_a_message_is_text_of_a_bounded_length_whatever_it_is(source: str, message: str) -> None:
    found = of_source(source)
    assert found["message"].startswith(message)
    assert len(found["message"]) < 10_100
    found["message"].encode()


def test_a_recursion_without_end_is_told_in_a_few_frames() -> None:
    found = of_source("def f():\n    f()\nf()")
    assert (found["type"], len(found["frames"])) == ("RecursionError", 20)


def graded(jail: Jail, urls: str, checks: str = PING) -> Verdict:
    return grade(jail, Project(files={"urls.py": urls}), checks, time_limit=20)


def test_a_project_with_a_syntax_error_says_where_with_a_caret(jail: Jail) -> None:
    verdict = graded(jail, "from django.urls import path\n\nurlpatterns = [path('', None]\n")
    assert verdict.state == "error"
    assert verdict.message == (
        "SyntaxError: closing parenthesis ']' does not match opening parenthesis '('\n"
        "urls.py, line 3:\n"
        "    urlpatterns = [path('', None]\n"
        "                                ^"
    )


def test_an_error_deep_inside_a_library_names_the_learners_line_only(jail: Jail) -> None:
    urls = (
        "from django.contrib.auth.models import User\nfrom django.urls import path\n\n"
        "def view(request):\n    return list(User.objects.filter(nonsense=1))\n\n"
        "urlpatterns = [path('', view)]\n"
    )
    [check] = graded(jail, urls, ASK).checks
    assert check.message.startswith("FieldError: Cannot resolve keyword 'nonsense'")
    assert [(frame["file"], frame["line"]) for frame in check.frames] == [("urls.py", 5)]
    assert check.frames[0]["code"] == "return list(User.objects.filter(nonsense=1))"
    assert "sandbox" not in str(check.frames)


def test_output_is_kept_bounded_and_as_it_was(jail: Jail) -> None:
    """Escape sequences and markup are text here; whoever shows them escapes them."""
    urls = (
        "from django.http import HttpResponse\nfrom django.urls import path\n\n"
        "def view(request):\n    print('\\x1b[2J<script>alert(1)</script>', '\\0', '\\ud800')\n"
        "    print('x' * 1_000_000)\n    return HttpResponse('42')\n\n"
        "urlpatterns = [path('', view)]\n"
    )
    verdict = graded(jail, urls, ASK)
    [check] = verdict.checks
    assert verdict.state == "passed"
    assert check.output.startswith("\x1b[2J<script>alert(1)</script> \ufffd ?\nxxx")
    assert len(check.output) < 17 * 1024
    assert "more characters" in check.output
