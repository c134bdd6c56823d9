"""Each mission is noticed by the demos site itself, from real requests, and not before."""

import pytest

from lessons.security.csrf import missions
from sandbox.demos.desk import read_desk
from sandbox.demos.worlds import World

from .people import COINS, FOREIGN, OWN, defend, send_coins, sign_in, without_session

ASKED = {**FOREIGN, "sec-fetch-mode": "cors"}
CAME = {name: value for name, value in FOREIGN.items() if name != "origin"}  # a GET has no Origin


@pytest.fixture
def ada(visit):
    browser = visit("csrf", enforce_csrf_checks=True)
    sign_in(browser)
    return browser


def done(browser) -> set[str]:
    return set(read_desk(World(browser.visitor, browser.demo))["missions"])


def json_attack(browser) -> None:
    browser.post(
        "api/transfer/",
        '{"to": "mallory", "amount": 70, "x": "="}',
        content_type="text/plain",
        headers=FOREIGN,
    )


def test_reading_and_ones_own_transfers_complete_nothing(ada) -> None:
    for path in ("", "defences/", "arrivals/", "token/"):
        ada.get(path, headers=OWN)
    send_coins(ada)
    ada.get("pay/?to=mallory&amount=5", headers={"host": "localhost:8001", "sec-fetch-site": "same-origin"})
    assert done(ada) == set()


def test_coins_gone(ada) -> None:
    without_session(ada).post("transfer/", COINS, headers=FOREIGN)
    assert done(ada) == set()
    ada.post("transfer/", COINS, headers=FOREIGN)
    assert done(ada) == {"coins_gone"}


def test_an_older_browser_says_it_by_its_origin(ada) -> None:
    headers = {name: value for name, value in FOREIGN.items() if name != "sec-fetch-site"}
    ada.post("transfer/", COINS, headers=headers)
    assert done(ada) == {"coins_gone"}


def test_lax_is_not_enough(ada) -> None:
    ada.get("pay/?to=mallory&amount=50", headers=CAME)
    assert done(ada) == set()
    without_session(ada).post("transfer/", COINS, headers=FOREIGN)
    ada.get("pay/?to=mallory&amount=50", headers=CAME)
    assert done(ada) == {"lax_is_not_enough"}


def test_origin_refused(ada) -> None:
    defend(ada, view="protected", samesite="None")
    without_session(ada).post("transfer/", COINS, headers=FOREIGN)
    ada.post("transfer/", COINS, headers=OWN)
    assert done(ada) == set()
    ada.post("transfer/", COINS, headers=FOREIGN)
    assert done(ada) == {"origin_refused"}


@pytest.mark.parametrize(
    "tokens", [({}, {"csrfmiddlewaretoken": "a" * 64}), ({"csrfmiddlewaretoken": "a" * 64}, {})]
)
def test_token_refused(ada, tokens) -> None:
    defend(ada, view="protected", samesite="None", trusts_attacker=True)
    ada.post("transfer/", {**COINS, **tokens[0]}, headers=FOREIGN)
    assert done(ada) == set()
    ada.post("transfer/", {**COINS, **tokens[1]}, headers=FOREIGN)
    assert done(ada) == {"token_refused"}


def test_answer_withheld(ada) -> None:
    ada.get("", headers=CAME)
    assert done(ada) == set()
    ada.get("", headers=ASKED)
    assert done(ada) == {"answer_withheld"}


def test_strict_forgets(ada) -> None:
    ada.get("", headers=CAME)
    ada.get("", headers=OWN)
    assert done(ada) == set()
    without_session(ada).get("", headers=CAME)
    assert done(ada) == set()
    ada.get("", headers=OWN)
    assert done(ada) == {"strict_forgets"}


def test_shut_and_open(ada) -> None:
    def attack() -> None:
        ada.post("transfer/", COINS, headers=FOREIGN)
        json_attack(ada)
        ada.get("pay/?to=mallory&amount=50", headers=CAME)

    attack()
    send_coins(ada)
    defend(ada, view="protected")  # links pay still
    attack()
    send_coins(ada)
    assert "shut_and_open" not in done(ada)
    defend(ada, links_pay=False)
    ada.post("transfer/", COINS, headers=FOREIGN)
    send_coins(ada)
    assert "shut_and_open" not in done(ada)
    attack()
    assert "shut_and_open" not in done(ada)
    send_coins(ada)
    assert "shut_and_open" in done(ada)


def test_every_mission_is_tried_here() -> None:
    names = {name for name in vars(missions) if callable(vars(missions)[name]) and not name.startswith("_")}
    assert names == {
        "coins_gone",
        "lax_is_not_enough",
        "origin_refused",
        "token_refused",
        "answer_withheld",
        "strict_forgets",
        "shut_and_open",
    }
