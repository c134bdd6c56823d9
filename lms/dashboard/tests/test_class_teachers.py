"""A class is taught by several: they let each other in, and the last one stays."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client

from lms.accounts.models import User
from lms.classes.models import Cohort
from lms.grading.tests.people import client_of, make_class, make_learner, make_teacher

pytestmark = pytest.mark.django_db


@pytest.fixture
def otto(db) -> User:
    return make_teacher("otto@example.org")


@pytest.fixture
def evening(tina: User) -> Cohort:
    return make_class(tina, "Evening")


def page(cohort: Cohort) -> str:
    return f"/teach/classes/{cohort.pk}/"


def add(client: Client, cohort: Cohort, email: str):
    return client.post(f"{page(cohort)}teachers/", {"email": email}, follow=True)


def remove(client: Client, cohort: Cohort, user: User):
    return client.post(f"{page(cohort)}teachers/{user.pk}/remove/", follow=True)


def test_a_teacher_lets_another_one_in_by_address(teacher: Client, otto: User, evening: Cohort):
    ada = make_learner("ada@example.org", evening)
    others = client_of(otto)
    assert others.get(page(evening)).status_code == 404
    assert "Teachers (2)" in add(teacher, evening, " Otto@Example.org ").text
    assert "otto@example.org" in teacher.get(page(evening)).text
    paths = (page(evening), f"/teach/course/?class={evening.pk}", f"/teach/learners/{ada.pk}/")
    assert [others.get(path).status_code for path in paths] == [200, 200, 200]
    assert others.get(f"/api/v1/cohorts/{evening.pk}/").status_code == 200
    assert "taught this class already" in add(teacher, evening, "otto@example.org").text
    assert evening.teachers.count() == 2


@pytest.mark.parametrize("email", ["nobody@example.org", "ada@example.org", "former@example.org"])
def test_whoever_does_not_teach_is_refused_and_nothing_is_told_of_who_has_an_account(
    teacher: Client, evening: Cohort, email: str
):
    make_learner("ada@example.org", evening)
    make_teacher("former@example.org")
    User.objects.filter(email="former@example.org").update(is_active=False)
    answer = add(teacher, evening, email)
    assert answer.status_code == 400
    assert answer.context["form"].errors["email"] == [
        "No teacher has this address. An administrator can put an account into the group Teachers."
    ]
    assert f'value="{email}"' in answer.text
    assert evening.teachers.count() == 1


def test_what_is_no_address_is_refused(teacher: Client, evening: Cohort):
    for email in ("", "otto", "a\0b@example.org", f"{'x' * 300}@example.org"):
        assert add(teacher, evening, email).status_code == 400


def test_a_page_with_a_refusal_leads_to_the_other_learners(teacher: Client, evening: Cohort, monkeypatch):
    monkeypatch.setattr("lms.dashboard.teach.class_views.MEMBERS_A_PAGE", 1)
    for name in ("ada", "bob"):
        make_learner(f"{name}@example.org", evening)
    refused = add(teacher, evening, "nobody@example.org")
    assert f'href="{page(evening)}?page=2"' in refused.text


def test_who_is_taken_out_loses_everything_at_once(teacher: Client, otto: User, evening: Cohort):
    ada = make_learner("ada@example.org", evening)
    add(teacher, evening, otto.email)
    others = client_of(otto)
    assert others.get(page(evening)).status_code == 200
    assert "does not teach this class any more" in remove(teacher, evening, otto).text
    paths = (page(evening), f"/teach/course/?class={evening.pk}", f"/teach/learners/{ada.pk}/")
    assert [others.get(path).status_code for path in paths] == [404, 404, 404]
    assert [
        others.post(f"{page(evening)}{path}").status_code for path in ("link/", "teachers/", "delete/")
    ] == [
        404,
        404,
        404,
    ]
    assert others.get(f"/api/v1/cohorts/{evening.pk}/").status_code == 404
    assert "ada@" not in others.get("/teach/learners/", follow=True).text
    assert remove(teacher, evening, otto).status_code == 200, "a second press changes nothing"


def test_one_who_leaves_is_led_to_the_classes_that_are_left(teacher: Client, tina: User, otto: User, evening):
    add(teacher, evening, otto.email)
    left = remove(teacher, evening, tina)
    assert left.redirect_chain == [("/teach/", 302)]
    assert "You do not teach “Evening” any more" in left.text
    assert teacher.get(page(evening)).status_code == 404


def test_a_look_at_the_question_takes_nobody_out(teacher: Client, tina: User, otto: User, evening: Cohort):
    add(teacher, evening, otto.email)
    assert "Leave “Evening” to the others" in teacher.get(f"{page(evening)}teachers/{tina.pk}/remove/").text
    asked = teacher.get(f"{page(evening)}teachers/{otto.pk}/remove/").text
    assert "from the teachers of “Evening”" in asked and "otto@example.org" in asked
    assert set(evening.teachers.all()) == {tina, otto}


def test_the_last_one_stays(teacher: Client, tina: User, otto: User, evening: Cohort):
    assert f"/teachers/{tina.pk}/remove/" not in teacher.get(page(evening)).text
    refused = remove(teacher, evening, tina)
    assert refused.status_code == 409
    assert "Add another teacher first" in refused.text
    add(teacher, evening, otto.email)
    otto.is_active = False
    otto.save()
    assert remove(teacher, evening, tina).status_code == 409, "the other one could not get at the class"
    assert set(evening.teachers.all()) == {tina, otto}


def test_an_administrator_hands_a_class_over(tina: User, otto: User, evening: Cohort):
    call_command("roles", verbosity=0)
    root = User.objects.create_user("root@example.org", is_staff=True)
    root.groups.set(root.groups.model.objects.filter(name="Administrators"))
    admin = client_of(root)
    assert add(admin, evening, otto.email).status_code == 200
    assert remove(admin, evening, tina).status_code == 200
    assert list(evening.teachers.all()) == [otto]
    assert remove(admin, evening, otto).status_code == 409
    change = f"/django-admin/classes/cohort/{evening.pk}/change/"
    assert admin.get(change).status_code == 200
    fields = {"name": "Evening", "starts_on": "2026-01-10", "ends_on": ""}
    assert admin.post(change, {**fields, "teachers": f"{tina.pk},{otto.pk}"}).status_code == 302
    assert set(evening.teachers.all()) == {tina, otto}


def test_a_teacher_touches_no_teachers_of_anothers_class(otto: User, tina: User, evening: Cohort):
    others = client_of(otto)
    assert add(others, evening, otto.email).status_code == 404
    assert remove(others, evening, tina).status_code == 404
    assert list(evening.teachers.all()) == [tina]
