"""Each mission is noticed by the demos site itself, from real requests, and not before."""

import pytest

from lessons.authentication.email_verification import missions
from lessons.authentication.email_verification.tests.people import (
    change_address,
    enter,
    latest_code,
    latest_link,
    pin,
    set_house,
    sign_in,
    sign_up,
    wait,
)
from sandbox.demos.desk import read_desk
from sandbox.demos.worlds import World


@pytest.fixture
def visitor(visit):
    wait()
    return visit("email_verification")


def done(visitor) -> set[str]:
    return set(read_desk(World(visitor.visitor, visitor.demo))["missions"])


def test_reading_pages_completes_nothing(visitor) -> None:
    for path in ("", "register/", "accounts/login/", "accounts/signup/", "accounts/confirm-email/", "pin/"):
        visitor.get(path)
    pin(visitor)
    assert done(visitor) == set()


def test_signed_in_and_refused(visitor) -> None:
    sign_up(visitor)
    assert done(visitor) == set()
    pin(visitor)
    assert done(visitor) == {"signed_in_and_refused"}
    pin(visitor)
    assert done(visitor) == {"signed_in_and_refused", "throttled"}


def test_confirmed_by_link(visitor) -> None:
    sign_up(visitor)
    link = latest_link(visitor)
    visitor.get(link)
    visitor.post(link)
    assert done(visitor) == set()
    pin(visitor)
    assert done(visitor) == {"confirmed_by_link"}


def test_ada_who_was_confirmed_before_completes_nothing(visitor) -> None:
    sign_in(visitor, "ada")
    assert pin(visitor).status_code == 302
    assert done(visitor) == set()


def test_throttled(visitor) -> None:
    sign_in(visitor, "grace")
    pin(visitor)
    assert done(visitor) == {"signed_in_and_refused"}
    pin(visitor)
    assert done(visitor) == {"signed_in_and_refused", "throttled"}


def test_two_letters_are_not_throttled(visitor) -> None:
    sign_in(visitor, "grace")
    pin(visitor)
    wait()
    visitor.post("accounts/email/", {"action_send": "", "email": "grace@navy.example"})
    assert len(visitor.mail) == 2
    assert "throttled" not in done(visitor)
    visitor.post("accounts/email/", {"action_send": "", "email": "grace@navy.example"})
    assert "throttled" in done(visitor)


def test_link_works_once(visitor) -> None:
    sign_up(visitor)
    link = latest_link(visitor)
    visitor.get(link)
    visitor.get(link)
    visitor.post(link)
    assert done(visitor) == set()
    visitor.get(link)
    assert done(visitor) == {"link_works_once"}


def test_in_by_code(visitor) -> None:
    set_house(visitor, "code")
    sign_up(visitor)
    enter(visitor, "BBBB-BBBB")
    assert done(visitor) == set()
    enter(visitor, latest_code(visitor))
    assert done(visitor) == {"in_by_code"}


def test_three_wrong_codes(visitor) -> None:
    set_house(visitor, "code")
    sign_up(visitor)
    enter(visitor, "BBBB-BBBB")
    enter(visitor, "BBBB-BBBB")
    assert done(visitor) == set()
    enter(visitor, "BBBB-BBBB")
    assert done(visitor) == {"three_wrong_codes"}


def test_a_code_that_was_too_old_is_not_three_wrong_ones(visitor) -> None:
    set_house(visitor, "code", "over")
    sign_up(visitor)
    enter(visitor, latest_code(visitor))
    assert done(visitor) == set()


def test_taken_address(visitor) -> None:
    sign_up(visitor, "adam", "ada@analytical.example")
    set_house(visitor, "code")
    sign_up(visitor)
    assert done(visitor) == set()
    sign_up(visitor.beside(2), "adam", "ada@analytical.example")
    assert done(visitor) == {"taken_address"}


@pytest.mark.parametrize("way", ["link", "code"])
def test_moved(visitor, way: str) -> None:
    set_house(visitor, way)
    sign_in(visitor, "ada")
    change_address(visitor, "ada@quay.example")
    assert done(visitor) == set()
    if way == "link":
        visitor.post(latest_link(visitor))
    else:
        enter(visitor, latest_code(visitor))
    assert done(visitor) == {"moved"}


def test_confirming_the_first_address_is_no_move(visitor) -> None:
    sign_up(visitor)
    visitor.post(latest_link(visitor))
    assert done(visitor) == set()


def test_every_mission_has_a_test() -> None:
    slugs = [
        name
        for name, value in vars(missions).items()
        if callable(value) and value.__module__ == missions.__name__
    ]
    written = {name.removeprefix("test_") for name in globals()}
    assert [slug for slug in slugs if not slug.startswith("_") and slug not in written] == []
