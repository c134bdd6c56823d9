"""A class's link: who gets in by it, and who does not."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone

from lms.accounts.mailbox import read_messages
from lms.accounts.models import User
from lms.classes.models import Cohort, Membership
from lms.dashboard.teach.forms import CohortForm
from lms.grading.tests.people import DAY, client_of, make_class, make_learner, make_teacher

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(db) -> Cohort:
    return make_class(make_teacher(), "Evening")


@pytest.fixture
def link(cohort: Cohort) -> str:
    return f"/join/{cohort.join_token}/"


def test_a_visitor_signs_up_and_is_back_at_the_class(link: str, client: Client, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.EMAIL_BACKEND = "lms.accounts.mailbox.MailboxBackend"
    cache.clear()
    page = client.get(link)
    assert "Join the class" not in page.text and "Tina" in page.text
    sign_up = re.search(r'href="(/accounts/signup/\?next[^"]*)"', page.text)
    assert sign_up is not None
    client.post(sign_up[1], {"email": "new@example.org", "password1": "seven-runner-beans"})
    code = re.search(r"^\s*([A-Z0-9-]{6,9})\s*$", read_messages()[0].text, flags=re.MULTILINE)
    assert code is not None
    confirmed = client.post("/accounts/confirm-email/", {"code": code[1]})
    assert confirmed["Location"] == link
    assert not Membership.objects.exists()  # being led there is not yet joining
    client.post(link)
    assert Membership.objects.get().learner.user.email == "new@example.org"


def test_the_address_of_a_teacher_without_a_name_is_not_told(link: str, cohort: Cohort, client: Client):
    teacher = cohort.teachers.get()
    teacher.first_name = teacher.last_name = ""
    teacher.save()
    assert teacher.email not in client.get(link).text
    ada = client_of(User.objects.create_user("ada@example.org"))
    ada.post(link)
    page = ada.get("/progress/").text
    assert "Evening" in page and teacher.email not in page


def test_joining_takes_a_post_and_happens_once(link: str, cohort: Cohort):
    ada = client_of(User.objects.create_user("ada@example.org"))
    assert "Join the class" in ada.get(link).text
    assert not Membership.objects.exists()
    ada.post(link)
    ada.post(link)
    assert Membership.objects.count() == 1
    assert "You are in this class" in ada.get(link).text
    assert "Evening" in ada.get("/progress/").text


def test_a_link_that_was_taken_back_leads_nowhere(link: str, cohort: Cohort):
    teacher = client_of(cohort.teachers.get())
    ada = client_of(User.objects.create_user("ada@example.org"))
    teacher.post(f"/teach/classes/{cohort.pk}/link/", {"action": "renew"})
    assert ada.get(link).status_code == 404 and ada.post(link).status_code == 404
    cohort.refresh_from_db()
    teacher.post(f"/teach/classes/{cohort.pk}/link/", {"action": "revoke"})
    assert ada.post(f"/join/{cohort.join_token}/").status_code == 404
    assert "There is none" in teacher.get(f"/teach/classes/{cohort.pk}/").text
    assert not Membership.objects.exists()


def test_what_cannot_be_a_link_is_not_looked_for():
    assert resolve("/join/a-b_C1/").url_name == "join_class"
    with pytest.raises(Resolver404):
        resolve("/join/a\0b/")


def test_nobody_joins_a_class_that_has_ended(link: str, cohort: Cohort):
    today = timezone.localdate()
    Cohort.objects.update(starts_on=today - 2 * DAY, ends_on=today - DAY)
    ada = client_of(User.objects.create_user("ada@example.org"))
    assert ada.post(link).status_code == 409
    assert not Membership.objects.exists()


def test_a_learner_leaves_and_a_teacher_removes(cohort: Cohort):
    ada, bob = (make_learner(f"{name}@example.org", cohort) for name in ("ada", "bob"))
    assert client_of(bob.user).post(f"/classes/{cohort.pk + 1}/leave/").status_code == 404
    client_of(ada.user).post(f"/classes/{cohort.pk}/leave/")
    assert [row.learner for row in Membership.objects.all()] == [bob]
    client_of(cohort.teachers.get()).post(f"/teach/classes/{cohort.pk}/members/{bob.pk}/remove/")
    assert not Membership.objects.exists()


def test_nothing_is_ended_by_a_look_and_each_question_says_whom_it_is_about(cohort: Cohort, link: str):
    ada = make_learner("ada@example.org", cohort)
    teacher, page = client_of(cohort.teachers.get()), f"/teach/classes/{cohort.pk}/"
    renew, revoke = (f"{page}link/?action={action}" for action in ("renew", "revoke"))
    remove, leave = f"{page}members/{ada.pk}/remove/", f"/classes/{cohort.pk}/leave/"
    shown = teacher.get(page).text
    assert all(f'href="{path}"' in shown for path in (renew, revoke, remove))
    asked = teacher.get(remove).text
    assert "Remove ada@example.org from “Evening”" in asked
    assert "What they did stays theirs" in asked and "lets them join again" in asked
    for path in (renew, revoke):
        asked = teacher.get(path).text
        assert f"http://testserver{link}" in asked and "The one learner in the class stays" in asked
    asked = client_of(ada.user).get(leave).text
    assert "Leave “Evening”" in asked and "What you did stays yours" in asked and f'href="{link}"' in asked
    cohort.refresh_from_db()
    assert link == f"/join/{cohort.join_token}/" and Membership.objects.count() == 1


def test_a_question_says_when_there_is_no_way_back(cohort: Cohort):
    ada = make_learner("ada@example.org", cohort)
    teacher, page = client_of(cohort.teachers.get()), f"/teach/classes/{cohort.pk}/"
    remove, leave = f"{page}members/{ada.pk}/remove/", f"/classes/{cohort.pk}/leave/"
    today = timezone.localdate()
    Cohort.objects.update(starts_on=today - 2 * DAY, ends_on=today - DAY)
    assert "cannot join again: the class has ended" in teacher.get(remove).text
    assert "so you cannot come back" in client_of(ada.user).get(leave).text
    Cohort.objects.update(join_token=None, ends_on=None)
    assert "cannot join again: the class has no link" in teacher.get(remove).text
    assert "you need one from its teachers" in client_of(ada.user).get(leave).text
    assert teacher.get(f"{page}link/?action=renew")["Location"] == page, "there is no link to replace"
    assert "Make a link" in teacher.get(page).text
    made = teacher.post(f"{page}link/", {"action": "renew"}, follow=True).text
    assert "The class has a new link." in made and "The old one leads nowhere" not in made
    replaced = teacher.post(f"{page}link/", {"action": "renew"}, follow=True).text
    assert "The old one leads nowhere" in replaced


def test_there_is_no_question_about_who_is_not_in_the_class(cohort: Cohort):
    teacher = cohort.teachers.get()
    bob, other = make_learner("bob@example.org", make_class(teacher)), make_teacher("otto@example.org")
    page = f"/teach/classes/{cohort.pk}/"
    for path in (f"{page}members/{bob.pk}/remove/", f"{page}teachers/{other.pk}/remove/"):
        assert client_of(teacher).get(path).status_code == 404
    assert client_of(bob.user).get(f"/classes/{cohort.pk}/leave/").status_code == 404


def test_a_teacher_changes_nothing_of_anothers_class(cohort: Cohort):
    ada = make_learner("ada@example.org", cohort)
    other = client_of(make_teacher("otto@example.org"))
    token = cohort.join_token
    for path in ("link/", "delete/", "edit/", f"members/{ada.pk}/remove/"):
        assert other.post(f"/teach/classes/{cohort.pk}/{path}").status_code == 404
        assert other.get(f"/teach/classes/{cohort.pk}/{path}?action=renew").status_code == 404
    cohort.refresh_from_db()
    assert cohort.join_token == token and Membership.objects.exists()


def test_a_link_that_is_taken_back_while_the_class_is_changed_stays_so(cohort: Cohort, monkeypatch):
    def clean(form):
        Cohort.objects.update(join_token=None)
        return form.cleaned_data

    monkeypatch.setattr(CohortForm, "clean", clean)
    teacher = client_of(cohort.teachers.get())
    teacher.post(f"/teach/classes/{cohort.pk}/edit/", {"name": "Night", "starts_on": "2026-01-01"})
    cohort.refresh_from_db()
    assert (cohort.name, cohort.join_token) == ("Night", None)


def test_a_class_is_changed_and_closed(cohort: Cohort):
    make_learner("ada@example.org", cohort)
    teacher = client_of(cohort.teachers.get())
    teacher.post(f"/teach/classes/{cohort.pk}/edit/", {"name": "Night", "starts_on": "2026-01-01"})
    cohort.refresh_from_db()
    assert cohort.name == "Night"
    assert "1 membership" in teacher.get(f"/teach/classes/{cohort.pk}/delete/").text
    teacher.post(f"/teach/classes/{cohort.pk}/delete/")
    assert not Cohort.objects.exists()
    assert User.objects.filter(email="ada@example.org").exists()


def test_the_link_is_the_way_out_as_well(link: str, cohort: Cohort):
    ada = client_of(User.objects.create_user("ada@example.org"))
    ada.post(link)
    way_out = re.search(r'href="([^"]*leave[^"]*)"', ada.get(link).text)
    assert way_out is not None
    ada.post(way_out[1])
    assert not cohort.memberships.exists()
    assert "Join the class" in ada.get(link).text


def test_a_class_shows_its_link_with_a_way_to_copy_it(link: str, cohort: Cohort):
    page = client_of(cohort.teachers.get()).get(f"/teach/classes/{cohort.pk}/").text
    assert "data-copy-field" in page
    assert f'{link}"' in page
