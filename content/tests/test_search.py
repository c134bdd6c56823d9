from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from content.models import LessonPage
from content.search import excerpt, marked, words_of

pytestmark = pytest.mark.django_db


def search(client: Client, query: str, **more: str) -> BeautifulSoup:
    response = client.get("/search/", {"q": query, **more})
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def places(client: Client, query: str) -> dict[str, str]:
    """Return heading by address of what is found."""
    return {
        place["href"]: place.select_one(".search-heading").text
        for place in search(client, query).select(".search-place")
    }


def test_a_section_is_found_by_its_text_and_links_to_its_heading(lesson_page: LessonPage, client: Client):
    soup = search(client, "fence")
    (lesson,) = soup.select(".search-lesson")
    assert lesson.select_one("h2 a")["href"] == "/farm/counting/"
    found = places(client, "jump over")
    assert found["/farm/counting/#see-it"] == "See it"
    page = BeautifulSoup(client.get("/farm/counting/").content, "html.parser")
    for address in found:
        anchor = address.partition("#")[2]
        assert not anchor or page.select_one(f"#{anchor}") is not None


def test_hits_are_marked_and_nothing_else_is_markup(lesson_page: LessonPage, client: Client):
    soup = search(client, "jump")
    assert {mark.text.casefold() for mark in soup.select("mark")} == {"jump"}
    assert marked("<b>jump</b>", re.compile("jump")) == "&lt;b&gt;<mark>jump</mark>&lt;/b&gt;"
    assert not search(client, "<script>alert(1)</script>").select("main script")


def test_what_stands_beside_the_prose_is_found_below_its_heading(lesson_page: LessonPage, client: Client):
    assert "/farm/counting/#break-it" in places(client, "one by one")  # a comparison
    assert "/farm/counting/#build-it" in places(client, "gate")  # a figure
    assert "/farm/counting/#how-it-works" in places(client, "Fence.jump")  # an excerpt's name
    assert "/farm/counting/#exercise-repair_fence" in places(client, "stuck")


def test_answers_of_a_quiz_are_not_given_away(lesson_page: LessonPage, client: Client):
    assert "/farm/counting/#check-yourself" in places(client, "flock[:1]")
    assert places(client, "Ewes") == {}


def test_words_match_from_their_beginning_and_all_of_them_have_to(lesson_page: LessonPage, client: Client):
    assert places(client, "she jum") != {}
    assert places(client, "heep") == {}
    assert places(client, "sheep dragon") == {}
    assert places(client, '"they jump"') != {}
    assert places(client, '"jump they"') == {}


def test_what_is_not_published_is_not_found(lesson_page: LessonPage, client: Client):
    lesson_page.unpublish()
    assert places(client, "sheep") == {}


def test_an_edit_is_found_once_it_is_published(lesson_page: LessonPage, client: Client):
    assert places(client, "dragon") == {}
    lesson_page.objectives = "Count a dragon"
    revision = lesson_page.save_revision()
    assert places(client, "dragon") == {}
    revision.publish()
    assert list(places(client, "dragon")) == ["/farm/counting/"]


@pytest.mark.parametrize("query", ["", "   ", '"', "\0", "zzz"])
def test_with_nothing_to_show_the_page_leads_on(lesson_page: LessonPage, client: Client, query: str):
    soup = search(client, query)
    assert soup.select_one(".search-rows a")["href"] == "/farm/counting/"
    told = soup.select_one(".search-count").text
    assert ("Nothing found" in told) is (query == "zzz")


def test_the_dialog_gets_the_results_alone(lesson_page: LessonPage, client: Client):
    soup = search(client, "jump", part="results")
    assert soup.select("[data-result]")
    assert not soup.select("html, header")


def test_every_page_links_to_the_search(lesson_page: LessonPage, client: Client):
    soup = BeautifulSoup(client.get("/").content, "html.parser")
    assert soup.select_one("header a[data-search-open]")["href"] == "/search/"


def test_a_long_query_is_cut(lesson_page: LessonPage, client: Client):
    assert search(client, "x" * 5000).select_one("input[name=q]")["value"] == "x" * 120
    assert len(words_of(" ".join(f"w{number}" for number in range(50)))) == 8


def test_an_excerpt_begins_and_ends_between_words():
    text = " ".join(["before"] * 60 + ["needle"] + ["after"] * 60)
    cut = excerpt(text, re.compile("needle"))
    assert cut.startswith("… before") and "<mark>needle</mark>" in cut and cut.endswith("after …")
    assert len(cut) < 220
