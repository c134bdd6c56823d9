"""Who gets to the teacher's pages, and whom they see there."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from content.models import Exercise
from lms.accounts.models import Learner, User
from lms.classes.models import Cohort
from lms.grading.tests.people import attempt, client_of, make_class, make_learner, make_teacher

pytestmark = pytest.mark.django_db


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
