"""What a teacher sees, and what not."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
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
from lms.dashboard.teach.attempts import HIGHLIGHTED, MOST_HIGHLIGHTED, differences, source_files
from lms.grading.models import Feedback, Submission
from lms.grading.tests.people import (
    DAY,
    attempt,
    client_of,
    enter,
    make_class,
    make_learner,
    make_teacher,
)
from lms.progress.record import mark_mission, mark_read
from lms.progress.tests.conftest import exercise, lesson_folder, lesson_page, second_lesson

__all__ = ["exercise", "lesson_folder", "lesson_page", "second_lesson"]
pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def tina(db) -> User:
    return make_teacher()


@pytest.fixture
def monday(tina: User) -> Cohort:
    return make_class(tina)


@pytest.fixture
def teacher(tina: User) -> Client:
    return client_of(tina)


@pytest.fixture
def admin(db) -> Client:
    return client_of(make_teacher("root@example.org", everybody=True))


@pytest.fixture
def stuck_ada(monday: Cohort, exercise: Exercise) -> Learner:
    """In the class, and stuck: five attempts in vain."""
    ada = make_learner("ada@example.org", monday)
    for number in range(5):
        attempt(ada, exercise, "test_a", ago=(5 - number) * HOUR, files={"a.py": f"x = {number}\n"})
    return ada


@pytest.fixture
def bob(exercise: Exercise) -> Learner:
    """In no class."""
    bob = make_learner("bob@example.org")
    attempt(bob, exercise, "test_b")
    return bob


def pages(learner: Learner, cohort: Cohort) -> list[str]:
    latest = learner.submissions.latest("created_at")
    return [
        "/teach/",
        f"/teach/classes/{cohort.pk}/",
        f"/teach/course/?class={cohort.pk}",
        f"/teach/tracks/farm/?class={cohort.pk}",
        f"/teach/lessons/counting/?class={cohort.pk}",
        f"/teach/exercises/counting/repair_fence/?class={cohort.pk}",
        f"/teach/learners/?class={cohort.pk}",
        f"/teach/learners/{learner.pk}/",
        f"/teach/learners/{learner.pk}/counting/repair_fence/",
        f"/teach/attempts/{latest.pk}/",
    ]


def test_the_admin_is_offered_to_those_whom_it_lets_in(teacher: Client, tina: User):
    assert "Course admin" not in teacher.get("/teach/").text
    tina.user_permissions.add(Permission.objects.get(codename="access_admin"))
    assert "Course admin" in client_of(User.objects.get(pk=tina.pk)).get("/teach/").text


def test_a_teacher_opens_a_class_and_gets_a_link(teacher: Client):
    page = teacher.post(
        "/teach/classes/new/", {"name": "Evening", "starts_on": "2026-01-10", "ends_on": ""}, follow=True
    )
    cohort = Cohort.objects.get()
    assert cohort.name == "Evening"
    assert f"http://testserver/join/{cohort.join_token}/" in page.text


def test_a_class_does_not_end_before_it_starts(teacher: Client):
    page = teacher.post(
        "/teach/classes/new/", {"name": "Never", "starts_on": "2026-01-10", "ends_on": "2026-01-09"}
    )
    assert page.status_code == 400 and "before the first" in page.text
    assert not Cohort.objects.exists()


def test_every_page_tells_of_who_is_stuck(teacher: Client, stuck_ada: Learner, monday: Cohort):
    for path in pages(stuck_ada, monday):
        page = teacher.get(path)
        assert page.status_code == 200, path
        assert "ada@example.org" in page.text or path in ("/teach/",), path
    assert 'badge-warning">1<' in teacher.get("/teach/").text


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


def test_a_teacher_sees_the_own_learners_only(
    teacher: Client, tina: User, stuck_ada: Learner, bob: Learner, monday: Cohort
):
    others = make_class(make_teacher("otto@example.org"), "Tuesday")
    for path in pages(bob, others)[1:]:
        assert teacher.get(path).status_code == 404, path
    assert teacher.get("/teach/course/?class=everybody").status_code == 404
    assert teacher.get("/teach/export/learners.csv?class=everybody").status_code == 404
    assert "bob@" not in teacher.get("/teach/learners/").text
    assert teacher.get("/teach/exercises/counting/repair_fence/").context["numbers"].started == 1


def test_what_no_database_takes_is_looked_for_without_it(teacher: Client, stuck_ada: Learner):
    assert "ada@example.org" in teacher.get("/teach/learners/", {"q": "a\0da"}).text
    assert teacher.get("/teach/learners/", {"q": "a " * 2000}).status_code == 200


def test_who_leaves_is_seen_no_more(teacher: Client, stuck_ada: Learner, monday: Cohort):
    paths = pages(stuck_ada, monday)
    client_of(stuck_ada.user).post(f"/classes/{monday.pk}/leave/")
    assert [teacher.get(path).status_code for path in paths[-3:]] == [404, 404, 404]
    assert "ada@" not in teacher.get(f"/teach/course/?class={monday.pk}").text


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


def test_who_has_no_class_has_none_together(admin: Client, lesson_page):
    assert admin.get("/teach/course/?class=mine").status_code == 404
    assert "All my classes" not in admin.get("/teach/course/").text


def test_an_administrator_sees_everybody(admin: Client, stuck_ada: Learner, bob: Learner, monday: Cohort):
    for path in [*pages(stuck_ada, monday), *pages(bob, monday), "/teach/course/"]:
        assert admin.get(path).status_code == 200, path
    assert admin.get("/teach/course/").context["size"] == 2


@pytest.mark.parametrize("staff", [True, False])
def test_nobody_else_gets_there(staff: bool, stuck_ada: Learner, monday: Cohort):
    user = User.objects.create_user("eve@example.org", is_staff=staff)
    eve = client_of(user)
    for path in pages(stuck_ada, monday):
        assert eve.get(path).status_code == 403, path
        assert Client().get(path)["Location"].startswith("/accounts/login/"), path


def test_teachers_prove_a_second_factor(teacher: Client, settings, monday: Cohort):
    settings.STAFF_SECOND_FACTOR = True
    assert teacher.get("/teach/")["Location"] == "/accounts/2fa/"


def test_a_teacher_without_a_class_is_told_how_to_begin(teacher: Client, lesson_page):
    assert "You have no class yet" in teacher.get("/teach/course/", follow=True).text


def test_each_attempt_shows_its_difference_from_the_last(teacher: Client, stuck_ada: Learner):
    page = teacher.get(f"/teach/learners/{stuck_ada.pk}/counting/repair_fence/")
    newest, *_others, oldest = page.context["steps"]
    assert (newest.number, oldest.number, oldest.is_first) == (5, 1, True)
    (file,) = newest.diffs
    assert [(line.kind, line.text) for line in file.lines if line.kind != "place"] == [
        ("remove", "x = 3"),
        ("add", "x = 4"),
    ]


def test_code_that_is_not_kept_any_more_is_not_taken_for_the_starter(teacher: Client, stuck_ada: Learner):
    old, new = stuck_ada.submissions.order_by("created_at")[:2]
    Submission.objects.filter(pk=old.pk).update(files={}, checks=[], cleared_at=timezone.now())
    page = teacher.get(f"/teach/attempts/{old.pk}/").text
    assert (
        "not kept any more" in page and "The starter as it is" not in page and "No line differs" not in page
    )
    after = teacher.get(f"/teach/attempts/{new.pk}/")
    assert after.context["step"].diffs is None and '<pre tabindex="0" aria-label="a.py">' in after.text
    steps = teacher.get(f"/teach/learners/{stuck_ada.pk}/counting/repair_fence/").context["steps"]
    assert [step.diffs is None for step in steps] == [False, False, False, True, True]


def test_what_takes_long_to_compare_is_not_compared(exercise: Exercise):
    long, other = (f"{word}\n" * 1001 for word in "ab")
    found = differences(
        exercise, {"a.py": long, "b.py": "x\n"}, {"a.py": other, "b.py": "y\n", "c.py": other}
    )
    assert [(file.path, len(file.lines), file.is_cut) for file in found] == [
        ("a.py", 0, True),
        ("b.py", 3, False),
        ("c.py", 400, True),
    ]


def test_a_comment_is_sanitised_and_the_learner_finds_it(teacher: Client, stuck_ada: Learner):
    latest = stuck_ada.submissions.latest("created_at")
    assert teacher.post(f"/teach/attempts/{latest.pk}/", {"text": " "}).status_code == 400
    teacher.post(f"/teach/attempts/{latest.pk}/", {"text": "Look at *line 2* <script>alert(1)</script>"})
    ada = client_of(stuck_ada.user)
    assert "1 new" in ada.get("/progress/").text
    workspace = ada.get("/exercises/counting/repair_fence/").text
    assert "Look at <em>line 2</em>" in workspace and "alert(1)</script>" not in workspace
    (comment,) = Feedback.objects.all()
    attempts = ada.get("/exercises/counting/repair_fence/attempts/").json()["attempts"]
    assert [len(one["feedback"]) for one in attempts] == [1, 0, 0, 0, 0]
    assert (
        ada.post("/feedback/read/", {"feedback": [comment.pk, "x", "9" * 20, "9" * 5000]}).status_code == 204
    )
    assert "1 new" not in ada.get("/progress/").text
    assert "not read yet" not in teacher.get(f"/teach/attempts/{latest.pk}/").text


def test_a_learner_is_told_a_teachers_name_and_never_the_address(teacher: Client, stuck_ada: Learner):
    latest = stuck_ada.submissions.latest("created_at")
    teacher.post(f"/teach/attempts/{latest.pk}/", {"text": "Nearly."})
    ada = client_of(stuck_ada.user)
    pages = ("/progress/", "/exercises/counting/repair_fence/", "/exercises/counting/repair_fence/attempts/")
    assert all("Tina" in ada.get(page).text for page in pages)
    User.objects.update(first_name="")
    assert all("Your teacher" in ada.get(page).text for page in pages)
    assert not any("tina@" in ada.get(page).text for page in pages[1:]), (
        "/progress/ says who teaches the class"
    )


def test_nobody_marks_anothers_comment_as_read(teacher: Client, stuck_ada: Learner, bob: Learner):
    latest = stuck_ada.submissions.latest("created_at")
    teacher.post(f"/teach/attempts/{latest.pk}/", {"text": "Nearly."})
    client_of(bob.user).post("/feedback/read/", {"feedback": Feedback.objects.get().pk})
    assert Feedback.objects.get().read_at is None


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


def test_the_number_of_queries_does_not_grow(
    teacher: Client, stuck_ada: Learner, monday: Cohort, exercise: Exercise, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    paths = [*pages(stuck_ada, monday), "/teach/export/learners.csv"]
    counts = {}
    for path in paths:
        teacher.get(path)  # what a process reads once
        with CaptureQueriesContext(connection) as found:
            teacher.get(path)
        counts[path] = len(found)
    for number in range(12):
        other = make_learner(f"more{number}@example.org", monday)
        for failed in (["test_a"], ["test_b"], ["test_a", "test_b"], [], ["test_a"], ["test_b"]):
            attempt(other, exercise, *failed)
            attempt(stuck_ada, exercise, *failed)
    for path in paths:
        with django_assert_num_queries(counts[path]):
            teacher.get(path)
    assert 0 < min(counts.values()) <= max(counts.values()) <= 30, counts


def test_lessons_of_the_folder_are_listed(teacher: Client, monday: Cohort, lesson_page):
    assert "Counting sheep" in teacher.get("/teach/course/").text


def test_a_learner_chooses_neither_the_lexer_nor_how_long_it_works():
    texts = {
        "shop/views.py": "import os\n",
        "shop/x.prolog": "a :- b.\n",
        "shop/long.py": "x = 1\n" * MOST_HIGHLIGHTED,
        "<b>.py": "<script>\n",
    }
    shown = dict(source_files(Submission(files=texts)))
    assert "<span" in shown["shop/views.py"]
    assert "<span" not in shown["shop/x.prolog"] + shown["shop/long.py"]
    assert "<script>" not in shown["<b>.py"]
    all_kinds = {f"shop/file{suffix}": "text" for suffix in HIGHLIGHTED}
    assert len(source_files(Submission(files=all_kinds))) == len(HIGHLIGHTED)
