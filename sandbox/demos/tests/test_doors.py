"""A world entered by a ticket in the path, for pages whose requests bring no cookie."""

import pytest
from django.test import Client

from sandbox.demos.visits import door, visitor_of_ticket
from sandbox.demos.worlds import demo_named

HOME = "/yard/sandpit/"


@pytest.fixture(autouse=True)
def cross_site(settings):
    settings.CROSS_SITE_DEMOS = frozenset({"sandpit"})


def test_without_a_cookie_the_world_is_the_tickets(visit):
    ada = visit("sandpit")
    ada.post("", {"name": "Ada's"})
    stranger = Client()
    response = stranger.get(f"{door(ada.visitor, ada.demo)}count/")

    assert response.json()["names"] == ["Seeded", "Ada's"]
    assert not response.cookies
    assert ada.traces[-1]["request"]["path"] == f"{HOME}count/"


def test_links_of_the_page_stay_in_the_door(visit):
    ada = visit("sandpit")
    address = door(ada.visitor, ada.demo)

    assert f'href="{address}login/"' in Client().get(address).text
    assert f'href="{HOME}login/"' in ada.get("").text


def test_a_cookie_has_no_say(visit):
    ada, bob = visit("sandpit"), visit("sandpit")
    bob.post("", {"name": "Bob's"})

    assert bob.get(f"{door(ada.visitor, ada.demo)}count/").json()["names"] == ["Seeded"]


def test_nobody_gets_in_without_the_right_ticket(visit, settings):
    ada = visit("sandpit")
    address = door(ada.visitor, ada.demo)
    prefix = address.removesuffix(HOME)

    for wrong in (
        address.replace(ada.visitor, "0" * 32),
        f"/~in/{ada.visitor}{HOME}",
        f"/~in/{HOME}",
        f"{prefix}/stage{HOME}",
        f"{prefix}/database/aggregation/",
        f"{prefix}/~2{HOME}",
        f"{prefix}{address}",
        f"{prefix}/",
        f"/stage{address}",
    ):
        assert Client().get(wrong).status_code == 404, wrong
    settings.CROSS_SITE_DEMOS = frozenset()
    assert Client().get(address).status_code == 404


def test_the_ticket_is_no_visitors_cookie(visit):
    ada = visit("sandpit")
    ticket = door(ada.visitor, ada.demo).split("/")[2]
    client = Client()
    client.cookies["demos_visitor"] = ticket
    ada.post("", {"name": "Ada's"})

    assert client.get(f"{HOME}count/").json()["names"] == ["Seeded"]
    assert visitor_of_ticket(ticket, demo_named("aggregation")) is None
