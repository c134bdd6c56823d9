"""Load and export in the admin: states, the three-way difference, decisions by POST, a zip."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from content.models import Exercise, LessonPage
from content.tests.folders import FILES, LESSON
from content.tests.test_conflicts import change_folder, edit_exercise, edit_prose, versions
from content.tests.test_loading import edit, fresh
from lms.accounts.groups import ensure_instructors
from lms.accounts.models import User

pytestmark = pytest.mark.django_db
PAGE = "/cms/exchange/counting/"


@pytest.fixture(autouse=True)
def signed_in(client: Client, instructor: User) -> None:
    client.force_login(instructor)


def text_of(client: Client, path: str = PAGE) -> str:
    soup = BeautifulSoup(client.get(path).content, "html.parser")
    return " ".join(soup.select_one("main").text.split())


def decide(client: Client, choice: str, name: str = "counting", seen: str = "") -> str:
    data = {"name": name, "choice": choice, "seen": seen or versions(name).seen}
    answer = client.post(PAGE, data, follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    return answer.content.decode()


def test_overview_says_the_state_of_each_lesson(lesson_page: LessonPage, lesson_folder: Path, client: Client):
    assert "the same" in text_of(client, "/cms/exchange/")
    edit(lesson_page, why="To dream")
    assert "changed here" in text_of(client, "/cms/exchange/")
    change_folder(lesson_folder, "why: Sleep", "why: To rest")
    assert "changed on both sides" in text_of(client, "/cms/exchange/")
    change_folder(lesson_folder, "## See it", "# See it")
    assert "the folder has errors" in text_of(client, "/cms/exchange/")
    assert "headings begin with ##" in text_of(client)


def test_difference_stands_side_by_side(lesson_page: LessonPage, lesson_folder: Path, client: Client):
    edit_prose(lesson_page, "Sheep jump", "Sheep leap")
    change_folder(lesson_folder, "Sheep jump", "Sheep hop")
    text = text_of(client)
    assert "Changed on both sides, in text: See it" in text
    assert "As both had it Sheep jump over" in text
    assert "Here Sheep leap over" in text
    assert "In the folder Sheep hop over" in text
    assert "Merge both" not in text
    assert "left as it is" in decide(client, "merge")
    assert "Sheep leap" in fresh(lesson_page).export()


def test_what_does_not_contradict_is_merged(
    lesson_page: LessonPage, lesson_folder: Path, client: Client, run
):
    edit(lesson_page, why="To dream")
    change_folder(lesson_folder, "minutes: 20", "minutes: 25")
    assert "Merge both" in text_of(client)
    assert "has the changes of both sides" in decide(client, "merge")
    page = fresh(lesson_page)
    assert (page.why, page.minutes) == ("To dream", 25)
    assert page.latest_revision.user.email == "ada@example.org"


@pytest.mark.parametrize(("choice", "why"), [("ours", "To dream"), ("theirs", "To rest")])
def test_one_side_is_chosen(lesson_page, lesson_folder: Path, client: Client, run, choice: str, why: str):
    edit(lesson_page, why="To dream")
    change_folder(lesson_folder, "why: Sleep", "why: To rest")
    decide(client, choice)
    assert fresh(lesson_page).why == why
    run("load_lessons")
    run("export_lessons")
    assert f"why: {why}" in (lesson_folder / "lesson.md").read_text()


def test_decision_about_something_else_than_was_seen_is_refused(
    lesson_page: LessonPage, lesson_folder: Path, client: Client
):
    edit(lesson_page, why="To dream")
    change_folder(lesson_folder, "why: Sleep", "why: To rest")
    seen = versions().seen
    edit(lesson_page, why="To dream of sheep")
    assert "has changed meanwhile" in decide(client, "theirs", seen=seen)
    assert fresh(lesson_page).why == "To dream of sheep"


def test_one_thing_is_decided_and_the_others_are_left(lesson_page, lesson_folder: Path, client: Client):
    edit(lesson_page, why="To dream")
    change_folder(lesson_folder, "why: Sleep", "why: To rest")
    edit_exercise(title="Mend the fence")
    decide(client, "theirs", "counting/repair_fence")
    assert Exercise.objects.get().title == "Repair the fence"
    assert fresh(lesson_page).why == "To dream"


def test_all_that_is_newer_in_the_folders_is_loaded(lesson_page, lesson_folder: Path, client: Client):
    edit_exercise(title="Mend the fence")
    change_folder(lesson_folder, "why: Sleep", "why: To rest")
    assert "Load 1 that changed" in text_of(client, "/cms/exchange/")
    assert "1 loaded" in client.post("/cms/exchange/", follow=True).content.decode()
    assert fresh(lesson_page).why == "To rest"
    assert Exercise.objects.get().title == "Mend the fence"


@pytest.mark.parametrize("path", ["/cms/exchange/lessons.zip", f"{PAGE}lesson.zip"])
def test_zip_has_the_files_as_they_stand_in_the_folder(lesson_page: LessonPage, client: Client, path: str):
    packed = zipfile.ZipFile(BytesIO(client.get(path).content))
    found = {name: packed.read(name).decode() for name in packed.namelist()}
    exercise = "counting/exercises/"
    wanted = {name: text for name, text in FILES.items() if name.startswith(exercise)}
    assert found == {f"farm/{name}": text for name, text in {**wanted, "counting/lesson.md": LESSON}.items()}


def test_only_administrators_load(lesson_page: LessonPage, lesson_folder: Path, client: Client):
    author = User.objects.create_user("author@example.org", "x", is_staff=True)
    author.groups.add(ensure_instructors())
    client.force_login(author)
    edit(lesson_page, why="To dream")
    for path in ("/cms/exchange/", PAGE, "/cms/exchange/lessons.zip"):
        # Wagtail leads somebody of the staff who may not back to its home page.
        assert client.get(path).status_code == 302
    data = {"name": "counting", "choice": "theirs", "seen": versions().seen}
    assert client.post(PAGE, data).status_code == 302
    assert fresh(lesson_page).why == "To dream"
    assert "Load and export" not in client.get("/cms/").content.decode()


def test_unknown_lesson_is_not_found(lesson_page: LessonPage, client: Client):
    assert client.get("/cms/exchange/nothing/").status_code == 404
    assert client.post(PAGE, {"name": "counting", "choice": "burn", "seen": ""}).status_code == 404
