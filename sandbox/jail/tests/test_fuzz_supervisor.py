"""What a supervisor makes of children that say anything: it is given puppets, by the hundred."""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sandbox.jail import JailUnavailable, Project, control, grade
from sandbox.jail.children import Child
from sandbox.jail.tests.conftest import PONG
from sandbox.jail.tests.fuzzing import few, objects, values
from sandbox.jail.wire import Channel, Closed, TimeUp, WireError, encode

Play = Callable[[Channel], None]


class Puppets:
    """Stands in for a jail. Each child is a thread that plays its part and then ends as told."""

    def __init__(self, candidate: Play, examiner: Play) -> None:
        self._plays = (candidate, examiner)

    @contextlib.contextmanager
    def pair(self, *_: Any) -> Iterator[tuple[Child, Child]]:
        with contextlib.ExitStack() as stack:
            first, second = (stack.enter_context(self._child(play)) for play in self._plays)
            yield first, second

    def warm_up(self, *_: Any) -> None:
        """Puppets are always warm."""

    @contextlib.contextmanager
    def _child(self, play: Play) -> Iterator[Child]:
        line, far_line = socket.socketpair()
        connection, far_connection = socket.socketpair()

        def act() -> None:
            with far_connection:
                channel = Channel(far_line)
                with contextlib.suppress(Closed, WireError, TimeUp):
                    play(channel)
                channel.close()
                with contextlib.suppress(OSError):
                    far_connection.send(control.pack_ended(control.Ended()))

        thread = threading.Thread(target=act)
        thread.start()
        child = Child(connection, Channel(line))
        try:
            yield child
        finally:
            child.close()
            thread.join()


def soon() -> float:
    return time.monotonic() + 2


def honest_examiner(channel: Channel) -> None:
    """One check: the page is 42. Its word is what counts, and it does not take the project's."""
    channel.receive(soon())
    channel.send({"op": "sealed"})
    channel.send({"op": "checks", "checks": [{"name": "test_a", "title": "A.", "query_budget": None}]})
    channel.receive(soon())
    channel.send({"op": "start", "name": "test_a"})
    answer = channel.receive(soon())
    if answer.get("exception") is None:
        channel.send({"op": "request", "method": "GET", "path": "/"})
        answer = channel.receive(soon())
    status = "passed" if answer.get("body") == "NDI=" else "failed"
    channel.send({"op": "result", "name": "test_a", "status": status, "ms": 1.0, "queries": 0})
    channel.send({"op": "done"})


TRACE = {
    "id": "x",
    **dict.fromkeys(("at", "ms"), 1.0),
    **dict.fromkeys(("route", "url_name", "view", "exception")),
    **{key: {} for key in ("request", "response", "user", "session")},
    **{key: [] for key in ("queries", "templates", "cookies", "mail", "messages", "tasks", "frames")},
}


def honest_candidate(channel: Channel) -> None:
    channel.receive(soon())
    channel.send({"op": "sealed"})
    channel.send({"booted": True, "output": ""})
    page = {"status": 200, "headers": [], "body": "NDI=", "trace": TRACE}
    while True:
        message = channel.receive(soon())
        channel.send({"id": message["id"], "output": "", "exception": None, "value": 1, **page})


# What an honest one says, in order. Each answer takes the id of the question.
PAGE = {"status": 200, "headers": [["a", "b"]], "body": "NDE=", "trace": TRACE}
ANSWER = {"id": 0, "output": "", "exception": None, "value": 1, **PAGE}
PROBLEM = {"type": "E", "message": "m", "frames": [{"file": "f", "line": 1, "function": "g", "code": "c"}]}
CANDIDATE = [{"op": "sealed"}, {"booted": True, "output": ""}, ANSWER, ANSWER, ANSWER]
EXAMINER = [
    {"op": "sealed"},
    {"op": "checks", "checks": [{"name": "test_a", "title": "A.", "query_budget": None}]},
    {"op": "start", "name": "test_a"},
    {"op": "request", "method": "GET", "path": "/"},
    {"op": "run", "source": "1"},
    {"op": "files"},
    {"op": "tool", "tool": "sh", "files": {}},
    {"op": "result", "name": "test_a", "status": "passed", "ms": 1.0, "queries": 0, "frames": []},
    {"op": "done"},
]
# What it says instead: another of its words, one with something changed in it, bytes, or nothing.
odd = st.one_of(values, st.just(PROBLEM), st.sampled_from([[], {}, "x", -1, [["a"]], [{}], {"frames": "x"}]))


@st.composite
def scripts(draw: st.DrawFn, honest: list[dict[str, Any]]) -> list[dict[str, Any] | bytes]:
    """The honest one's words, with a few of them put wrong."""
    script: list[dict[str, Any] | bytes] = list(honest)
    for _ in range(draw(st.sampled_from([1, 1, 1, 2, 3]))):
        # Mostly late: what comes after a word that was refused is not heard.
        place = draw(st.sampled_from([*range(len(script)), *range(len(script) // 2, len(script))]))
        word = script[place]
        kind = draw(
            st.sampled_from(
                ["change", "change", "change", "cut", "again", "swap", "bytes", "object", "infinite"]
            )
        )
        if kind == "change" and isinstance(word, dict):
            key = draw(st.sampled_from([*word, "exception", "frames"]))
            script[place] = {**word, key: draw(odd)}
        elif kind == "cut" and isinstance(word, dict):
            whole = encode(word)
            script[place] = whole[: draw(st.integers(0, len(whole) - 1))]
        elif kind == "infinite" and isinstance(word, dict):
            body = encode(word)[4:].replace(b"1.0", b"1e999")
            script[place] = len(body).to_bytes(4, "big") + body
        elif kind == "again":
            script.insert(place, word)
        elif kind == "swap":
            script[place] = draw(st.sampled_from(honest))
        else:
            script[place] = draw(st.binary(max_size=60) if kind == "bytes" else objects)
    return script


def playing(script: list[dict[str, Any] | bytes], *, hears: bool, asked: int) -> Play:
    """From the word numbered `asked` on it speaks when spoken to, if it `hears`."""

    def play(channel: Channel) -> None:
        channel.receive(soon())
        for number, word in enumerate(script):
            heard = channel.receive(time.monotonic() + 0.05) if hears and number >= asked else {}
            if isinstance(word, dict):
                answers = "id" in heard and word.get("id") == 0
                word = encode({**word, "id": heard["id"]} if answers else word)
            # Beneath the channel, which would send nothing but whole frames.
            with contextlib.suppress(OSError):
                channel._socket.sendall(word)

    return play


def judged(puppets: Puppets) -> str:
    told = []
    try:
        verdict = grade(
            puppets,  # type: ignore[arg-type]
            Project(files=PONG),
            "the puppets do not read it",
            time_limit=0.3,
            on_check=told.append,
        )
    except JailUnavailable:
        return "unavailable"
    json.dumps(verdict.to_json(), allow_nan=False)
    assert all(check.status != "pending" for check in verdict.checks)
    assert (verdict.state == "passed") == (
        bool(verdict.checks) and all(check.status == "passed" for check in verdict.checks)
    ) or verdict.state != "passed"
    return verdict.state


def test_puppets_can_pass() -> None:
    """Else the tests below could not fail."""
    assert judged(Puppets(honest_candidate, honest_examiner)) == "passed"

    def never_says_goodbye(channel: Channel) -> None:
        script: list[dict[str, Any] | bytes] = [*CANDIDATE[:3], {**ANSWER, "body": "NDI="}]
        playing(script, hears=True, asked=2)(channel)

    assert judged(Puppets(never_says_goodbye, honest_examiner)) == "failed"


@few(120)
@given(scripts(CANDIDATE), st.sampled_from([True, True, True, False]))
def test_no_project_talks_its_way_to_a_pass(script: list[dict[str, Any] | bytes], hears: bool) -> None:
    state = judged(Puppets(playing(script, hears=hears, asked=2), honest_examiner))
    assert state in ("failed", "error", "timeout", "unavailable")
    if script[0] == CANDIDATE[0]:
        # Once it is locked in, nothing that it says is the platform's fault.
        assert state != "unavailable"


@few(70)
@given(scripts(EXAMINER), st.sampled_from([True, True, False]))
def test_whatever_an_examiner_says_is_a_verdict(script: list[dict[str, Any] | bytes], hears: bool) -> None:
    state = judged(Puppets(honest_candidate, playing(script, hears=hears, asked=2)))
    assert state in ("ours", "failed", "timeout", "unavailable", "passed", "error")
