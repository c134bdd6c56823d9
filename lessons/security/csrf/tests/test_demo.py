"""Copperpot Savings and the site next door, as the demos site runs them."""

import json
from html import unescape

import pytest
from django.test import Client

from lessons.security.csrf.demo.kittens import ATTACKS
from lessons.security.csrf.demo.models import Account, Arrival, Defences
from lessons.security.csrf.demo.protection import unmask

from .people import (
    ATTACKER,
    BANK,
    COINS,
    FOREIGN,
    OWN,
    coins,
    defend,
    send_coins,
    sign_in,
    ticket_of,
    token_in,
    transfers,
    without_session,
)

TEXT_FORM = '{"to": "mallory", "amount": 70, "x": "="}'


@pytest.fixture
def ada(visit):
    browser = visit("csrf", enforce_csrf_checks=True)
    sign_in(browser)
    return browser


def last_arrival(browser) -> Arrival:
    with browser.world():
        return Arrival.objects.latest("pk")


def test_her_own_form_works_whatever_the_defences(ada) -> None:
    left = 1_000
    for view in Defences.View:
        for samesite in Defences.SameSite:
            defend(ada, view=view, samesite=samesite)
            assert send_coins(ada, 5).status_code == 302
            left -= 5
            assert coins(ada) == left
    assert coins(ada, "mallory") == 1_000 - left


def test_exempt_a_foreign_form_with_her_session_moves_coins(ada) -> None:
    ada.post("transfer/", COINS, headers=FOREIGN)
    assert coins(ada) == 900
    arrival = last_arrival(ada)
    assert (arrival.outcome, arrival.origin, arrival.token) == ("moved", ATTACKER, "none")
    assert arrival.cookies == "sessionid, csrftoken"


def test_exempt_the_text_form_moves_coins_too(ada) -> None:
    ada.post("api/transfer/", TEXT_FORM, content_type="text/plain", headers=FOREIGN)
    assert coins(ada) == 930


def test_without_the_session_a_foreign_form_moves_nothing(ada) -> None:
    bare = without_session(ada)
    answer = bare.post("transfer/", COINS, headers=FOREIGN)
    assert answer.status_code == 302 and answer.url.endswith("/login/")
    assert coins(ada) == 1_000
    assert last_arrival(ada).outcome == "signed_out"


@pytest.mark.parametrize(
    ("trusts", "data", "headers", "reason"),
    [
        (False, {}, FOREIGN, f"Origin checking failed - {ATTACKER} does not match any trusted origins."),
        (
            False,
            {},
            {**FOREIGN, "origin": "null"},
            "Origin checking failed - null does not match any trusted origins.",
        ),
        (True, {}, FOREIGN, "CSRF token missing."),
        (True, {"csrfmiddlewaretoken": "a" * 64}, FOREIGN, "CSRF token from POST incorrect."),
        (True, {"csrfmiddlewaretoken": "a" * 63}, FOREIGN, "CSRF token from POST has incorrect length."),
        (False, {}, OWN, "CSRF token missing."),
    ],
)
def test_protected_it_is_refused_and_says_why(ada, trusts, data, headers, reason) -> None:
    defend(ada, view="protected", samesite="None", trusts_attacker=trusts)
    answer = ada.post("transfer/", {**COINS, **data}, headers=headers)
    assert answer.status_code == 403
    assert reason in unescape(answer.text) and answer.headers["X-Refused"] == reason
    assert coins(ada) == 1_000
    assert (last_arrival(ada).outcome, last_arrival(ada).reason) == ("refused", reason)


def test_protected_without_its_cookie_the_token_has_nothing_to_match(ada) -> None:
    defend(ada, view="protected", trusts_attacker=True)
    answer = without_session(ada).post("transfer/", COINS, headers=FOREIGN)
    assert answer.headers["X-Refused"] == "CSRF cookie not set."


def test_protected_the_api_takes_the_header(ada) -> None:
    defend(ada, view="protected")
    body = json.dumps({"to": "mallory", "amount": 70})
    refused = ada.post("api/transfer/", body, content_type="application/json", headers=OWN)
    assert refused.status_code == 403
    token = token_in(ada.get("", headers=OWN).text)
    for one in (token, unmask(token)):
        answer = ada.post(
            "api/transfer/", body, content_type="application/json", headers={**OWN, "X-CSRFToken": one}
        )
        assert answer.json() == {"sent": 70, "to": "mallory"}
    assert coins(ada) == 860


def test_a_link_pays_at_once_or_asks(ada) -> None:
    ada.get("pay/?to=mallory&amount=50", headers=FOREIGN)
    assert coins(ada) == 950
    defend(ada, links_pay=False)
    page = ada.get("pay/?to=mallory&amount=50", headers=FOREIGN)
    assert "Pay this?" in page.text and coins(ada) == 950
    data = {"to": "mallory", "amount": "50", "csrfmiddlewaretoken": token_in(page.text)}
    ada.post("transfer/", data, headers=OWN)
    assert coins(ada) == 900


@pytest.mark.parametrize("samesite", Defences.SameSite)
def test_the_switch_is_what_the_cookies_say(ada, samesite) -> None:
    defend(ada, samesite=samesite)
    sent = {row["name"]: row["attributes"] for row in ada.traces[-1]["cookies"]}
    assert set(sent) >= {"sessionid", "csrftoken"}
    for name in ("sessionid", "csrftoken"):
        assert sent[name].get("samesite", "") == samesite
        assert bool(sent[name].get("secure")) == (samesite == "None")
        assert sent[name]["path"] == "/security/csrf/"


def test_bad_requests_move_nothing(ada) -> None:
    for data in ({}, {"to": "nobody", "amount": 5}, {"to": "mallory", "amount": -5}, {"to": "mallory"}):
        assert ada.post("transfer/", data, headers=OWN).status_code == 302
        assert ada.get("pay/", data, headers=OWN).status_code == 302
    for body in ("", "[]", "null", "{", '{"to": "mallory"}'):
        answer = ada.post("api/transfer/", body, content_type="application/json", headers=OWN)
        assert answer.status_code == 400
    with ada.world():
        Account.objects.filter(owner__username="ada").update(balance=10)
    send_coins(ada, 20)
    assert (coins(ada), transfers(ada)) == (10, 0)


def test_two_tokens_of_one_page_have_one_secret(ada) -> None:
    page = ada.get("token/", headers=OWN).text
    assert page.count(ada.cookies["csrftoken"].value) == 3  # the cookie, and twice taken out again


# --- The other site -----------------------------------------------------------------------------------


def test_the_bank_and_the_kittens_are_not_at_each_others_host(ada) -> None:
    there = {"host": "127.0.0.1:8001"}
    assert ada.get("kittens/", headers=OWN).status_code == 404
    assert ada.get("kittens/form/", headers=OWN).status_code == 404
    assert ada.get("kittens/", headers=there).status_code == 200
    for path in ("", "login/", "arrivals/", "token/", "defences/", "pay/?to=mallory&amount=5"):
        assert ada.get(path, headers=there).status_code == 404, path
    assert ada.post("transfer/", COINS, headers=there).status_code == 404
    assert coins(ada) == 1_000


@pytest.mark.parametrize("slug", ATTACKS)
def test_an_attack_is_what_its_page_shows(ada, slug) -> None:
    page = ada.get(f"kittens/{slug}/", headers={"host": "127.0.0.1:8001"})
    assert page.status_code == 200
    shown = unescape(page.text.split("<pre")[1].split("</pre>")[0].split("<code>")[1])
    assert f"{BANK}/security/csrf/" in shown and "demos_visit" not in shown
    live = page.text.split('class="card prize"')[1].split("</section>")[0]
    assert "demos_visit=csrf" in live and ada.cookies["sessionid"].value not in page.text
    hidden = "no-referrer" if slug == "nameless" else "strict-origin-when-cross-origin"
    assert page.headers["Referrer-Policy"] == hidden


def test_the_other_site_may_reach_the_bank_and_nothing_else(ada) -> None:
    page = ada.get("kittens/form/", headers={"host": "127.0.0.1:8001"})
    policy = dict(
        part.strip().split(" ", 1)
        for part in page.headers["Content-Security-Policy"].split(",")[0].split(";")
    )
    assert policy["default-src"] == "'none'" and policy["script-src"] == "'self'"
    for directive in ("form-action", "img-src", "connect-src"):
        assert policy[directive] == BANK
    assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    link = ada.get("", headers=OWN).text
    assert 'target="_blank" rel="noopener"' in link


def test_the_bank_lets_no_other_origin_read(ada) -> None:
    answer = ada.get("", headers=FOREIGN)
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_request_without_any_cookie_is_still_in_her_world(ada) -> None:
    ticket = ticket_of(ada)
    nobody = Client(raise_request_exception=False)
    answer = nobody.post(f"/security/csrf/transfer/?{ticket}", COINS, headers=FOREIGN)
    assert answer.status_code == 302 and not answer.cookies
    assert last_arrival(ada).cookies == ""
    trace = ada.traces[-1]
    assert trace["request"]["query"] == "" and trace["request"]["cookies"] == {}


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-1] + "x", lambda t: t.replace("csrf:", "aggregation:"), lambda t: ""]
)
def test_a_ticket_of_ones_own_making_leads_nowhere(ada, spoil) -> None:
    before = len(ada.traces)
    Client().post(f"/security/csrf/transfer/?{spoil(ticket_of(ada))}", COINS, headers=FOREIGN)
    assert len(ada.traces) == before + 1  # ticket_of() looked at her page


def test_a_ticket_is_for_this_lesson_only(ada) -> None:
    ticket = ticket_of(ada)
    for elsewhere in ("/authentication/login_logout/", "/stage/security/csrf/state"):
        answer = Client().get(f"{elsewhere}?{ticket}")
        assert ada.visitor not in answer.cookies["demos_visitor"].value, elsewhere


def test_an_attack_on_ada_leaves_other_visitors_alone(visit, ada) -> None:
    other = visit("csrf", enforce_csrf_checks=True)
    sign_in(other)
    ada.post("transfer/", COINS, headers=FOREIGN)
    assert (coins(ada), coins(other)) == (900, 1_000)
    # Even with ada's session, what the ticket or the visitor's cookie names is the other's database.
    other.cookies["sessionid"] = ada.cookies["sessionid"].value
    other.post("transfer/", COINS, headers=FOREIGN)
    assert coins(other) == 1_000
    assert last_arrival(other).outcome == "signed_out"


def test_without_a_second_host_there_is_no_link(ada, settings) -> None:
    settings.CSRF_ATTACKER_ORIGIN = ""
    assert "DEMOS_ATTACKER_ORIGIN" in ada.get("", headers=OWN).text
    assert ada.get("kittens/", headers={"host": "127.0.0.1:8001"}).status_code == 404
