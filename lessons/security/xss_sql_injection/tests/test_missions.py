"""Each mission is noticed by the demos site itself, from real requests, and not before."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from lessons.security.xss_sql_injection import missions
from lessons.security.xss_sql_injection.tests.shop import ask, ask_by, frame, post, switch
from sandbox.demos.desk import read_desk
from sandbox.demos.worlds import World

REPORT = json.dumps({"csp-report": {"effective-directive": "script-src-elem", "blocked-uri": "inline"}})


@pytest.fixture
def visitor(visit):
    return visit("xss_sql_injection")


def done(visitor) -> set[str]:
    return set(read_desk(World(visitor.visitor, visitor.demo))["missions"])


def reads(visitor) -> None:
    """Mira opens the page, and with it the wall."""
    visitor.get("")
    Client().get(frame(visitor))


def sends(visitor, query: str) -> None:
    Client().get(f"{frame(visitor, 'thief/')}?{query}")


def reports(visitor) -> None:
    Client().post(frame(visitor, "report/"), REPORT, content_type="application/csp-report")


def test_reading_posting_and_switching_complete_nothing(visitor):
    for path in ("", "desk/", "search/", "search/?q=Rye", "guestbook/"):
        visitor.get(path)
    post(visitor, "A script")
    switch(visitor, policy="strict")
    sends(visitor, "")
    assert done(visitor) == set()


def test_steal(visitor):
    sends(visitor, "nothing=1")
    assert done(visitor) == set()
    sends(visitor, "readers_pass=abc")
    assert done(visitor) == {"steal"}


def test_httponly_is_not_enough(visitor):
    reads(visitor)
    sends(visitor, "readers_pass=abc")
    sends(visitor, "pin=4711")
    assert done(visitor) == {"steal"}
    switch(visitor, httponly="on")
    reads(visitor)
    sends(visitor, "")
    assert done(visitor) == {"steal"}
    sends(visitor, "pin=4711")
    assert done(visitor) == {"steal", "httponly_is_not_enough"}


@pytest.mark.parametrize(("rendering", "counts"), [("open", True), ("escaped", False), ("fixed", False)])
def test_second_wall(visitor, rendering, counts):
    switch(visitor, rendering=rendering, policy="scripts")
    reports(visitor)
    assert done(visitor) == set()
    reads(visitor)
    Client().post(frame(visitor, "report/"), "no report", content_type="application/csp-report")
    assert done(visitor) == set()
    reports(visitor)
    assert done(visitor) == ({"second_wall"} if counts else set())


@pytest.mark.parametrize(("policy", "counts"), [("none", False), ("scripts", True), ("strict", True)])
def test_through_the_wall(visitor, policy, counts):
    switch(visitor, policy=policy)
    reads(visitor)
    sends(visitor, "readers_pass=abc")
    assert done(visitor) == ({"steal", "through_the_wall"} if counts else {"steal"})


@pytest.mark.parametrize("way", ["parameters", "orm"])
def test_apostrophe(visitor, way):
    ask_by(visitor, way)
    ask(visitor, "A name")
    assert done(visitor) == set()
    ask_by(visitor, "glued")
    ask(visitor, "A name")
    assert done(visitor) == set()
    ask_by(visitor, way)
    visitor.get("search/", {"q": "Rye"})
    assert done(visitor) == set()
    ask(visitor, "A name")
    assert done(visitor) == {"apostrophe"}


@pytest.mark.parametrize("way", ["parameters", "orm"])
def test_staff_pins_and_the_same_words(visitor, way):
    ask_by(visitor, way)
    ask(visitor, "Another table")
    assert done(visitor) == set()
    ask_by(visitor, "glued")
    visitor.get(
        "search/", {"q": "zzz' UNION SELECT pin FROM xss_sql_injection_staff --"}
    )  # columns don't fit
    assert done(visitor) == set()
    ask(visitor, "Another table")
    assert done(visitor) == {"staff_pins"}
    ask(visitor, "The plan of the house")
    ask_by(visitor, way)
    ask(visitor, "A name")
    assert done(visitor) == {"staff_pins"}
    ask(visitor, "Another table")
    assert done(visitor) == {"staff_pins", "same_words_no_harm"}


def test_every_mission_is_tried_here() -> None:
    names = {name for name in vars(missions) if callable(vars(missions)[name]) and not name.startswith("_")}
    assert names - {"unquote_plus"} == {
        "steal",
        "httponly_is_not_enough",
        "second_wall",
        "through_the_wall",
        "apostrophe",
        "staff_pins",
        "same_words_no_harm",
    }
