"""Links that filter the X-ray: the same examples as the panel's own tests, and where they are refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from content.errors import ContentError
from content.exercise_format import read_exercise
from content.lesson_format import Demo, Prose, Question, Quiz, parse
from content.lesson_format.document import Answer
from content.lesson_format.lines import check_markdown
from content.markdown import render_inline, render_markdown
from content.references import find_problems
from content.tests.folders import LESSON
from content.xray_links import BadFilterError, check_filter, filters_in

EXAMPLES = json.loads(
    (Path(__file__).parents[2] / "static/src/js/tests/xray-filters.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("text", EXAMPLES["good"])
def test_what_the_panel_takes_is_taken(text: str):
    assert check_filter(text) == text


@pytest.mark.parametrize("text", EXAMPLES["bad"])
def test_what_the_panel_refuses_is_refused(text: str):
    with pytest.raises(BadFilterError, match=r"\.$"):
        check_filter(text)


@pytest.mark.parametrize(
    ("markdown", "wanted"),
    [
        ("See [the INSERT](xray:sql~INSERT).", "sql~INSERT"),
        ("See [it](<xray:sql~INSERT INTO&method=POST>).", "sql~INSERT INTO&method=POST"),
        ("See [a run](xray:method=TASK)", "method=TASK"),
        ("See [it][1].\n\n[1]: xray:status=302", "status=302"),
        ('See <a href="xray:has=mail&amp;status=200">it</a>.', "has=mail&status=200"),
    ],
)
def test_a_link_leads_to_the_demo_and_carries_its_filter(markdown: str, wanted: str):
    link = BeautifulSoup(render_markdown(markdown), "html.parser").a
    assert (link["href"], link["data-xray"]) == ("#demo", wanted)
    assert [found for line in markdown.split("\n") for found in filters_in(line)] == [wanted]


def test_a_filter_stays_text_in_its_attribute():
    link = BeautifulSoup(
        render_inline('[a](<xray:sql~%22" onclick=alert(1) x="&method=GET>)'), "html.parser"
    ).a
    assert set(link.attrs) <= {"href", "data-xray", "rel"}


def test_a_wrong_filter_is_no_link():
    link = BeautifulSoup(render_markdown("[a](xray:nonsense)"), "html.parser").a
    assert "href" not in link.attrs and "data-xray" not in link.attrs


def test_nobody_sets_the_attribute_by_hand():
    soup = BeautifulSoup(render_markdown('<a href="#demo" data-xray="x">a</a>'), "html.parser")
    assert "data-xray" not in soup.a.attrs


def test_code_that_shows_a_link_is_no_link():
    assert list(filters_in("`[a](xray:x)` and ``[`](xray:y)``")) == []
    check_markdown("```\n[a](xray:x)\n```")


def test_a_wrong_filter_is_an_error_with_its_line():
    with pytest.raises(ContentError, match="no filter 'nonsense'") as caught:
        parse(LESSON.replace("over the *fence*", "over [it](xray:nonsense)"))
    assert caught.value.line == LESSON[: LESSON.index("Sheep jump")].count("\n") + 1


def test_a_filter_needs_a_demo_and_is_checked_in_a_quiz_too(tmp_path: Path):
    answers = (
        Answer(text="[b](xray:nonsense)", right=True, explanation="b"),
        Answer(text="c", right=False, explanation="c"),
    )
    quiz = Quiz(questions=(Question(text="a", answers=answers),))
    link = Prose(markdown="[a](xray:has=mail)")

    assert list(find_problems((link, Demo()), tmp_path, ())) == []
    (alone,) = find_problems((link,), tmp_path, ())
    assert "this lesson has none" in alone.message
    (wrong,) = find_problems((Demo(), quiz), tmp_path, ())
    assert wrong.index == 1 and "nonsense" in wrong.message


def test_an_exercise_has_no_xray_to_filter(tmp_path: Path):
    source = Path(__file__).parents[2] / "lessons/authentication/login_logout/exercises/repair_parcels"
    text = (source / "exercise.md").read_text(encoding="utf-8")
    (tmp_path / "exercise.md").write_text(text.replace("## Hints", "[a](xray:has=mail)\n\n## Hints"))
    with pytest.raises(ContentError, match="are for lessons") as caught:
        read_exercise(tmp_path)
    assert caught.value.line > 5
