"""A server that calls itself on behalf of a visitor."""

import pytest
import requests
from django.test import Client

from sandbox.demos.loopback import Loopback
from sandbox.demos.visits import TICKET, ticket_for

HOME = "http://testserver/yard/sandpit/"


@pytest.fixture(autouse=True)
def cross_site(settings):
    settings.CROSS_SITE_DEMOS = frozenset({"sandpit"})


def session_of(visitor) -> requests.Session:
    session = requests.Session()
    session.mount(HOME, Loopback(f"{TICKET}={ticket_for(visitor.visitor, visitor.demo)}"))
    return session


def test_the_call_is_answered_in_the_visitors_world(visit):
    ada, bob = visit("sandpit"), visit("sandpit")
    ada.post("", {"name": "Ada's"})
    bob.post("", {"name": "Bob's"})

    answer = session_of(ada).get(f"{HOME}count/")

    assert answer.status_code == 200
    assert answer.json()["names"] == ["Seeded", "Ada's"]


def test_it_brings_no_cookie_and_has_a_trace_without_the_ticket(visit):
    ada = visit("sandpit")
    session = session_of(ada)
    session.cookies["sessionid"] = "somebody-elses"

    session.get(f"{HOME}count/?page=1")

    seen = ada.traces[-1]["request"]
    assert (seen["path"], seen["query"], seen["cookies"]) == ("/yard/sandpit/count/", "page=1", {})


def test_a_body_arrives(visit):
    ada = visit("sandpit")

    session_of(ada).post(HOME, data={"name": "By a server"})

    with ada.world() as world:
        assert world.visitor == ada.visitor
    assert ada.traces[-1]["request"]["form"] == {"name": ["By a server"]}


def test_a_ticket_of_nobody_is_a_strangers(visit):
    ada = visit("sandpit")
    ada.post("", {"name": "Ada's"})
    session = requests.Session()
    session.mount(HOME, Loopback(f"{TICKET}=sandpit:{ada.visitor}:made:up"))

    assert session.get(f"{HOME}count/").json()["names"] == ["Seeded"]


def test_a_request_is_given_a_loopback_of_its_own_lesson_only(visit, settings):
    ada = visit("sandpit")
    assert isinstance(ada.get("count/").wsgi_request.META["DEMOS_LOOPBACK"], Loopback)
    settings.CROSS_SITE_DEMOS = frozenset()
    assert "DEMOS_LOOPBACK" not in ada.get("count/").wsgi_request.META
    assert "DEMOS_LOOPBACK" not in Client().get("/").wsgi_request.META
