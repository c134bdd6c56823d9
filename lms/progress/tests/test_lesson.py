"""What the lesson and the roadmap show of progress, and what their forms do, with and without script."""

from __future__ import annotations

import json
import re
from io import StringIO
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core import signing
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from content.models import Exercise, LessonPage
from content.tests.folders import LESSON
from lms.accounts.learners import SESSION_KEY
from lms.accounts.models import Learner
from lms.progress.models import LessonRead, QuizAnswer
from lms.progress.tests.steps import hand_in, quiz_fields, receipt, reserve_key, submit

pytestmark = pytest.mark.django_db
URL = "/farm/counting/"
HTMX = {"HX-Request": "true"}


def body_of(client: Client, url: str = URL) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def left(client: Client) -> str:
    """Return what the lesson says is left, as one line of text."""
    return words_of(body_of(client))


def words_of(body: str) -> str:
    return " ".join(BeautifulSoup(body, "html.parser").find(id="lesson-progress").get_text(" ").split())


def load() -> None:
    call_command("load_lessons", "--force", stdout=StringIO(), stderr=StringIO())


def test_a_visitor_sees_exactly_what_is_left(client: Client, lesson_page: LessonPage):
    words = left(client)
    for thing in ("0 of 5 done", "Read to the end", "Mission: Make one jump.", "Exercise: Repair the fence"):
        assert thing in words
    assert "2 of 2 quiz questions" in words


def test_looking_at_a_lesson_makes_no_learner(client: Client, lesson_page: LessonPage):
    body_of(client)
    body_of(client, "/")
    assert not Learner.objects.exists()


def test_the_stage_s_badge_names_the_visitor_that_the_first_deed_makes(
    client: Client, lesson_page: LessonPage
):
    badge = re.search(r'src="([^"]+)\?badge=([^"]+)"', body_of(client))
    assert badge[1] == f"{settings.DEMOS_ORIGIN}/stage/farm/counting/"
    signer = signing.TimestampSigner(key=settings.RECEIPT_KEY, salt="badge")
    key = signer.unsign(badge[2].replace("%3A", ":"))
    client.post("/progress/read/", {"lesson": "counting"})
    assert Learner.objects.get().key.hex == key
    assert client.session[SESSION_KEY] == str(Learner.objects.get().key)


def test_marking_as_read_without_script_leads_back(client: Client, lesson_page: LessonPage):
    response = client.post("/progress/read/", {"lesson": "counting"})
    assert (response.status_code, response["Location"]) == (302, f"{URL}#lesson-read")
    assert "You have read this lesson" in body_of(client)
    assert LessonRead.objects.count() == 1


def test_marking_as_read_with_htmx_exchanges_the_marker_and_what_is_left(
    client: Client, lesson_page: LessonPage
):
    body = client.post("/progress/read/", {"lesson": "counting"}, headers=HTMX).content.decode()
    assert "You have read this lesson" in body
    assert '<div id="lesson-progress" hx-swap-oob="innerHTML">' in body
    assert "20 %" in body
    assert "Read to the end" not in body


def test_a_lesson_that_does_not_exist_cannot_be_read(client: Client, lesson_page: LessonPage):
    for fields in ({"lesson": "nowhere"}, {}):
        response = client.post("/progress/read/", fields)
        assert (response.status_code, "There is no lesson" in response.content.decode()) == (400, True)
    assert not Learner.objects.exists()


def test_a_lesson_that_is_not_published_takes_nothing(client: Client, lesson_page: LessonPage):
    lesson_page.unpublish()
    assert client.post("/progress/read/", {"lesson": "counting"}).status_code == 400


def test_the_first_answer_the_latest_and_being_right_are_kept(client: Client, lesson_page: LessonPage):
    for answers in ((0,), (1,), (0,)):
        client.post("/progress/quiz/", quiz_fields(lesson_page, 0, *answers))
    row = QuizAnswer.objects.get()
    assert (row.first_answers, row.first_right, row.latest_answers) == ([0], False, [0])
    assert row.right_at is not None
    assert "1 of 2 quiz questions" in left(client)


def test_an_answer_by_htmx_brings_the_question_with_its_explanation(client: Client, lesson_page: LessonPage):
    body = client.post("/progress/quiz/", quiz_fields(lesson_page, 0, 0), headers=HTMX).content.decode()
    assert "A slice of one has one." in body
    assert "2 of 2 quiz questions" in words_of(body)


def test_an_answer_without_script_is_shown_when_the_page_comes_back(client: Client, lesson_page: LessonPage):
    assert "A slice of one has one." not in body_of(client)
    response = client.post("/progress/quiz/", quiz_fields(lesson_page, 0, 0))
    anchor = response["Location"].partition("#")[2]
    body = body_of(client)
    assert f'id="{anchor}"' in body
    assert "A slice of one has one." in body


def test_of_several_right_answers_all_are_needed(client: Client, lesson_page: LessonPage):
    client.post("/progress/quiz/", quiz_fields(lesson_page, 1, 0))
    assert QuizAnswer.objects.get().right_at is None
    client.post("/progress/quiz/", quiz_fields(lesson_page, 1, 0, 1))
    assert QuizAnswer.objects.get().right_at is not None


@pytest.mark.parametrize(
    "changed",
    [
        {"answers": []},
        {"answers": [9]},
        {"answers": ["x"]},
        {"question": 7},
        {"question": "x"},
        {"block": "none"},
        {"lesson": "nowhere"},
    ],
)
def test_a_bad_answer_is_refused_with_a_reason(client: Client, lesson_page: LessonPage, changed):
    response = client.post(
        "/progress/quiz/", {**quiz_fields(lesson_page, 0, 1), **changed}, content_type="application/json"
    )
    assert response.status_code == 400
    assert json.loads(response.content)["error"]
    assert not QuizAnswer.objects.exists()


def test_a_question_that_was_changed_has_to_be_answered_again(
    client: Client, lesson_page: LessonPage, lesson_folder: Path
):
    client.post("/progress/quiz/", quiz_fields(lesson_page, 0, 1))
    path = lesson_folder / "lesson.md"
    path.write_text(LESSON.replace("A slice of one has one.", "Put better."))
    load()
    assert "1 of 2 quiz questions" in left(client)
    path.write_text(LESSON.replace("One at most", "Two at most"))
    load()
    assert "2 of 2 quiz questions" in left(client)


def test_a_passed_submission_counts_and_a_failed_one_does_not(
    client: Client, lesson_page: LessonPage, exercise: Exercise
):
    learner = Learner.objects.create(key=reserve_key(client))
    submit(learner, exercise, "failed")
    assert "Exercise: Repair the fence" in left(client)
    assert "Tried" in body_of(client)
    submit(learner, exercise)
    submit(learner, exercise, "failed")
    assert "Exercise: Repair the fence" not in left(client)
    assert "1 of 5 done" in left(client)


def test_a_lesson_is_done_when_all_of_it_is_done(client: Client, lesson_page: LessonPage, exercise: Exercise):
    key = reserve_key(client)
    client.post("/progress/read/", {"lesson": "counting"})
    client.post("/progress/quiz/", quiz_fields(lesson_page, 0, 1))
    client.post("/progress/quiz/", quiz_fields(lesson_page, 1, 0, 1))
    submit(Learner.objects.get(), exercise)
    assert "80 %" in body_of(client)
    answer = hand_in(client, receipt(key)).json()
    assert (answer["percent"], answer["done"]) == (100, True)
    assert "This lesson is done." in body_of(client)
    assert "Done" in body_of(client, "/")


def test_percent_follows_an_exercise_that_is_withdrawn_and_added(
    client: Client, lesson_page: LessonPage, exercise: Exercise
):
    learner = Learner.objects.create(key=reserve_key(client))
    submit(learner, exercise)
    client.post("/progress/read/", {"lesson": "counting"})
    assert "2 of 5 done" in body_of(client)
    lesson_page.body = [child for child in lesson_page.body.raw_data if child["type"] != "exercise"]
    lesson_page.save_revision().publish()
    assert "1 of 4 done" in body_of(client)
    lesson_page.body = [*lesson_page.body.raw_data, {"type": "exercise", "value": "repair_fence"}]
    lesson_page.save_revision().publish()
    assert "2 of 5 done" in body_of(client)


def test_an_exercise_that_the_page_names_and_nobody_has_is_not_asked_for(
    client: Client, lesson_page: LessonPage, exercise: Exercise
):
    exercise.delete()
    assert "0 of 4 done" in body_of(client)


def test_the_roadmap_tells_not_started_percent_and_done(client: Client, lesson_page: LessonPage):
    assert "Not started" in body_of(client, "/")
    client.post("/progress/read/", {"lesson": "counting"})
    body = body_of(client, "/")
    assert "Not started" not in body
    assert "20 %" in body


def test_a_longer_roadmap_takes_no_more_queries(
    client: Client, lesson_page: LessonPage, second_lesson: Path, django_assert_num_queries
):
    client.post("/progress/read/", {"lesson": "counting"})
    body_of(client, "/")
    with CaptureQueriesContext(connection) as queries:
        body_of(client, "/")
    before = len(queries)
    load()
    assert LessonPage.objects.live().count() == 2
    body_of(client, "/")  # the first one after a publication reads the course
    with django_assert_num_queries(before):
        assert "20 %" in body_of(client, "/")


def test_nobody_sees_another_s_progress(client: Client, lesson_page: LessonPage):
    client.post("/progress/read/", {"lesson": "counting"})
    assert "Read to the end" in body_of(Client())
