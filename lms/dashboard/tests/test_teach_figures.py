"""What a teacher's pages and tables count."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from content.models import Exercise, LessonPage
from lms.accounts.models import Learner, User
from lms.classes import figures
from lms.classes.models import Cohort, Figures
from lms.dashboard.teach import export_views, outline
from lms.grading.tests.people import DAY, attempt, client_of, enter, make_class, make_learner, make_teacher
from lms.progress.record import mark_mission, mark_read

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_the_numbers_of_an_exercise(teacher: Client, stuck_ada: Learner, monday: Cohort, exercise: Exercise):
    carl = make_learner("carl@example.org", monday)
    attempt(carl, exercise, "test_a", "test_b", ago=2 * HOUR)
    attempt(carl, exercise, state="error", ago=HOUR)
    attempt(carl, exercise)
    page = teacher.get("/teach/exercises/counting/repair_fence/")
    assert page.context["numbers"].started == 2
    assert page.context["numbers"].passed == 1
    assert page.context["numbers"].seconds == (7200, 7200, 7200)
    assert page.context["numbers"].tries == (3, 3, 3)
    assert [(bar.label, bar.value) for bar in page.context["checks"]] == [
        ("test_a holds.", 6),
        ("test_b holds.", 1),
    ]
    groups = page.context["failures"].groups
    assert [(group.checks, group.learners, group.attempts) for group in groups] == [
        (("test_a holds.",), 1, 5),
        (("test_a holds.", "test_b holds."), 1, 1),
        ((), 1, 1),
    ]
    assert groups[0].example == stuck_ada.submissions.latest("created_at").pk
    assert "The project did not start" in page.text


def test_the_funnel_of_a_lesson(teacher: Client, monday: Cohort, exercise: Exercise):
    now = timezone.now()
    through, reader, gone = (make_learner(f"{name}@example.org", monday) for name in ("t", "r", "g"))
    mark_read(learner=through, lesson="counting", now=now)
    mark_mission(learner=through, lesson="counting", mission="jump", at=now)
    attempt(through, exercise)
    mark_read(learner=reader, lesson="counting", now=now)
    mark_read(learner=gone, lesson="counting", now=now - 8 * DAY)
    page = teacher.get("/teach/lessons/counting/")
    assert [(bar.label, bar.value) for bar in page.context["funnel"]] == [
        ("Started", 3),
        ("Read to the end", 3),
        ("All missions of the demo", 1),
        ("All exercises passed", 1),
        ("All of these", 1),
    ]
    assert page.context["numbers"].stopped == {"missions": 1}


def test_an_exercise_that_is_withdrawn_keeps_nobody_from_being_through(
    teacher: Client, monday: Cohort, exercise: Exercise
):
    ada, now = make_learner("ada@example.org", monday), timezone.now()
    mark_read(learner=ada, lesson="counting", now=now)
    mark_mission(learner=ada, lesson="counting", mission="jump", at=now)
    assert teacher.get("/teach/lessons/counting/").context["numbers"].through == 0
    Exercise.objects.update(live=False)
    page = teacher.get("/teach/lessons/counting/")
    assert page.context["numbers"].through == 1
    assert "All exercises passed" not in [bar.label for bar in page.context["funnel"]]


def test_what_is_kept_of_pages_is_forgotten_now_and_then(
    teacher: Client, monday: Cohort, lesson_page: LessonPage, second_lesson: Path, monkeypatch
):
    teacher.get("/teach/course/")
    monkeypatch.setattr(outline, "MOST_KEPT", 0)
    call_command("load_lessons", stdout=StringIO(), stderr=StringIO())
    page = teacher.get("/teach/course/")
    assert "/teach/lessons/counting/" in page.text and "/teach/lessons/shearing/" in page.text


def test_all_own_classes_together(
    teacher: Client, tina: User, stuck_ada: Learner, bob: Learner, monday: Cohort, exercise: Exercise
):
    assert "?class=mine" not in teacher.get("/teach/").text, "one class needs no sum"
    tuesday = make_class(tina, "Tuesday")
    enter(tuesday, stuck_ada)
    cleo = make_learner("cleo@example.org", tuesday)
    attempt(cleo, exercise)
    attempt(make_learner("dora@example.org", make_class(make_teacher("otto@example.org"))), exercise)

    assert "?class=mine" in teacher.get("/teach/").text
    page = teacher.get("/teach/course/?class=mine")
    assert (page.context["size"], page.context["stuck_count"]) == (2, 1), "Ada is in both"
    assert '<option value="mine" selected>All my classes</option>' in page.text
    assert 'href="/teach/tracks/farm/?class=mine"' in page.text
    numbers = teacher.get("/teach/exercises/counting/repair_fence/?class=mine").context["numbers"]
    assert (numbers.started, numbers.passed) == (2, 1)
    found = teacher.get("/teach/learners/?class=mine").text
    assert [name in found for name in ("ada@", "cleo@", "bob@", "dora@")] == [True, True, False, False]
    table = csv.DictReader(io.StringIO(teacher.get("/teach/export/learners.csv?class=mine").text))
    assert [row["email"] for row in table] == ["ada@example.org", "cleo@example.org"]
    lesson = teacher.get("/teach/lessons/counting/?class=mine")
    assert lesson.context["numbers"].started == 2


def test_many_learners_of_several_classes_are_counted_once_a_while(
    teacher: Client, tina: User, stuck_ada: Learner, exercise: Exercise, monkeypatch
):
    monkeypatch.setattr(figures, "MOST_LIVE", 1)
    cache.clear()
    tuesday = make_class(tina, "Tuesday")
    cleo = make_learner("cleo@example.org", tuesday)

    def passed() -> int:
        page = teacher.get("/teach/exercises/counting/repair_fence/?class=mine")
        return page.context["numbers"].passed

    assert passed() == 0
    attempt(cleo, exercise)
    assert passed() == 0, "as counted a moment ago"
    client_of(stuck_ada.user).post(f"/classes/{stuck_ada.memberships.get().cohort_id}/leave/")
    make_learner("dora@example.org", tuesday)
    assert passed() == 1, "others than those who were counted"
    assert not Figures.objects.exists()


def test_a_lesson_that_was_written_in_the_admin_is_counted(
    teacher: Client, monday: Cohort, lesson_page: LessonPage, exercise: Exercise
):
    """It has no folder and no row of the syllabus; learners find it all the same."""
    page = LessonPage(title="Dreaming", slug="dreaming", feature="Dreaming", why="Sleep")
    page.body = [("prose", "## See it\n\nClose your eyes."), ("exercise", "repair_dream")]
    lesson_page.get_parent().add_child(instance=page)
    page.save_revision().publish()
    there = {**exercise.document().fields(), "lesson": "dreaming", "slug": "repair_dream"}
    dream = Exercise.objects.create(**there, live=True)
    attempt(make_learner("ada@example.org", monday), dream)
    query = f"?class={monday.pk}"
    assert "Dreaming" in teacher.get(f"/teach/course/{query}").text
    assert teacher.get(f"/teach/lessons/dreaming/{query}").status_code == 200
    rows = csv.DictReader(io.StringIO(teacher.get(f"/teach/export/exercises.csv{query}").text))
    assert {row["exercise"]: row["learners who passed"] for row in rows}["dreaming/repair_dream"] == "1"


def test_tables_hold_no_formula(teacher: Client, stuck_ada: Learner, monday: Cohort):
    user = stuck_ada.user
    user.first_name, user.last_name = '=HYPERLINK("//evil")', "@x\x07"
    user.save()
    text = teacher.get("/teach/export/learners.csv").content.decode()
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["name"].startswith("'=HYPERLINK")
    assert (row["email"], row["exercises tried"], row["attempts"]) == ("ada@example.org", "1", "5")
    for kind in ("learners", "exercises", "work", "attempts"):
        answer = teacher.get(f"/teach/export/{kind}.xlsx")
        assert answer.status_code == 200
        sheet = load_workbook(io.BytesIO(answer.content)).active
        assert all(cell.data_type != "f" for row in sheet.rows for cell in row)
        assert sheet.max_row == (6 if kind == "attempts" else 2)
    assert teacher.get("/teach/export/secrets.csv").status_code == 404


def test_a_table_calls_everybody_as_the_pages_do(teacher: Client, stuck_ada: Learner, monday: Cohort):
    for kind in ("learners", "work"):
        (row,) = csv.DictReader(io.StringIO(teacher.get(f"/teach/export/{kind}.csv").text))
        assert row["name"] == "ada@example.org", "who has given no name is called by their address"


def test_a_table_that_is_too_long_is_refused(teacher: Client, stuck_ada: Learner, monkeypatch):
    monkeypatch.setitem(export_views.MOST_ROWS, "csv", 4)
    page = teacher.get("/teach/export/attempts.csv")
    assert page.status_code == 413 and "more than 4 rows" in page.text


def test_lessons_of_the_folder_are_listed(teacher: Client, monday: Cohort, lesson_page):
    assert "Counting sheep" in teacher.get("/teach/course/").text
