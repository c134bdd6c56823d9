"""Receipts of missions: which are believed, which are refused, and how."""

from __future__ import annotations

import time
import uuid

import pytest
from django.conf import settings
from django.core import signing
from django.test import Client

from content.models import LessonPage
from lms.accounts.models import Learner
from lms.progress.models import MissionDone
from lms.progress.tests.steps import hand_in, receipt, reserve_key, verified_user

pytestmark = pytest.mark.django_db


def test_a_visitor_s_receipt_is_noted_under_the_key_of_the_badge(client: Client, lesson_page: LessonPage):
    key = reserve_key(client)
    answer = hand_in(client, receipt(key))
    assert answer.status_code == 200
    assert (answer.json()["mission"], answer.json()["new"]) == ("jump", True)
    assert "mission-done" in answer.json()["html"]["missions"]
    assert MissionDone.objects.get().learner.key == key


def test_an_account_s_receipt_is_noted(signed_in: Client, lesson_page: LessonPage):
    assert hand_in(signed_in, receipt(Learner.objects.get().key)).status_code == 200
    assert MissionDone.objects.get().learner.user.email == "ada@example.org"


def test_a_replay_changes_nothing(client: Client, lesson_page: LessonPage):
    text = receipt(reserve_key(client))
    hand_in(client, text)
    before = MissionDone.objects.values().get()
    answer = hand_in(client, text)
    assert (answer.status_code, answer.json()["new"]) == (200, False)
    assert MissionDone.objects.values().get() == before


def test_a_receipt_signed_with_another_key_is_refused(client: Client, lesson_page: LessonPage):
    answer = hand_in(client, receipt(reserve_key(client), secret="forged"))
    assert answer.status_code == 400
    assert "not made by the demos" in answer.json()["error"]
    assert not MissionDone.objects.exists()


def test_a_badge_is_no_receipt(client: Client, lesson_page: LessonPage):
    key = reserve_key(client)
    badge = signing.TimestampSigner(key=settings.RECEIPT_KEY, salt="badge").sign(key.hex)
    assert hand_in(client, badge).status_code == 400


def test_a_receipt_older_than_a_day_is_refused(client: Client, lesson_page: LessonPage, monkeypatch):
    key = reserve_key(client)
    with monkeypatch.context() as patch:
        yesterday = time.time() - 25 * 3600
        patch.setattr(signing.time, "time", lambda: yesterday)
        text = receipt(key)
    answer = hand_in(client, text)
    assert (answer.status_code, "older than a day" in answer.json()["error"]) == (400, True)


def test_a_receipt_of_another_learner_is_refused(client: Client, lesson_page: LessonPage):
    reserve_key(client)
    other = Learner.objects.create()
    answer = hand_in(client, receipt(other.key))
    assert (answer.status_code, "somebody else" in answer.json()["error"]) == (403, True)
    assert not MissionDone.objects.exists()


def test_a_browser_that_never_saw_a_lesson_brings_no_receipt(client: Client, lesson_page: LessonPage):
    assert hand_in(client, receipt(uuid.uuid4())).status_code == 403
    assert not Learner.objects.exists()


@pytest.mark.parametrize("changed", [{"mission": "fly"}, {"lesson": "nowhere"}, {"mission": "_high"}])
def test_an_unknown_mission_or_lesson_is_refused(client: Client, lesson_page: LessonPage, changed):
    answer = hand_in(client, receipt(reserve_key(client), **changed))
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert not Learner.objects.exists()


@pytest.mark.parametrize("changed", [{"at": "noon"}, {"at": 1e99}, {"learner": 7}, {"learner": "xyz"}])
def test_a_signed_receipt_of_the_wrong_shape_is_refused(client: Client, lesson_page: LessonPage, changed):
    answer = hand_in(client, receipt(reserve_key(client), **changed))
    assert (answer.status_code, "not the receipt of a mission" in answer.json()["error"]) == (400, True)


@pytest.mark.parametrize("text", ["", None, 7, ["a"], "a" * 3000, "é:é:é"])
def test_what_is_no_receipt_at_all_is_refused(client: Client, lesson_page: LessonPage, text):
    reserve_key(client)
    answer = hand_in(client, text)
    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.parametrize("body", [b"{", b"[1]", b"\xff\xfe", b"[" * 100_000])
def test_a_body_that_is_no_json_object_is_refused(client: Client, lesson_page: LessonPage, body: bytes):
    answer = client.post("/progress/receipts/", body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_a_page_from_before_the_sign_in_may_still_hand_in(client: Client, lesson_page: LessonPage):
    key = reserve_key(client)
    user = verified_user("grace@example.org")
    Learner.objects.create(user=user)
    client.post("/accounts/login/", {"login": user.email, "password": "correct horse battery"})
    assert hand_in(client, receipt(key)).status_code == 200
    assert MissionDone.objects.get().learner.user == user


def test_a_form_without_script_is_led_back_to_the_missions(client: Client, lesson_page: LessonPage):
    answer = client.post("/progress/receipts/", {"receipt": receipt(reserve_key(client))})
    assert (answer.status_code, answer["Location"]) == (302, "/farm/counting/#missions")


def test_a_refused_form_gets_a_page_with_the_reason(client: Client, lesson_page: LessonPage):
    answer = client.post("/progress/receipts/", {"receipt": "x"})
    assert answer.status_code == 400
    assert "not made by the demos" in answer.content.decode()


def test_receipts_are_only_posted_and_only_with_the_token(lesson_page: LessonPage):
    assert Client().get("/progress/receipts/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    assert hand_in(strict, receipt(reserve_key(strict))).status_code == 403
    assert not MissionDone.objects.exists()
