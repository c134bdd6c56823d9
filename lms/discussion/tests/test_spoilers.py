"""What gives an exercise away is not sent to who has not passed it: not on the page, not by mail."""

from __future__ import annotations

import time

import pytest
from django.core import mail
from django.test import Client

from lms.discussion.spoilers import has_code
from lms.discussion.tests.people import EXERCISE, ask, pass_exercise, read, reply

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "text",
    [
        "Try this:\n\n```python\nreturn 1\n```",
        "Indented:\n\n    return 1",
        "Take `qs.filter(open=True)`.",
        "I wrote\n\ndef gate(request):\nand it failed",
        "<pre>return 1</pre> and\nfrom farm import gate",
        "In the template: \n{% csrf_token %}",
        "x = 1",
    ],
)
def test_code_is_found(text: str):
    assert has_code(text)


@pytest.mark.parametrize(
    "text",
    ["It says `NoReverseMatch`.", "In `farm/views.py`, `get_queryset()`.", "If you return early: fine."],
)
def test_names_and_sentences_are_no_code(text: str):
    assert not has_code(text)


@pytest.mark.parametrize("text", ["a" + "\n" * 9_998 + "b", " " * 9_000 + "a\nb = 1"])
def test_code_is_looked_for_in_no_time_whatever_the_text(text: str):
    began = time.process_time()
    has_code(text)
    assert time.process_time() - began < 1, (
        "seconds; it was 2 when blank lines were looked at again and again"
    )


@pytest.mark.parametrize(
    ("text", "more"), [("```\nopen the gate\n```", {}), ("open the gate", {"is_spoiler": "on"})]
)
def test_spoiler_of_an_exercise_opens_when_it_is_passed(ada, ben, exercise, text: str, more: dict):
    thread = ask(ada, EXERCISE)
    reply(ada, thread, text, **more)
    for client in (ben, Client()):
        page = read(client, thread)
        assert "open the gate" not in page
        assert "may give the exercise away" in page
    assert "open the gate" in read(ada, thread), "one's own"
    pass_exercise(ben, exercise)
    assert "open the gate" in read(ben, thread)


def test_question_itself_may_be_a_spoiler(ada, ben, exercise):
    thread = ask(ada, EXERCISE, text="```\nopen the gate\n```")
    assert "open the gate" not in read(ben, thread)
    assert thread.title in read(ben, thread)


def test_spoiler_stays_where_the_lesson_does_not_show_the_exercise(ada, ben, exercise, lesson_page):
    thread = ask(ada, EXERCISE, text="```\nopen the gate\n```")
    lesson_page.body = [block for block in lesson_page.body.raw_data if block["type"] == "prose"]
    lesson_page.save_revision().publish()
    assert "open the gate" not in read(ben, thread)


def test_plain_posts_are_read_by_everybody(ada, exercise):
    assert "I wonder." in read(Client(), ask(ada, EXERCISE))


def test_code_below_a_lesson_is_no_spoiler_unless_it_is_marked(ada, ben, exercise):
    thread = ask(ada, text="```\nopen the gate\n```")
    assert "open the gate" in read(ben, thread)
    reply(ada, thread, "the trick is the hinge", is_spoiler="on")
    assert "the hinge" not in read(ben, thread)
    pass_exercise(ben, exercise)
    assert "the hinge" in read(ben, thread)


def test_moderator_reads_everything(ada, mod, exercise):
    thread = ask(ada, EXERCISE, text="```\nopen the gate\n```")
    assert "open the gate" in read(mod, thread)


def test_hidden_text_is_not_mailed(ada, ben, exercise, django_capture_on_commit_callbacks):
    thread = ask(ben, EXERCISE)
    with django_capture_on_commit_callbacks(execute=True):
        reply(ada, thread, "```\nopen the gate\n```")
    assert "open the gate" not in mail.outbox[-1].body
    assert "when you have passed it" in mail.outbox[-1].body
    pass_exercise(ben, exercise)
    with django_capture_on_commit_callbacks(execute=True):
        reply(ada, thread, "```\nopen the gate\n```")
    assert "open the gate" in mail.outbox[-1].body
