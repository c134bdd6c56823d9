"""What a lesson needs is chosen from the course's lessons; the order in which it was written stays."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from content.models import LessonPage
from content.needs import way_back
from content.tests.test_admin import errors_of, form_of, fresh, new_lesson, save
from lms.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def signed_in(client: Client, instructor: User) -> None:
    client.force_login(instructor)


@pytest.fixture
def feeding(lesson_page: LessonPage, client: Client) -> LessonPage:
    """A second lesson, written in the admin and published; it needs `counting`."""
    assert new_lesson(client, lesson_page.get_parent(), needs="counting").status_code == 302
    page = LessonPage.objects.get(slug="feeding")
    page.get_latest_revision().publish()
    return fresh(page)


def boxes(client: Client, page: LessonPage) -> dict[str, Any]:
    """Return the boxes of the editor by the words beside them."""
    response = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    soup = BeautifulSoup(response.content, "html.parser")
    return {box.parent.get_text(strip=True): box for box in soup.select("input[name=needs]")}


def test_lessons_are_offered_by_title_and_ticked(feeding: LessonPage, client: Client):
    offered = boxes(client, feeding)
    assert offered["Counting sheep"].has_attr("checked")
    assert "Feeding sheep" not in offered, "a lesson does not need itself"
    assert fresh(feeding).document().front.needs == ("counting",)
    assert not any(box.has_attr("checked") for box in boxes(client, LessonPage.objects.first()).values())


def test_what_is_not_there_yet_can_be_needed_and_says_so(lesson_page: LessonPage, client: Client):
    new_lesson(client, lesson_page.get_parent())
    labels = set(boxes(client, lesson_page))
    assert "Feeding sheep (not published)" in labels
    assert "Shearing (not written yet)" in labels


def test_needs_keep_their_order_and_new_ones_follow(lesson_page: LessonPage, feeding: LessonPage, client):
    lesson_page.needs = "shearing\nfeeding"
    LessonPage.objects.filter(pk=feeding.pk).update(needs="")
    lesson_page.save()
    data = {**form_of(lesson_page), "needs": ["feeding", "shearing"]}
    assert save(client, lesson_page, data).status_code == 302
    assert fresh(lesson_page).needs_list == ("shearing", "feeding")


def test_a_lesson_that_does_not_exist_is_refused(lesson_page: LessonPage, client: Client):
    data = {**form_of(lesson_page), "needs": ["milking"]}
    assert "There is no lesson milking" in errors_of(save(client, lesson_page, data))


def test_a_lesson_that_is_gone_can_be_unticked(lesson_page: LessonPage, client: Client):
    LessonPage.objects.update(needs="milking")
    page = fresh(lesson_page)
    page.save_revision().publish()
    assert boxes(client, page)["milking (there is no such lesson)"].has_attr("checked")
    assert "There is no lesson milking" in errors_of(save(client, page, form_of(page)))
    assert save(client, page, {**form_of(page), "needs": []}).status_code == 302
    assert fresh(page).needs_list == ()


def test_two_lessons_cannot_need_each_other(feeding: LessonPage, lesson_page: LessonPage, client: Client):
    data = {**form_of(lesson_page), "needs": ["feeding"]}
    for publish in (True, False):
        words = errors_of(save(client, lesson_page, data, publish=publish))
        assert "“Feeding sheep” needs this lesson: it cannot come before it." in words


def test_a_draft_counts_as_well(feeding: LessonPage, lesson_page: LessonPage, client: Client):
    LessonPage.objects.filter(pk=feeding.pk).update(needs="", has_unpublished_changes=True)
    data = {**form_of(lesson_page), "needs": ["feeding"]}
    assert "“Feeding sheep” needs this lesson" in errors_of(save(client, lesson_page, data))


def test_a_lesson_cannot_need_itself(lesson_page: LessonPage, client: Client):
    data = {**form_of(lesson_page), "needs": ["counting"]}
    assert "cannot need itself" in errors_of(save(client, lesson_page, data))


def test_the_way_back_is_found_through_others():
    needs = {"b": ["c", "d"], "c": ["d"], "d": ["a"], "e": ["e"]}
    assert way_back("a", ["e", "b"], needs) == ["b", "d", "a"]
    assert way_back("a", ["e"], needs) == []
