"""The admin's home leads whoever writes to where that is done."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from content.models import LessonPage
from lms.accounts.groups import AUTHORS, TEACHERS, ensure_roles
from lms.accounts.models import User

pytestmark = pytest.mark.django_db


def home_of(user: User) -> tuple[Client, str]:
    client = Client()
    client.force_login(user)
    answer = client.get("/cms/")
    assert answer.status_code == 200
    return client, answer.content.decode()


@pytest.fixture
def user() -> User:
    return User.objects.create_user("one@example.org", "correct horse")


def test_an_author_finds_where_to_write(lesson_page: LessonPage, user: User):
    user.groups.add(ensure_roles()[AUTHORS])
    client, home = home_of(user)
    track = lesson_page.get_parent()
    new_lesson = f"/cms/pages/add/content/lessonpage/{track.pk}/"
    assert re.search(rf'href="{new_lesson}">\s*{track.title}', home)
    new_exercise = re.search(r'href="([^"]+)">New exercise', home)[1]
    for address in (new_lesson, new_exercise):
        assert client.get(address).status_code == 200


def test_who_may_not_write_is_led_nowhere(lesson_page: LessonPage, user: User):
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    _, home = home_of(user)
    assert "New exercise" not in home
    assert "/pages/add/" not in home


def test_the_admin_leads_back_to_the_course_and_a_teacher_to_teaching(lesson_page: LessonPage, user: User):
    groups = ensure_roles()
    user.groups.add(groups[AUTHORS])
    _, home = home_of(user)
    assert "The course" in home
    assert '"/teach/"' not in home
    user.groups.add(groups[TEACHERS])
    assert '"/teach/"' in home_of(User.objects.get(pk=user.pk))[1]
