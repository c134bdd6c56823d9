"""Each mission is noticed by the demos site itself, from real requests, and not before."""

import pytest
from django.test import override_settings

from lessons.security.password_hashing import missions
from lessons.security.password_hashing.demo.seed import PASSWORDS
from sandbox.demos.desk import read_desk
from sandbox.demos.settings import PASSWORD_HASHERS
from sandbox.demos.worlds import World


@pytest.fixture
def visitor(visit):
    with override_settings(PASSWORD_HASHERS=PASSWORD_HASHERS):
        yield visit("password_hashing")


def done(visitor) -> set[str]:
    return set(read_desk(World(visitor.visitor, visitor.demo))["missions"])


def sign_in(visitor, name: str, password: str = "") -> None:
    visitor.post("members/sign-in/", {"name": name, "password": password or PASSWORDS[name]})


def test_reading_pages_completes_nothing(visitor) -> None:
    for path in ("", "anatomy/", "raid/", "raid/pbkdf2_sha256/", "members/", "measure/", "raid/md5/guess/"):
        visitor.get(path)
    assert done(visitor) == set()


def test_measure(visitor) -> None:
    visitor.post("measure/")
    assert done(visitor) == {"measure"}


@pytest.mark.parametrize("methods", [("unsalted_md5", "md5"), ("md5", "unsalted_md5")])
def test_same_and_not_the_same(visitor, methods: tuple[str, str]) -> None:
    visitor.post("anatomy/", {"method": methods[0], "password": "dragonfly"})
    visitor.post("anatomy/", {"method": "no-such-method", "password": "dragonfly"})
    assert done(visitor) == set()
    visitor.post("anatomy/", {"method": methods[1], "password": "dragonfly"})
    assert done(visitor) == {"same_and_not_the_same"}


def test_the_bare_table_falls_and_a_slow_one_holds(visitor) -> None:
    visitor.post("raid/unsalted_md5/guess/")
    assert done(visitor) == {"table_falls"}
    visitor.post("raid/argon2/guess/")
    visitor.post("raid/argon2/guess/")
    assert done(visitor) == {"table_falls"}
    visitor.post("raid/argon2/guess/")
    assert done(visitor) == {"table_falls", "slow_table_holds"}


def test_a_slow_table_alone_is_no_comparison(visitor) -> None:
    for _ in range(3):
        visitor.post("raid/argon2/guess/")
    assert done(visitor) == set()


def test_rehash_at_login(visitor) -> None:
    sign_in(visitor, "edith")
    sign_in(visitor, "cora", "wrong")
    assert done(visitor) == set()
    sign_in(visitor, "cora")
    assert done(visitor) == {"rehash_at_login"}


def test_refused_alike(visitor) -> None:
    sign_in(visitor, "dora", "anything")
    sign_in(visitor, "ada", "wrong")
    assert done(visitor) == set()
    sign_in(visitor, "zoe", "anything")
    assert done(visitor) == {"refused_alike"}


def test_wrapped_then_plain(visitor) -> None:
    visitor.post("members/wrap/")
    sign_in(visitor, "ada", "wrong")
    assert done(visitor) == set()
    sign_in(visitor, "ada")
    assert done(visitor) == {"wrapped_then_plain", "rehash_at_login"}


def test_a_bare_row_that_signed_in_first_was_not_wrapped(visitor) -> None:
    sign_in(visitor, "ada")
    visitor.post("members/wrap/")
    sign_in(visitor, "ada")
    assert "wrapped_then_plain" not in done(visitor)


def test_every_mission_is_tried_here() -> None:
    names = {name for name in vars(missions) if callable(vars(missions)[name]) and not name.startswith("_")}
    assert names == {
        "measure",
        "same_and_not_the_same",
        "table_falls",
        "slow_table_holds",
        "rehash_at_login",
        "refused_alike",
        "wrapped_then_plain",
    }
