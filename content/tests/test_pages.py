"""What visitors get: the roadmap and a lesson."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.test import Client
from PIL import Image

from content.figures import size_of
from content.models import Exercise, LessonPage
from content.tests.folders import LESSON
from lms.accounts.models import User

pytestmark = pytest.mark.django_db


def soup_of(client: Client, url: str) -> BeautifulSoup:
    response = client.get(url)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


@pytest.fixture
def lesson(lesson_page: LessonPage, client: Client) -> BeautifulSoup:
    return soup_of(client, "/farm/counting/")


def test_roadmap_shows_every_row_and_links_those_that_are_there(lesson_page: LessonPage, client: Client):
    soup = soup_of(client, "/")
    written, unwritten = soup.select(".row")
    assert written.select_one("a.row__link")["href"] == "/farm/counting/"
    assert written.select_one(".row__name").text.strip() == "Counting"
    assert written.select_one(".row__what").text == "One sheep at a time"
    assert written.select_one(".row__why").text == "Sleep"
    assert "20 min" in written.text
    assert unwritten.select_one(".row__name").text.strip() == "Shearing"
    assert not unwritten.select("a")
    assert "Not written yet" in unwritten.text


def test_unpublished_lesson_is_not_written_for_visitors(lesson_page: LessonPage, client: Client):
    lesson_page.unpublish()
    assert not soup_of(client, "/").select("a.row__link")
    assert client.get("/farm/counting/").status_code == 404


def test_track_leads_to_its_place_on_the_roadmap(lesson_page: LessonPage, client: Client):
    response = client.get("/farm/")
    assert response["Location"] == "/#track-farm"
    assert soup_of(client, "/").select_one("#track-farm")


def test_a_lesson_leads_to_all_lessons(lesson: BeautifulSoup):
    (here,) = lesson.select(".syllabus a")
    assert here["href"] == "/farm/counting/"
    assert here["aria-current"] == "page"


def test_outline_leads_to_the_headings(lesson: BeautifulSoup):
    targets = [link["href"].removeprefix("#") for link in lesson.select(".outline a")]
    headings = lesson.select(".block--prose h2, .block--prose h3")
    assert targets == [heading["id"] for heading in headings]
    assert [heading.text for heading in headings][:2] == ["See it", "How it works"]


def test_ids_of_the_page_are_unique(lesson: BeautifulSoup):
    ids = [tag["id"] for tag in lesson.select("[id]")]
    assert len(ids) == len(set(ids))


def test_blocks_stand_in_the_order_of_the_file(lesson: BeautifulSoup):
    kinds = [
        next(name.removeprefix("block--") for name in block["class"] if name.startswith("block--"))
        for block in lesson.select(".lesson__body > .block")
    ]
    assert kinds == [
        *("prose", "demo", "prose", "source", "source", "prose", "exercise", "figure", "prose"),
        *("note", "compare", "prose", "quiz"),
    ]


def test_source_shows_the_real_file_with_its_numbers(lesson: BeautifulSoup):
    source = lesson.select_one(".source")
    assert source.select_one(".source__file").text == "demo/views.py"
    assert source.select_one(".source__lines").text == "lines 7–10"
    lines = source.select(".code__line")
    assert [line["data-line"] for line in lines] == ["7", "8", "10"]
    assert source.select_one("pre").text == "@y\ndef jump(self):\n    return 1\n"


def test_exercise_card_leads_to_the_workspace(lesson: BeautifulSoup):
    card = lesson.select_one(".exercise-card")
    assert card.select_one("a.exercise-card__open")["href"] == "/exercises/counting/repair_fence/"
    assert card.select_one(".exercise-card__task strong").text == "stuck"


def test_note_compare_and_figure(lesson: BeautifulSoup, client: Client):
    assert lesson.select_one(".note--warning .note__title em").text == "wait"
    assert [side.text for side in lesson.select(".compare__label")] == ["Before", "After"]
    image = lesson.select_one(".figure img")
    assert image["alt"] == "A fence with a gate."
    assert (image["width"], image["height"]) == ("640", "320")
    response = client.get(image["src"])
    assert response["Content-Type"] == "image/svg+xml"
    assert b"<svg" in b"".join(response.streaming_content)
    assert "sandbox" in response["Content-Security-Policy"]


def test_a_figure_is_sent_once(lesson: BeautifulSoup, lesson_folder: Path, client: Client):
    address = lesson.select_one(".figure img")["src"]
    first = client.get(address)
    asked = {"If-None-Match": first["ETag"]}
    again = client.get(address, headers=asked)
    assert (again.status_code, again.content) == (304, b"")
    for name in ("ETag", "Cache-Control"):
        assert again[name] == first[name]
    # Compressed on its way, as a browser gets it.
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert client.get(address, headers={"If-None-Match": packed["ETag"]}).status_code == 304
    [figure] = (lesson_folder / "figures").glob("*.svg")
    figure.write_text(figure.read_text() + "<!-- another one -->")
    changed = client.get(address, headers=asked)
    assert changed.status_code == 200
    assert b"another one" in b"".join(changed.streaming_content)


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30.4 10"/>', (30, 10)),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', None),
        (b"<svg", None),
        (
            b'<!DOCTYPE a [<!ENTITY b "c">]><svg viewBox="0 0 1 1">&b;</svg>',
            None,
        ),
    ],
)
def test_size_of_a_drawing(tmp_path: Path, content: bytes, size):
    file = tmp_path / "a.svg"
    file.write_bytes(content)
    assert size_of(file) == size


def test_size_of_a_picture(tmp_path: Path):
    Image.new("RGB", (7, 5)).save(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes(b"no picture")
    assert size_of(tmp_path / "a.png") == (7, 5)
    assert size_of(tmp_path / "b.png") is None
    assert size_of(tmp_path / "none.png") is None


@pytest.mark.parametrize("name", ["none/svg", "..%2f..%2flesson/md", "fence/py"])
def test_figure_that_is_not_there_is_not_found(lesson_page: LessonPage, client: Client, name: str):
    assert client.get(f"/farm/counting/figures/{name}/").status_code == 404


def test_quiz_gives_nothing_away_before_it_is_answered(lesson: BeautifulSoup):
    first, second = lesson.select(".quiz__question")
    assert {field["type"] for field in first.select("li input")} == {"radio"}
    assert {field["type"] for field in second.select("li input")} == {"checkbox"}
    assert "An empty flock has none." not in lesson.text
    assert not lesson.select(".quiz__answer--right, .quiz__explanation")


def test_quiz_answered_without_a_script_is_explained(lesson: BeautifulSoup, client: Client):
    form = lesson.select_one(".quiz__question")
    fields = {field["name"]: field["value"] for field in form.select("input[type=hidden]")}
    response = client.post(form["action"], {**fields, "answers": "1"}, follow=True)
    question = BeautifulSoup(response.content, "html.parser").select_one(f"#{form['id']}")
    assert "quiz__question--right" in question["class"]
    assert "An empty flock has none." in question.text
    assert question.select_one(".quiz__answer--chosen input")["value"] == "1"


def test_broken_excerpt_on_a_published_page_is_a_box(
    lesson_page: LessonPage, lesson_folder: Path, client: Client
):
    (lesson_folder / "demo" / "views.py").write_text("x = 1\n")
    box = soup_of(client, "/farm/counting/").select_one(".block--problem")
    assert "cannot be shown" in box.text
    assert "Fence" not in box.text
    client.force_login(User.objects.create_superuser("ada@example.org", "correct horse"))
    assert (
        "demo/views.py has no Fence.jump"
        in soup_of(client, "/farm/counting/").select_one(".block--problem").text
    )


def test_missing_exercise_and_figure_are_boxes(lesson_page: LessonPage, lesson_folder: Path, client: Client):
    Exercise.objects.all().delete()
    (lesson_folder / "figures" / "fence.svg").unlink()
    assert len(soup_of(client, "/farm/counting/").select(".block--problem")) == 2


def test_page_without_its_folder_is_shown(lesson_page: LessonPage, lesson_folder: Path, client: Client):
    lesson_folder.rename(lesson_folder.with_name("gone"))
    assert len(soup_of(client, "/farm/counting/").select(".block--problem")) == 3


def test_queries_do_not_grow_with_the_lesson(
    lesson_page: LessonPage, lesson_folder: Path, client: Client, run, django_assert_max_num_queries
):
    client.get("/farm/counting/")
    cache.clear()
    with django_assert_max_num_queries(100) as few:
        client.get("/farm/counting/")
    parts = "".join(
        f"\n## Part {n}\n\n:::source demo/views.py#Fence\n:::\n\n:::exercise repair_fence\n:::\n"
        for n in range(20)
    )
    (lesson_folder / "lesson.md").write_text(LESSON + parts)
    run("load_lessons")
    client.get("/farm/counting/")
    cache.clear()
    with django_assert_max_num_queries(100) as many:
        client.get("/farm/counting/")
    assert len(many) <= len(few)
    assert len(few) <= 18


def test_every_object_of_the_course_names_one_lesson(lesson_page: LessonPage):
    assert lesson_page.document().front.title == "Counting sheep"
    assert [exercise.name for exercise in lesson_page.exercises()] == ["counting/repair_fence"]
    assert [mission.slug for mission in lesson_page.missions()] == ["jump"]
    assert lesson_page.missions()[0].hint == "Use the gate."
