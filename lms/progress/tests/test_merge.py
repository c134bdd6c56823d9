"""A visitor signs up or signs in: what they did goes along, in both directions, and nothing is lost."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client

from content.models import Exercise, LessonPage
from lms.accounts.models import Learner, User
from lms.classes.models import Failure, Membership, Standing, Tally
from lms.grading.models import Draft, Submission
from lms.progress.models import (
    Bookmark,
    Certificate,
    LessonPlace,
    LessonRead,
    MissionDone,
    Note,
    QuizAnswer,
    ReviewCard,
)
from lms.progress.tests.steps import (
    PASSWORD,
    hand_in,
    quiz_fields,
    receipt,
    reserve_key,
    submit,
    verified_user,
)

pytestmark = pytest.mark.django_db
EARLY = datetime(2026, 1, 1, tzinfo=UTC)
LATE = EARLY + timedelta(days=1)


def visit(client: Client, page: LessonPage) -> Learner:
    """Do a thing of each kind as a visitor; return the visitor."""
    key = reserve_key(client)
    hand_in(client, receipt(key))
    client.post("/progress/read/", {"lesson": "counting"})
    client.post("/progress/quiz/", quiz_fields(page, 0, 1))
    visitor = Learner.objects.get(key=key)
    submit(visitor, Exercise.objects.get())
    return visitor


def log_in(client: Client, user: User) -> None:
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(user.pk)


def works_of(learner: Learner) -> list[int]:
    models = (LessonRead, MissionDone, QuizAnswer, Submission)
    return [model.objects.filter(learner=learner).count() for model in models]


def test_a_visitor_s_row_becomes_the_account_s_at_the_first_sign_in(
    client: Client, lesson_page: LessonPage, user: User
):
    visitor = visit(client, lesson_page)
    log_in(client, user)
    assert Learner.objects.get() == visitor
    assert user.learner == visitor
    assert works_of(visitor) == [1, 1, 1, 1]


def test_sign_up_with_a_code_takes_the_work_along(client: Client, lesson_page: LessonPage):
    visitor = visit(client, lesson_page)
    client.post("/accounts/signup/", {"email": "new@example.org", "password1": PASSWORD})
    assert Learner.objects.get().user is None
    code = re.search(r"^ +(\S+)$", mail.outbox[-1].body, re.MULTILINE)[1]
    client.post("/accounts/confirm-email/", {"code": code})
    assert client.session["_auth_user_id"]
    assert Learner.objects.get().user == User.objects.get(email="new@example.org")
    assert works_of(visitor) == [1, 1, 1, 1]


def test_what_the_account_has_already_is_united_with_what_the_visitor_did(
    client: Client, lesson_page: LessonPage, user: User
):
    account = Learner.objects.create(user=user)
    LessonRead.objects.create(learner=account, lesson="shearing", read_at=LATE)
    submit(account, Exercise.objects.get(), "failed")
    visit(client, lesson_page)
    log_in(client, user)
    assert Learner.objects.get() == account
    assert works_of(account) == [2, 1, 1, 2]


@pytest.mark.parametrize(("of_visitor", "of_account"), [(EARLY, LATE), (LATE, EARLY)])
def test_the_earlier_moment_is_kept_whoever_has_it(client, lesson_page, user, of_visitor, of_account):
    account = Learner.objects.create(user=user)
    visitor = Learner.objects.create(key=reserve_key(client))
    for learner, moment in ((visitor, of_visitor), (account, of_account)):
        LessonRead.objects.create(learner=learner, lesson="counting", read_at=moment)
        MissionDone.objects.create(learner=learner, lesson="counting", mission="jump", done_at=moment)
    log_in(client, user)
    assert LessonRead.objects.get().read_at == EARLY
    assert MissionDone.objects.get().done_at == EARLY
    assert Learner.objects.get() == account


@pytest.mark.parametrize("visitor_is_right_first", [True, False])
def test_of_two_answers_the_first_stays_first_the_last_last_and_right_stays_right(
    client, lesson_page, user, visitor_is_right_first
):
    account = Learner.objects.create(user=user)
    visitor = Learner.objects.create(key=reserve_key(client))
    first, second = (visitor, account) if visitor_is_right_first else (account, visitor)
    QuizAnswer.objects.create(
        learner=first, lesson="counting", question="q", first_answers=[1], first_right=True, first_at=EARLY,
        latest_answers=[1], latest_at=EARLY, right_at=EARLY,
    )  # fmt: skip
    QuizAnswer.objects.create(
        learner=second, lesson="counting", question="q", first_answers=[0], first_right=False, first_at=LATE,
        latest_answers=[0], latest_at=LATE, right_at=None,
    )  # fmt: skip
    log_in(client, user)
    row = QuizAnswer.objects.get()
    assert row.learner == account
    assert (row.first_answers, row.first_right, row.first_at, row.right_at) == ([1], True, EARLY, EARLY)
    assert (row.latest_answers, row.latest_at) == ([0], LATE)


def test_signing_in_without_having_done_anything_makes_one_learner(
    client: Client, lesson_page: LessonPage, user: User
):
    log_in(client, user)
    assert Learner.objects.get().user == user


def test_a_wrong_password_moves_nothing(client: Client, lesson_page: LessonPage, user: User):
    visitor = visit(client, lesson_page)
    client.post("/accounts/login/", {"login": user.email, "password": "wrong"})
    assert Learner.objects.get() == visitor
    assert Learner.objects.get().user is None


def test_the_visitor_s_work_survives_when_django_empties_the_session(
    client: Client, lesson_page: LessonPage, user: User
):
    """An account that was deleted leaves its id in the session; the next sign-in flushes that session."""
    gone = verified_user("gone@example.org")
    log_in(client, gone)
    gone.delete()
    assert not Learner.objects.exists()
    visit(client, lesson_page)
    old_key = client.session.session_key
    log_in(client, user)
    assert client.session.session_key != old_key
    assert works_of(user.learner) == [1, 1, 1, 1]


def test_what_somebody_did_while_signed_in_never_goes_to_the_next_account(
    lesson_page: LessonPage, user: User
):
    client = Client()
    other = verified_user("other@example.org")
    log_in(client, other)
    client.post("/progress/read/", {"lesson": "counting"})
    client.post("/accounts/logout/")
    log_in(client, user)
    assert works_of(other.learner) == [1, 0, 0, 0]
    assert works_of(user.learner) == [0, 0, 0, 0]


def test_after_signing_out_somebody_begins_anew(signed_in: Client, lesson_page: LessonPage, user: User):
    signed_in.post("/progress/read/", {"lesson": "counting"})
    signed_in.post("/accounts/logout/")
    assert "Read to the end" in signed_in.get("/farm/counting/").content.decode()
    assert works_of(user.learner) == [1, 0, 0, 0]


def test_two_browsers_of_one_account_bring_their_work_together(lesson_page: LessonPage, user: User):
    first, second = Client(), Client()
    visit(first, lesson_page)
    visit(second, lesson_page)
    log_in(first, user)
    log_in(second, user)
    assert Learner.objects.get().user == user
    assert works_of(user.learner) == [1, 1, 1, 2]


def test_of_two_places_in_a_lesson_the_later_one_is_kept(client: Client, lesson_page: LessonPage, user: User):
    visitor = visit(client, lesson_page)
    account = Learner.objects.create(user=user)
    LessonPlace.objects.create(learner=visitor, lesson="counting", heading="late", seen_at=LATE)
    LessonPlace.objects.create(learner=account, lesson="counting", heading="early", seen_at=EARLY)
    log_in(client, user)
    (place,) = LessonPlace.objects.filter(learner=account)
    assert (place.heading, place.seen_at) == ("late", LATE)


def test_every_model_that_refers_to_a_learner_is_merged():
    """A new one has to be added to merge.py, or what visitors did there is lost at sign-in."""
    related = {relation.related_model for relation in Learner._meta.related_objects}
    moved = {Draft, LessonPlace, LessonRead, MissionDone, QuizAnswer, Submission, ReviewCard, Note, Bookmark}
    counted_again = {Tally, Failure, Standing}
    # A certificate, and a class, take an account.
    assert related - {Certificate, Membership} == moved | counted_again
