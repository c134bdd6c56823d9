"""Each mission done by hand, and near misses that must not count."""

import pytest

from lessons.authentication.social_login import missions
from lessons.authentication.social_login.tests.people import (
    begin,
    consent,
    dance,
    latest,
    local,
    set_policy,
    sign_in,
    sign_out,
)

NAMES = [name for name in vars(missions) if callable(getattr(missions, name)) and not name.startswith("_")]


@pytest.fixture
def visitor(visit):
    return visit("social_login")


def done(visitor) -> set[str]:
    traces = visitor.traces
    return {
        name
        for name in NAMES
        for place, trace in enumerate(traces)
        if getattr(missions, name)(trace, traces[:place])
    }


def test_a_look_around_is_no_mission(visitor) -> None:
    for path in ("", "dances/", "policy/", "at/google/", "at/google/choose/"):
        visitor.get(path)
    begin(visitor)
    sign_in(visitor)
    assert done(visitor) == set()


def test_signing_in_and_connecting(visitor) -> None:
    dance(visitor)
    assert done(visitor) == {"signed_in"}
    dance(visitor, "github", "ghopper", process="connect")
    assert done(visitor) == {"signed_in", "connected"}


def test_connecting_what_is_connected_does_not_count(visitor) -> None:
    dance(visitor)
    dance(visitor, process="connect")
    assert done(visitor) == {"signed_in"}


def test_denying(visitor) -> None:
    back = consent(visitor, begin(visitor).url, "grace", action="cancel")
    visitor.get(local(back.headers["Location"]))
    assert done(visitor) == {"denied"}


def test_a_wrong_state(visitor) -> None:
    back = consent(visitor, begin(visitor).url, "grace")
    visitor.get(local(back.headers["Location"]).replace("state=", "state=x"))
    assert done(visitor) == {"wrong_state"}


def test_a_made_up_code_is_not_a_wrong_state(visitor) -> None:
    back = consent(visitor, begin(visitor).url, "grace")
    visitor.get(local(back.headers["Location"]).replace("code=", "code=x"))
    assert done(visitor) == set()


def test_a_code_twice(visitor) -> None:
    dance(visitor)
    visitor.post(f"dances/{latest(visitor).pk}/again/")
    assert done(visitor) == {"signed_in", "code_twice"}


def test_a_wrong_nonce(visitor) -> None:
    out = begin(visitor).url
    back = consent(visitor, out.replace("nonce=", "nonce=x"), "grace")
    visitor.get(local(back.headers["Location"]))
    assert done(visitor) == {"wrong_nonce"}


def test_a_wrong_challenge_is_no_wrong_nonce(visitor) -> None:
    out = begin(visitor).url
    back = consent(visitor, out.replace("code_challenge=", "code_challenge=x"), "grace")
    visitor.get(local(back.headers["Location"]))
    assert done(visitor) == set()


def test_the_takeover(visitor) -> None:
    dance(visitor, "facebook", "mallory")
    assert "taken_over" not in done(visitor)
    set_policy(visitor, "email_authentication", "trust_addresses")
    dance(visitor, "facebook", "mallory")
    assert "taken_over" in done(visitor)


def test_ada_who_connected_facebook_herself_has_taken_nothing_over(visitor) -> None:
    sign_in(visitor)
    dance(visitor, "facebook", "mallory", process="connect")
    sign_out(visitor)
    dance(visitor, "facebook", "mallory")
    assert "taken_over" not in done(visitor)
