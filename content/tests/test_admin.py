"""An instructor edits, previews and publishes a lesson in Wagtail's admin."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from PIL import Image
from wagtail.models import Page

from content.markdown import render_markdown
from content.models import Exercise, LessonPage
from content.source import cut
from content.tests.folders import LESSON
from content.tests.form_data import post_data
from lms.accounts.models import User

pytestmark = pytest.mark.django_db
FIELDS = ("title", "feature", "why", "minutes", "level", "objectives", "packages", "seo_title")


@pytest.fixture(autouse=True)
def signed_in(client: Client, instructor: User) -> None:
    client.force_login(instructor)


def form_of(page: LessonPage) -> dict[str, Any]:
    """Return what the editor posts for a page that nobody has touched."""
    data = {name: str(getattr(page, name)).replace("\n", "\r\n") for name in FIELDS}
    data |= {
        "slug": page.slug,
        "needs": list(page.needs_list),
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


def test_slug_stays_whatever_is_posted(lesson_page: LessonPage, client: Client):
    assert save(client, lesson_page, {**form_of(lesson_page), "slug": "other"}).status_code == 302
    assert fresh(lesson_page).slug == "counting"


def new_lesson(client: Client, track: Page, **changes: Any) -> HttpResponse:
    """Write a lesson from nothing, and save it as a draft."""
    prose = {"body-count": "1", "body-0-deleted": "", "body-0-order": "0", "body-0-id": ""}
    data = {
        "title": "Feeding sheep",
        "slug": "feeding",
        "feature": "Feeding – Hay",
        "why": "Hunger",
        "minutes": "10",
        "level": "beginner",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        **prose,
        "body-0-type": "prose",
        "body-0-value": "## Hay\r\n\r\nThey eat it.",
    }
    url = reverse("wagtailadmin_pages:add", args=["content", "lessonpage", track.pk])
    return client.post(url, {**data, **changes})


def test_a_lesson_is_written_from_nothing_and_stands_on_the_roadmap(lesson_page: LessonPage, client: Client):
    track = lesson_page.get_parent()
    assert "letter first" in errors_of(new_lesson(client, track, slug="feeding-sheep"))
    assert new_lesson(client, track).status_code == 302
    page = LessonPage.objects.get(slug="feeding")
    assert (page.live, client.get("/farm/feeding/").status_code) == (False, 404)
    assert "Feeding" not in client.get("/").content.decode()
    page.get_latest_revision().publish()
    assert "They eat it." in client.get("/farm/feeding/").content.decode()
    assert 'href="/farm/feeding/"' in client.get("/").content.decode()


def test_slug_of_a_draft_can_be_mended_until_an_exercise_hangs_on_it(lesson_page: LessonPage, client: Client):
    assert new_lesson(client, lesson_page.get_parent(), slug="feedi").status_code == 302
    page = LessonPage.objects.get(slug="feedi")
    assert save(client, page, {**form_of(page), "slug": "feeding"}, publish=False).status_code == 302
    assert fresh(page).slug == "feeding"
    there = {**Exercise.objects.get().document().fields(), "lesson": "feeding"}
    Exercise.objects.create(**there, live=False)
    data = {**form_of(fresh(page)), "slug": "other"}
    assert save(client, fresh(page), data, publish=False).status_code == 302
    assert fresh(page).slug == "feeding"


def test_a_new_lesson_is_previewed_before_it_is_saved(lesson_page: LessonPage, client: Client):
    track = lesson_page.get_parent()
    url = reverse("wagtailadmin_pages:preview_on_add", args=["content", "lessonpage", track.pk])
    data = {**form_of(lesson_page), "title": "Feeding sheep", "slug": "feeding"}
    assert client.post(url, data).json() == {"is_valid": True, "is_available": True}
    page = BeautifulSoup(client.get(url).content, "html.parser")
    assert page.select_one("h1").text == "Feeding sheep"
    assert page.select(".lesson__body .prose")
    assert not LessonPage.objects.filter(slug="feeding").exists()


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Feeding sheep: hay & more", "feeding_sheep_hay_more"),
        ("2FA", "fa"),
        ("羊", "lesson"),
        ("", "placeholder_title"),
        ("Counting", "counting_2"),
    ],
)
def test_a_preview_needs_no_slug(lesson_page: LessonPage, client: Client, title, slug):
    track = lesson_page.get_parent()
    url = reverse("wagtailadmin_pages:preview_on_add", args=["content", "lessonpage", track.pk])
    data = {**form_of(lesson_page), "title": title, "slug": ""}
    assert client.post(url, data).json() == {"is_valid": True, "is_available": True}
    page = BeautifulSoup(client.get(url).content, "html.parser")
    assert page.select_one("article.lesson")["data-lesson"] == slug
    assert page.select_one("h1").text == (title or "Placeholder title")
    assert not LessonPage.objects.filter(title=title).exclude(pk=lesson_page.pk).exists()


def test_a_lesson_is_saved_with_a_slug_of_its_authors_only(lesson_page: LessonPage, client: Client):
    track = lesson_page.get_parent()
    assert "required" in errors_of(new_lesson(client, track, slug=""))
    stand_in = "8c0f3c3e-5b0a-4b0e-9a53-6f4f8f2e1d11"
    assert "letter first" in errors_of(new_lesson(client, track, slug=stand_in, **{"action-publish": "1"}))


def test_a_lesson_cannot_show_learners_an_exercise_that_is_a_draft(lesson_page: LessonPage, client: Client):
    Exercise.objects.update(live=False)
    assert "no exercise" in errors_of(save(client, lesson_page, form_of(lesson_page)))
    assert save(client, lesson_page, form_of(lesson_page), publish=False).status_code == 302


def test_tracks_are_not_made_in_the_admin(lesson_page: LessonPage, client: Client):
    roadmap = lesson_page.get_parent().get_parent()
    url = reverse("wagtailadmin_pages:add", args=["content", "trackpage", roadmap.pk])
    assert client.get(url).status_code == 302


def test_a_preview_brings_the_checks_of_accessibility_and_a_page_does_not(
    lesson_page: LessonPage, client: Client
):
    url = reverse("wagtailadmin_pages:preview_on_edit", args=[lesson_page.pk])
    client.post(url, form_of(lesson_page))
    assert b"userbar.js" in client.get(url).content
    assert b"userbar.js" not in client.get("/farm/counting/").content


def test_a_preview_notes_nothing_as_read_by_its_author(lesson_page: LessonPage, client: Client):
    url = reverse("wagtailadmin_pages:preview_on_edit", args=[lesson_page.pk])
    client.post(url, form_of(lesson_page))
    preview, page = (
        BeautifulSoup(client.get(path).content, "html.parser") for path in (url, "/farm/counting/")
    )
    for selector in ("#lesson-read", "#own-notes", "#discussion", "[data-place]"):
        assert page.select(selector)
        assert not preview.select(selector), selector


def test_blocks_that_are_one_field_have_a_name(lesson_page: LessonPage, client: Client):
    editor = client.get(reverse("wagtailadmin_pages:edit", args=[lesson_page.pk])).text
    for name in ("Text, in Markdown", "The exercise"):
        assert re.search(rf"aria-label\W+(quot;)?{name}", editor), name


# --- What the editor asks for ---------------------------------------------------------------------


def test_blocks_are_offered_what_can_be_cut_and_the_exercises_that_there_are(
    lesson_page: LessonPage, client: Client
):
    # Fields are drawn by the browser, from what stands in the page as JSON.
    editor = client.get(reverse("wagtailadmin_pages:edit", args=[lesson_page.pk])).text
    assert "data-author-sources" in editor and "data-author-exercises" in editor
    offered = client.get(reverse("lesson_sources", args=[lesson_page.pk])).json()
    found = offered["references"]
    assert offered["exercises"] == ["repair_fence"]
    assert set(found) == {
        "demo/views.py#Fence",
        "demo/views.py#Fence.height",
        "demo/views.py#Fence.jump",
        "demo/views.py@inner",
        "demo/templates/sheep/fence.html@gate",
    }
    assert all(cut(lesson_page.folder, reference) for reference in found)


@pytest.mark.parametrize(
    ("kind", "values", "selector"),
    [
        ("prose", {"": "Say **it**."}, ".prose strong"),
        ("source", {"-reference": "demo/views.py#Fence", "-markdown": "Look."}, ".code__line"),
        ("exercise", {"": "repair_fence"}, ".exercise-card"),
        ("note", {"-kind": "tip", "-title": "", "-markdown": "Do."}, ".block--note"),
    ],
)
def test_a_block_looks_in_the_editor_as_to_a_learner(
    lesson_page: LessonPage, client: Client, kind, values, selector
):
    data = {"prefix": "body-7", "body-7-type": kind, "body-7-id": ""}
    data |= {f"body-7-value{name}": value for name, value in values.items()}
    url = reverse("lesson_block", args=[lesson_page.pk])
    assert BeautifulSoup(client.post(url, data).content, "html.parser").select(f"main {selector}")


@pytest.mark.parametrize(
    ("slug", "kind", "values", "selector"),
    [
        ("", "prose", {"": "Say **it**."}, ".prose strong"),
        ("../counting", "source", {"-reference": "demo/views.py#Fence", "-markdown": ""}, ".block--problem"),
        ("feeding", "figure", {"-file": "hay.svg", "-alt": "Hay", "-caption": ""}, ".block--problem"),
        ("feeding", "demo", {"": ""}, ".demo"),
        ("counting", "exercise", {"": "repair_fence"}, ".exercise-card"),
    ],
)
def test_a_block_of_a_lesson_that_was_never_saved(
    lesson_page: LessonPage, client: Client, slug, kind, values, selector
):
    data = {"prefix": "body-7", "body-7-type": kind, "body-7-id": "", "slug": slug}
    data |= {f"body-7-value{name}": value for name, value in values.items()}
    url = reverse("new_lesson_block", args=[lesson_page.get_parent().pk])
    answer = client.post(url, data)
    assert answer.status_code == 200
    assert BeautifulSoup(answer.content, "html.parser").select(f"main {selector}"), answer.text
    assert LessonPage.objects.count() == 1


def test_a_block_that_is_not_filled_in_says_so(lesson_page: LessonPage, client: Client):
    url = reverse("lesson_block", args=[lesson_page.pk])
    answer = client.post(url, {"prefix": "body-7", "body-7-type": "prose", "body-7-value": "```\nopen"})
    assert b"left to fill in, or to mend" in answer.content
    assert client.post(url, {"prefix": "body-7", "body-7-type": "x"}).status_code == 404


def test_a_picture_is_uploaded_into_the_text(lesson_page: LessonPage, client: Client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    url, content = reverse("lesson_picture"), BytesIO()
    Image.new("RGB", (2, 2)).save(content, "PNG")
    picture = SimpleUploadedFile("a.png", content.getvalue(), "image/png")
    assert "cannot see it" in client.post(url, {"file": picture}).json()["error"]
    picture.seek(0)
    answer = client.post(url, {"file": picture, "alt": "Two [sheep]"})
    assert answer.status_code == 201
    html = render_markdown(answer.json()["markdown"])
    assert 'alt="Two (sheep)"' in html
    assert 'src="/media/images/' in html
    text = SimpleUploadedFile("a.png", b"no picture", "image/png")
    assert client.post(url, {"file": text, "alt": "x"}).status_code == 400


def test_who_may_not_edit_the_lesson_gets_nothing_of_its_editor(lesson_page: LessonPage, client: Client):
    user = User.objects.create_user("eve@example.org", "correct horse", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="access_admin"))
    client.force_login(user)
    for name in ("lesson_sources", "lesson_block"):
        url = reverse(name, args=[lesson_page.pk])
        answer = client.get(url) if name == "lesson_sources" else client.post(url, {"prefix": "x"})
        assert answer.status_code == 302
    assert client.post(reverse("lesson_picture"), {"alt": "x"}).status_code == 302
