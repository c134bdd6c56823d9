"""Ada at her bank, and what mallory's page makes her browser send."""

import re
from html import unescape
from typing import Any

from lessons.security.csrf.demo.models import Account, Defences, Transfer
from lessons.security.csrf.demo.seed import CUSTOMERS

ATTACKER = "http://127.0.0.1:8001"
BANK = "http://localhost:8001"
FOREIGN = {
    "host": "localhost:8001",
    "origin": ATTACKER,
    "referer": f"{ATTACKER}/",
    "sec-fetch-site": "cross-site",
}
OWN = {"host": "localhost:8001", "origin": BANK, "referer": f"{BANK}/", "sec-fetch-site": "same-origin"}
COINS = {"to": "mallory", "amount": 100}


def sign_in(browser: Any, name: str = "ada") -> None:
    page = browser.get("login/", headers=OWN)
    data = {"username": name, "password": CUSTOMERS[name][0], "csrfmiddlewaretoken": token_in(page.text)}
    assert browser.post("login/", data, headers=OWN).status_code == 302


def token_in(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w{64})"', page)
    return found[1] if found else ""


def defend(browser: Any, **changes: Any) -> None:
    """Change the defences by the page's form, as a visitor does."""
    with browser.world():
        row = Defences.current()
    values = {"view": row.view, "samesite": row.samesite}
    ticked = {
        name: "on" for name in ("trusts_attacker", "links_pay") if changes.get(name, getattr(row, name))
    }
    page = browser.get("defences/", headers=OWN).text
    data = {**values, **{k: v for k, v in changes.items() if k in values}, **ticked}
    data["csrfmiddlewaretoken"] = token_in(page)
    assert browser.post("defences/", data, headers=OWN).status_code == 302


def send_coins(browser: Any, amount: int = 20) -> Any:
    token = token_in(browser.get("", headers=OWN).text)
    return browser.post(
        "transfer/", {"to": "mallory", "amount": amount, "csrfmiddlewaretoken": token}, headers=OWN
    )


def without_session(browser: Any) -> Any:
    """What Lax does to a foreign POST: the same visitor, by the ticket in the address, and no cookie."""
    bare = browser.beside(1)
    bare.handler.enforce_csrf_checks = True
    return bare


def ticket_of(browser: Any) -> str:
    """The parameter that the bank's link to the other site carries."""
    found = re.search(r'href="http://127\.0\.0\.1:8001[^"?]*\?([^"]*)"', browser.get("", headers=OWN).text)
    assert found
    return unescape(found[1])


def coins(browser: Any, name: str = "ada") -> int:
    with browser.world():
        return Account.objects.get(owner__username=name).balance


def transfers(browser: Any) -> int:
    with browser.world():
        return Transfer.objects.count()
