"""Times of a schedule: read, and shown, in the time zone of whoever asks, which the editor names."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from wagtail.users.models import UserProfile

from content.models import Exercise, LessonPage
from content.tests.test_admin import form_of, fresh, save
from lms.accounts.models import User

pytestmark = pytest.mark.django_db
DUE = "2031-01-15 09:00"


@pytest.fixture(autouse=True)
def signed_in(client: Client, instructor: User) -> None:
    client.force_login(instructor)


@pytest.fixture
def in_kathmandu(instructor: User) -> None:
    profile = UserProfile.get_for_user(instructor)
    profile.current_time_zone = "Asia/Kathmandu"
    profile.save()


def editor(client: Client, page: LessonPage) -> str:
    return words(client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])))


def words(response: HttpResponse) -> str:
    """Return the page, with spaces for its line ends: the schedule stands in a template element."""
    return " ".join(response.content.decode().split())


def scheduled(client: Client, page: LessonPage) -> datetime:
    assert save(client, page, {**form_of(page), "go_live_at": DUE}).status_code == 302
    return fresh(page).get_latest_revision().approved_go_live_at


def test_times_are_utc_until_somebody_chooses_a_zone(lesson_page: LessonPage, client: Client):
    assert "time zone UTC, where it is" in editor(client, lesson_page)
    assert scheduled(client, lesson_page) == datetime(2031, 1, 15, 9, 0, tzinfo=UTC)


def test_times_are_in_the_zone_of_the_account(lesson_page: LessonPage, client: Client, in_kathmandu):
    assert "time zone Asia/Kathmandu, where it is" in editor(client, lesson_page)
    assert scheduled(client, lesson_page) == datetime(2031, 1, 15, 3, 15, tzinfo=UTC)
    page = editor(client, lesson_page)
    assert f'name="go_live_at" value="{DUE}"' in page
    assert "Times are in the time zone Asia/Kathmandu." in page


def test_an_exercise_says_it_as_well(lesson_page: LessonPage, client: Client, in_kathmandu):
    url = reverse("wagtailsnippets_content_exercise:edit", args=[Exercise.objects.get().pk])
    assert "time zone Asia/Kathmandu" in words(client.get(url))


def test_the_zone_can_be_chosen_where_the_editor_leads(lesson_page: LessonPage, client: Client):
    account = client.get(reverse("wagtailadmin_account"))
    zones = BeautifulSoup(account.content, "html.parser").select("[name$=current_time_zone] option")
    assert "Asia/Kathmandu" in {zone["value"] for zone in zones}
