"""Each mission is noticed by the demos site itself, from real requests, and not before."""

import pytest

from lessons.authentication.password_reset import missions
from lessons.authentication.password_reset.demo.seed import PASSWORDS
from lessons.authentication.password_reset.tests.people import (
    NEW,
    ask,
    change,
    latest_link,
    set_bench,
    sign_in,
    use,
)
from sandbox.demos.desk import read_desk
from sandbox.demos.worlds import World


@pytest.fixture
def visitor(visit):
    return visit("password_reset")


def done(visitor) -> set[str]:
    return set(read_desk(World(visitor.visitor, visitor.demo))["missions"])


def test_reading_pages_completes_nothing(visitor) -> None:
    for path in (
        "",
        "login/",
        "account/",
        "password/",
        "reset/",
        "reset/Mg/abc-def/",
        "workbench/",
        "rules/",
    ):
        visitor.get(path)
    assert done(visitor) == set()


def test_reset_by_mail(visitor) -> None:
    ask(visitor)
    link = latest_link(visitor)
    visitor.get(link)
    assert done(visitor) == set()
    use(visitor, link, "short")
    assert done(visitor) == set()
    use(visitor, link)
    assert done(visitor) == set()
    sign_in(visitor, "grace", PASSWORDS["grace"])
    assert done(visitor) == set()
    sign_in(visitor, "ada", NEW)
    assert done(visitor) == {"reset_by_mail"}


def test_link_used_twice(visitor) -> None:
    ask(visitor)
    link = latest_link(visitor)
    use(visitor, link)
    visitor.get(link)
    assert done(visitor) == {"link_used_twice"}


def test_another_link_that_died_with_it_is_not_a_link_used_twice(visitor) -> None:
    ask(visitor)
    first = latest_link(visitor)
    set_bench(visitor, clock_hours=71)
    ask(visitor)
    use(visitor, latest_link(visitor))
    visitor.get(first)
    assert "link_used_twice" not in done(visitor)


@pytest.mark.parametrize("how", ["login", "password", "address"])
def test_overtaken_link(visitor, how: str) -> None:
    if how != "login":
        sign_in(visitor, "grace")
    ask(visitor, "grace@navy.example")
    link = latest_link(visitor)
    if how == "login":
        sign_in(visitor, "grace")
    elif how == "password":
        change(visitor, PASSWORDS["grace"])
    else:
        visitor.post("account/address/", {"email": "hopper@navy.example"})
    assert done(visitor) == set()
    visitor.get(link)
    assert done(visitor) == {"overtaken_link"}


def test_a_damaged_link_is_not_overtaken(visitor) -> None:
    ask(visitor)
    link = latest_link(visitor)
    sign_in(visitor)
    visitor.get(f"{link[:-2]}~/")
    assert done(visitor) == set()


def test_out_of_time(visitor) -> None:
    ask(visitor)
    link = latest_link(visitor)
    set_bench(visitor, clock_hours=71)
    visitor.get(link)
    assert done(visitor) == set()
    set_bench(visitor, clock_hours=73)
    visitor.get(link)
    assert done(visitor) == {"out_of_time"}


def test_a_new_key_is_not_the_clock(visitor) -> None:
    ask(visitor)
    set_bench(visitor, key="alone")
    visitor.get(latest_link(visitor))
    assert done(visitor) == set()


def test_other_browser_out(visitor) -> None:
    second = visitor.beside(2)
    sign_in(visitor)
    sign_in(second)
    change(visitor, PASSWORDS["ada"])
    visitor.get("account/")
    assert done(visitor) == set()
    second.get("account/")
    assert done(visitor) == {"other_browser_out"}


def test_signing_out_is_not_being_thrown_out(visitor) -> None:
    second = visitor.beside(2)
    sign_in(visitor)
    sign_in(second)
    change(visitor, PASSWORDS["ada"])
    second.post("logout/")
    assert done(visitor) == set()


def test_changing_by_hand_is_not_the_mission(visitor) -> None:
    sign_in(visitor)
    change(visitor, PASSWORDS["ada"], "password/by-hand/")
    visitor.get("account/")
    assert done(visitor) == set()


def test_told_by_the_clock(visitor) -> None:
    set_bench(visitor, delivery="slow")
    ask(visitor, "nobody@nowhere.example")
    assert done(visitor) == set()
    ask(visitor)
    assert done(visitor) == {"told_by_the_clock"}


def test_with_a_quick_server_the_stopwatch_says_nothing(visitor) -> None:
    ask(visitor, "nobody@nowhere.example")
    ask(visitor)
    assert done(visitor) == set()


def test_every_mission_has_a_test() -> None:
    slugs = [
        name
        for name, value in vars(missions).items()
        if callable(value) and value.__module__ == missions.__name__
    ]
    written = {name.removeprefix("test_") for name in globals()}
    assert [slug for slug in slugs if not slug.startswith("_") and slug not in written] == []
