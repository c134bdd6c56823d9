"""An instructor edits, previews and publishes a lesson in Wagtail's admin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from content.models import LessonPage
from content.tests.folders import LESSON
from content.tests.form_data import post_data
from lms.accounts.models import User

pytestmark = pytest.mark.django_db
FIELDS = ("title", "feature", "why", "minutes", "level", "needs", "objectives", "packages", "seo_title")


@pytest.fixture(autouse=True)
def signed_in(client: Client, instructor: User) -> None:
    client.force_login(instructor)


def form_of(page: LessonPage) -> dict[str, Any]:
    """Return what the editor posts for a page that nobody has touched."""
    data = {name: str(getattr(page, name)).replace("\n", "\r\n") for name in FIELDS}
    data |= {
        "slug": page.slug,
        "search_description": "",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
    }
    return data | post_data(page.body.stream_block, page.body, "body")


def save(client: Client, page: LessonPage, data: dict[str, Any], *, publish: bool = True) -> HttpResponse:
    action = {"action-publish": "1"} if publish else {}
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), {**data, **action})


def key_of(data: dict[str, Any], text: str) -> str:
    return next(key for key, value in data.items() if value == text)


def fresh(page: LessonPage) -> LessonPage:
    return LessonPage.objects.get(pk=page.pk)


def errors_of(response: HttpResponse) -> str:
    assert response.status_code == 200
    return str(response.context["form"].errors.as_data()) + response.content.decode()


def test_editor_opens(lesson_page: LessonPage, client: Client):
    response = client.get(reverse("wagtailadmin_pages:edit", args=[lesson_page.pk]))
    assert response.status_code == 200
    assert b"About the lesson" in response.content


def test_saving_an_untouched_page_changes_nothing(lesson_page: LessonPage, client: Client, run):
    assert save(client, lesson_page, form_of(lesson_page)).status_code == 302
    assert fresh(lesson_page).export() == LESSON
    assert "1 unchanged" in run("load_lessons")


def test_edit_is_published_kept_and_exported(
    lesson_page: LessonPage, lesson_folder: Path, client: Client, run
):
    data = form_of(lesson_page)
    data["why"] = "To fall asleep"
    data[key_of(data, "One at most")] = "At most one"
    assert save(client, lesson_page, data).status_code == 302
    assert "To fall asleep" in client.get("/farm/counting/").content.decode()
    assert "1 kept (edited)" in run("load_lessons")
    run("export_lessons")
    assert (lesson_folder / "lesson.md").read_text() == LESSON.replace(
        "why: Sleep", "why: To fall asleep"
    ).replace("One at most", "At most one")


def test_draft_is_not_public(lesson_page: LessonPage, client: Client):
    save(client, lesson_page, {**form_of(lesson_page), "why": "To fall asleep"}, publish=False)
    assert fresh(lesson_page).has_unpublished_changes
    assert "To fall asleep" not in client.get("/farm/counting/").content.decode()


def test_preview_shows_the_unsaved_edit_as_the_learner_will_see_it(lesson_page: LessonPage, client: Client):
    url = reverse("wagtailadmin_pages:preview_on_edit", args=[lesson_page.pk])
    answer = client.post(url, {**form_of(lesson_page), "why": "To fall asleep"})
    assert answer.json() == {"is_valid": True, "is_available": True}
    soup = BeautifulSoup(client.get(url).content, "html.parser")
    assert soup.select_one(".lesson__why").text == "To fall asleep"
    assert soup.select(".block--source .code__line")
    assert not soup.select(".block--problem")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("demo/views.py#Fence.jump", "demo/views.py#Fence.fall", "has no Fence.fall"),
        ("demo/views.py#Fence.jump", "../views.py#Fence", "leads out of it"),
        ("demo/views.py#Fence.jump", "demo/views.py", "path#Symbol or path@region"),
        ("repair_fence", "build_fence", "no exercise"),
        ("fence.svg", "gate.svg", "no figures/gate.svg"),
        ("fence.svg", "../fence.svg", "does not name a figure"),
        ("Each jump is **counted**.", "```\nopen", "never closed"),
        ("Each jump is **counted**.", ":::demo", "cannot stand here"),
        ("Each jump is **counted**.", "## Heading", "A heading cannot stand here"),
        ("A slice of one has one.", "", "required"),
        ("One at most", "None", "same answer twice"),
        ("A fence with a gate.", "", "required"),
    ],
)
def test_what_would_break_the_lesson_is_not_published(
    lesson_page: LessonPage, client: Client, old, new, words
):
    data = form_of(lesson_page)
    data[key_of(data, old)] = new
    assert words in errors_of(save(client, lesson_page, data))
    assert fresh(lesson_page).export() == LESSON


def test_draft_may_be_ahead_of_the_code(lesson_page: LessonPage, client: Client):
    data = form_of(lesson_page)
    data[key_of(data, "demo/views.py#Fence.jump")] = "demo/views.py#Fence.fall"
    assert save(client, lesson_page, data, publish=False).status_code == 302
    draft = fresh(lesson_page).get_latest_revision_as_object()
    assert "demo/views.py#Fence.fall" in draft.export()


def test_question_needs_a_wrong_answer(lesson_page: LessonPage, client: Client):
    data = form_of(lesson_page)
    answer = key_of(data, "Goats").removesuffix("-text")
    data[f"{answer}-right"] = "on"
    assert "has no wrong answer" in errors_of(save(client, lesson_page, data))


def test_needs_are_slugs(lesson_page: LessonPage, client: Client):
    assert "not a lesson" in errors_of(save(client, lesson_page, {**form_of(lesson_page), "needs": "Log in"}))


def test_slug_stays_whatever_is_posted(lesson_page: LessonPage, client: Client):
    assert save(client, lesson_page, {**form_of(lesson_page), "slug": "other"}).status_code == 302
    assert fresh(lesson_page).slug == "counting"


def test_lessons_and_tracks_are_not_made_in_the_admin(lesson_page: LessonPage, client: Client):
    for model in ("lessonpage", "trackpage"):
        parent = lesson_page.get_parent() if model == "lessonpage" else lesson_page.get_parent().get_parent()
        url = reverse("wagtailadmin_pages:add", args=["content", model, parent.pk])
        assert client.get(url).status_code in (302, 403)
