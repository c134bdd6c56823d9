"""Each mission is noticed by the demos site itself, from real requests, and not before."""

import pytest

from lessons.authentication.login_logout import missions
from lessons.authentication.login_logout.demo.seed import READERS
from sandbox.demos.desk import read_desk
from sandbox.demos.worlds import World

HOME = "/authentication/login_logout/"


@pytest.fixture
def visitor(visit):
    return visit("login_logout")


def sign_in(visitor, username: str = "ada", **extra: str) -> None:
    visitor.post("login/", {"username": username, "password": READERS[username], **extra})


def done(visitor) -> set[str]:
    return set(read_desk(World(visitor.visitor, visitor.demo))["missions"])


def test_reading_pages_completes_nothing(visitor) -> None:
    for path in ("", "login/", "desk/", "sessions/", "signup/", "logout/"):
        visitor.get(path)
    assert done(visitor) == set()


def test_bag_survives_sign_in(visitor) -> None:
    visitor.post("bag/1/")
    assert done(visitor) == set()
    sign_in(visitor)
    assert done(visitor) == {"bag_survives_sign_in"}


def test_signing_in_without_a_session_is_not_the_bag(visitor) -> None:
    sign_in(visitor)
    assert done(visitor) == set()


def test_signing_in_over_somebody_is_not_the_bag(visitor) -> None:
    sign_in(visitor)
    visitor.post("bag/1/")
    sign_in(visitor, "grace")
    assert done(visitor) == set()


@pytest.mark.parametrize("names", [("ada", "nobody-at-all"), ("nobody-at-all", "grace")])
def test_refused_twice(visitor, names: tuple[str, str]) -> None:
    visitor.post("login/", {"username": names[0], "password": "wrong"})
    assert done(visitor) == set()
    visitor.post("login/", {"username": names[1], "password": "wrong"})
    assert done(visitor) == {"refused_twice"}


def test_two_refusals_of_one_kind_are_not_two(visitor) -> None:
    for name in ("ada", "grace"):
        visitor.post("login/", {"username": name, "password": "wrong"})
    assert done(visitor) == set()


def test_a_form_without_password_is_no_refusal(visitor) -> None:
    visitor.post("login/", {"username": "ada", "password": "wrong"})
    visitor.post("login/", {"username": "nobody-at-all", "password": ""})
    assert done(visitor) == set()


def test_somebody_who_signed_up_is_a_member(visitor) -> None:
    password = "seven-runner-beans"
    visitor.post("signup/", {"username": "mary", "password1": password, "password2": password})
    visitor.post("logout/")
    visitor.post("login/", {"username": "mary", "password": "wrong"})
    assert done(visitor) == set()
    visitor.post("login/", {"username": "zoe", "password": "wrong"})
    assert done(visitor) == {"refused_twice"}


@pytest.mark.parametrize("persona", [1, 2])
def test_brought_back(visitor, persona: int) -> None:
    client = visitor.beside(persona)
    bounced = client.get("desk/")
    sign_in(client, next=client.get(bounced.url).context["next"])
    assert done(visitor) == {"brought_back"}


def test_going_to_the_desk_without_having_been_sent_away_is_not_coming_back(visitor) -> None:
    sign_in(visitor, next=f"{HOME}desk/")
    assert done(visitor) == set()


def test_stranger_refused(visitor) -> None:
    letter = visitor.get("").text
    link = letter.split("“Dear reader")[1].split('href="')[1].split('"')[0]
    page = visitor.get(link)
    assert 'name="next"' not in page.text
    visitor.post(link, {"username": "ada", "password": READERS["ada"]})
    assert done(visitor) == {"stranger_refused"}


def test_a_wrong_password_at_the_letter_is_not_enough(visitor) -> None:
    visitor.post("login/?next=https://evil.example/", {"username": "ada", "password": "wrong"})
    assert done(visitor) == set()


def test_one_of_two_signs_out(visitor) -> None:
    second = visitor.beside(2)
    sign_in(visitor)
    sign_in(second, "grace")
    second.get("sessions/")
    assert done(visitor) == set()
    visitor.post("logout/")
    assert done(visitor) == {"one_of_two_signs_out"}


def test_the_other_one_has_to_be_signed_in_still(visitor) -> None:
    second = visitor.beside(2)
    sign_in(visitor)
    visitor.post("logout/")
    sign_in(second, "grace")
    second.post("logout/")
    assert done(visitor) == set()


def test_one_reader_in_two_browsers_is_one_reader(visitor) -> None:
    second = visitor.beside(2)
    sign_in(visitor)
    sign_in(second)
    visitor.post("logout/")
    assert done(visitor) == set()


def test_a_replaced_reader_is_gone(visitor) -> None:
    sign_in(visitor)
    sign_in(visitor, "grace")
    visitor.post("logout/")
    assert done(visitor) == set()


def test_every_mission_has_a_test() -> None:
    slugs = [
        name
        for name, value in vars(missions).items()
        if callable(value) and value.__module__ == missions.__name__
    ]
    written = {name.removeprefix("test_") for name in globals()}
    assert [slug for slug in slugs if not slug.startswith("_") and slug not in written] == []
