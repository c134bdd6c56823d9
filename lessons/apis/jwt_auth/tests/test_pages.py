import pytest
from bs4 import BeautifulSoup

from .client import obtain, parts


@pytest.fixture
def browser(visit):
    return visit("jwt_auth")


@pytest.mark.parametrize("path", ["", "forge/", "keep/", "office/"])
def test_pages(browser, path):
    response = browser.get(path)
    assert response.status_code == 200
    page = BeautifulSoup(response.content, "html.parser")
    assert page.select_one("nav [aria-current=page]")
    assert "style=" not in response.text


def test_the_clock_is_turned_and_set_right(browser):
    browser.post("clock/", {"by": 360, "back_to": "office"})
    browser.post("clock/", {"by": 240, "back_to": "office"})
    assert "fast by 0:10:00" in browser.get("office/").text
    browser.post("clock/", {"by": 0, "back_to": "office"})
    assert "fast by" not in browser.get("office/").text


@pytest.mark.parametrize("data", [{}, {"by": "7", "back_to": "desk"}, {"by": "360", "back_to": "//evil"}])
def test_other_times_are_refused(browser, data):
    assert browser.post("clock/", data).status_code == 400


def test_the_office_lists_refresh_tokens_only(browser):
    pair = obtain(browser)
    text = browser.get("office/").text
    assert parts(pair["refresh"])[1]["jti"][:12] in text
    assert parts(pair["access"])[1]["jti"][:12] not in text


def test_only_two_fields_of_a_user_can_be_changed(browser):
    assert browser.post("office/users/1/", {"field": "is_superuser"}).status_code == 400
    assert browser.post("office/users/9/", {"field": "is_active"}).status_code == 404


def test_five_places_two_of_which_are_cookies(browser):
    response = browser.post("keep/")
    assert response.json()["token"].count(".") == 2
    assert response.cookies["kestrel_hidden"]["httponly"]
    assert not response.cookies["kestrel_readable"]["httponly"]
    assert browser.get("keep/arrived/").json()["cookies"] == ["kestrel_readable", "kestrel_hidden"]
