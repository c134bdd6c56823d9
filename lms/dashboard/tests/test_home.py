from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from content.models import LessonPage
from content.pages import roadmap
from lms.accounts.models import Learner
from lms.dashboard.home import home_of
from lms.progress.models import LessonPlace
from lms.progress.state import ProgressOfRequest

pytestmark = pytest.mark.django_db


def test_somebody_new_starts_with_the_first_lesson_that_is_written(lesson_page: LessonPage):
    home = home_of(ProgressOfRequest(None), roadmap(None))
    assert home.is_new
    assert home.next is not None
    assert home.next.row.slug == lesson_page.slug


def test_who_has_begun_goes_on_where_they_were(lesson_page: LessonPage):
    learner = Learner.objects.create()
    LessonPlace.objects.create(
        learner=learner, lesson=lesson_page.slug, heading="how-it-works", seen_at=timezone.now()
    )
    home = home_of(ProgressOfRequest(learner), roadmap(None))
    assert home.begun == (home.next,)
    assert home.next.url.endswith("#how-it-works")
    assert "1 mission, 1 exercise, 2 quiz questions" in home.next.left


def test_the_roadmap_has_the_button(client: Client, lesson_page: LessonPage):
    assert "Start here" in client.get("/").text
