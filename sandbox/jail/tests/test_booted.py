"""The platform's end of the line to a booted project, without a process at the other one."""

import socket
import time
from collections.abc import Iterator
from typing import cast

import pytest

from sandbox.jail.booted import BootedProject, ProjectGone
from sandbox.jail.children import Child
from sandbox.jail.limits import FRAME_BYTES
from sandbox.jail.wire import Channel, TimeUp


class Held:
    """Stands in for a child: nobody knows how it ended."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel

    def ended(self, timeout: float) -> None:
        return None


@pytest.fixture
def line() -> Iterator[tuple[BootedProject, Channel]]:
    """The project, and the end of the line that its process would have."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        child = cast(Child, Held(Channel(ours)))
        yield BootedProject(child, time.monotonic() + 5), Channel(theirs)


def test_a_reset_is_on_its_way_before_anybody_waits_for_it(line: tuple[BootedProject, Channel]) -> None:
    project, process = line
    project.begin_reset()
    asked = process.receive(time.monotonic() + 5)
    assert asked["op"] == "reset"
    process.send({"id": asked["id"], "output": "put back"})
    assert project.finish_reset()["output"] == "put back"
    assert project.output == ["put back"]


def test_a_reset_that_nobody_began_is_begun(line: tuple[BootedProject, Channel]) -> None:
    project, process = line
    process.send({"id": 1, "output": ""})
    assert project.finish_reset()["id"] == 1
    assert process.receive(time.monotonic() + 5)["op"] == "reset"


def test_an_answer_to_another_question_is_none(line: tuple[BootedProject, Channel]) -> None:
    project, process = line
    process.send({"id": 2, "output": ""})
    project.begin_reset()
    with pytest.raises(ProjectGone, match="so nothing it says can be trusted"):
        project.finish_reset()


def test_what_goes_wrong_is_said_when_the_reset_is_waited_for(line: tuple[BootedProject, Channel]) -> None:
    project, process = line
    process.close()
    project.begin_reset()
    with pytest.raises(ProjectGone):
        project.finish_reset()


def test_no_time_for_a_reset_is_said_when_it_is_waited_for(line: tuple[BootedProject, Channel]) -> None:
    project, _ = line
    project.begin_reset()
    project.deadline = time.monotonic() - 1
    with pytest.raises(TimeUp):
        project.finish_reset()


def test_a_question_too_large_for_the_line_is_the_project_s_end(line: tuple[BootedProject, Channel]) -> None:
    """A check asks with what it was answered, and its question's number comes to it."""
    project, _ = line
    with pytest.raises(ProjectGone, match="can't be sent"):
        project.ask({"op": "request", "body": "x" * (FRAME_BYTES - 30)})
