"""The search: three ways to ask, and what each of them gives away."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from lessons.security.xss_sql_injection.demo.models import Book
from lessons.security.xss_sql_injection.demo.payloads import QUESTIONS
from lessons.security.xss_sql_injection.tests.shop import ask, ask_by

FIXED = ["parameters", "orm"]


@pytest.fixture
def visitor(visit):
    return visit("xss_sql_injection")


def titles(response) -> list[str]:
    return [row.td.text for row in BeautifulSoup(response.text, "html.parser").select("tbody tr")]


@pytest.mark.parametrize("way", FIXED)
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("O'Brien", ["O'Brien's Second Winter"]),
        ("%", ["100% Rye"]),
        ("_", ["Under_score"]),
        ("\\", []),
        ("& time", ["Tides & Timetables"]),
        ("<br>", ["A Short History of <br>"]),
        ("UNDECIDED", ["Knots for the Undecided"]),
        ("auction", []),
        ("%s", []),
    ],
)
def test_what_readers_look_for_is_found(visitor, way, asked, found):
    ask_by(visitor, way)
    assert titles(visitor.get("search/", {"q": asked})) == found


@pytest.mark.parametrize("way", FIXED)
@pytest.mark.parametrize(
    "question", ["Always true", "Another table", "The plan of the house", "A second statement"]
)
def test_fixed_an_attack_is_a_title_that_there_is_not(visitor, way, question):
    ask_by(visitor, way)
    page = ask(visitor, question).text
    assert "No such title." in page and "4071" not in page


@pytest.mark.parametrize("way", FIXED)
def test_fixed_the_order_says_nothing(visitor, way):
    ask_by(visitor, way)
    assert titles(ask(visitor, "The order tells"))[0] == "100% Rye"


@pytest.mark.parametrize("way", ["glued", *FIXED])
def test_the_order_that_the_form_offers_works_in_each_way(visitor, way):
    ask_by(visitor, way)
    assert titles(visitor.get("search/", {"sort": "price"}))[0] == "Under_score"
    assert titles(visitor.get("search/", {"sort": "title"}))[0] == "100% Rye"


def test_glued_a_customers_name_is_a_syntax_error(visitor):
    assert "The database complains." in ask(visitor, "A name").text
    assert "syntax error" in visitor.traces[-1]["queries"][-1]["error"]


def test_glued_a_percent_sign_finds_everything(visitor):
    assert len(titles(ask(visitor, "A percent sign"))) == 7


def test_glued_the_hidden_book_is_found(visitor):
    assert "The Auction List (not yet public)" in titles(ask(visitor, "Always true"))


def test_glued_the_pins_are_rows(visitor):
    page = ask(visitor, "Another table").text
    assert "4071" in page and "9925" in page
    assert "<mark>zzz&#x27; UNION SELECT" in page


def test_glued_the_database_describes_itself(visitor):
    assert "xss_sql_injection_staff" in titles(ask(visitor, "The plan of the house"))


def test_glued_the_order_tells_a_digit(visitor):
    dear_first = titles(ask(visitor, "The order tells"))[0]
    sort = next(question.sort for question in QUESTIONS if question.title == "The order tells").replace(
        "4%", "5%"
    )
    cheap_first = titles(visitor.get("search/", {"q": "", "sort": sort}))[0]
    assert (dear_first, cheap_first) == ("100% Rye", "Under_score")


def test_glued_a_second_statement_is_refused_by_the_driver(visitor):
    assert "one statement at a time" in ask(visitor, "A second statement").text
    with visitor.world():
        assert Book.objects.count() == 8


def test_values_are_shown_beside_the_statement(visitor):
    ask_by(visitor, "parameters")
    page = BeautifulSoup(ask(visitor, "A percent sign").text, "html.parser")
    assert page.select_one(".value").text == r"%\%%"
    assert page.find("mark") is None
    assert "LIKE %s ESCAPE" in page.select_one(".statement").text
