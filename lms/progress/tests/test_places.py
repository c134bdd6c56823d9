from __future__ import annotations

import pytest
from django.test import Client

from content.models import LessonPage
from lms.progress.models import LessonPlace
from lms.progress.places import headings_of

pytestmark = pytest.mark.django_db


def test_a_place_is_kept_and_offered(client: Client, lesson_page: LessonPage):
    headings = headings_of(lesson_page)
    for heading in headings[-1:]:
        answer = client.post("/progress/place/", {"lesson": lesson_page.slug, "heading": heading.id})
        assert answer.status_code == 204
    assert LessonPlace.objects.get().heading == headings[-1].id


def test_a_heading_that_the_lesson_does_not_have_is_refused(client: Client, lesson_page: LessonPage):
    answer = client.post("/progress/place/", {"lesson": lesson_page.slug, "heading": "nowhere"})
    assert answer.status_code == 400
    assert not LessonPlace.objects.exists()
