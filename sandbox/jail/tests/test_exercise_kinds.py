"""Exercises of every kind, whole: what is right passes; what is wrong is caught by the check for it."""

import pytest

from sandbox.jail import Jail, Verdict, grade
from sandbox.jail.control import Template
from sandbox.jail.tests.exercises import CHAT, EXERCISES, SmallExercise
from sandbox.jail.tests.test_templates import warm

WRONG = [(name, caught_by) for name, exercise in EXERCISES.items() for caught_by in exercise.wrong]


def told(verdict: Verdict) -> str:
    checks = (f"{c.name}: {c.status} {c.message} {c.expected} / {c.got} {c.frames}" for c in verdict.checks)
    return "\n".join([f"{verdict.state}: {verdict.message}", *checks, verdict.output])


@pytest.mark.parametrize("name", EXERCISES)
def test_what_is_right_passes(jail: Jail, name: str) -> None:
    exercise = EXERCISES[name]
    verdict = grade(jail, exercise.project(), exercise.checks, time_limit=20)
    assert verdict.state == "passed", told(verdict)


@pytest.mark.parametrize("name", EXERCISES)
def test_it_passes_in_a_child_of_a_template_too(jail: Jail, name: str) -> None:
    exercise = EXERCISES[name]
    project = exercise.project(editable=exercise.editable)
    assert warm(jail, project) is Template.USED
    for _ in range(2):
        verdict = grade(jail, project, exercise.checks, time_limit=20)
        assert verdict.state == "passed", told(verdict)
    caught_by = next(iter(exercise.wrong))
    wrong = exercise.project(editable=exercise.editable, **exercise.wrong[caught_by])
    verdict = grade(jail, wrong, exercise.checks, time_limit=20)
    assert caught_by in [check.name for check in verdict.checks if check.status == "failed"], told(verdict)


@pytest.mark.parametrize(("name", "caught_by"), WRONG)
def test_what_is_wrong_is_caught_by_its_check(jail: Jail, name: str, caught_by: str) -> None:
    exercise: SmallExercise = EXERCISES[name]
    project = exercise.project(**exercise.wrong[caught_by])
    assert project.files != exercise.files, "the mistake changes nothing"
    verdict = grade(jail, project, exercise.checks, time_limit=20)
    failed = [check for check in verdict.checks if check.status != "passed"]
    assert caught_by in [check.name for check in failed if check.status == "failed"], told(verdict)
    assert len(failed) < len(verdict.checks)


def test_the_frames_of_a_socket_are_in_the_trace(jail: Jail) -> None:
    verdict = grade(jail, CHAT.project(), CHAT.checks, time_limit=20)
    check = next(check for check in verdict.checks if check.name == "test_echo")
    [trace] = check.traces
    assert trace["view"] == "chat.consumers.ChatConsumer"
    assert (trace["request"]["method"], trace["request"]["path"]) == ("WEBSOCKET", "/ws/chat/lobby/")
    assert trace["response"]["status"] == 101
    kinds = [(frame["direction"], frame["kind"]) for frame in trace["frames"]]
    assert kinds == [
        ("in", "connect"),
        ("out", "accept"),
        ("in", "text"),
        ("out", "text"),
        ("in", "disconnect"),
    ]
    told_by = trace["frames"][3]["source"]
    assert (told_by["file"], told_by["function"]) == ("chat/consumers.py", "chat_message")
    assert any("INSERT" in query["sql"] for query in trace["queries"])
