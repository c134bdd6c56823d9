"""A learner's own: reviews, notes and bookmarks, the days they worked, certificates."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from openbadgeslib.ob3 import OB3Verifier

from content.models import LessonPage
from lms.accounts.models import Learner, User
from lms.progress.activity import days_of, streak
from lms.progress.certificate_pdf import render_certificate
from lms.progress.certificates import public_key
from lms.progress.models import Bookmark, Certificate, Note, QuizAnswer, ReviewCard
from lms.progress.places import headings_of
from lms.progress.questions import questions_of
from lms.progress.record import mark_mission, mark_read
from lms.progress.reviews import due_questions
from lms.progress.tests.steps import PASSWORD, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client: Client, user: User) -> Learner:
    client.login(username=user.email, password=PASSWORD)
    return Learner.objects.get_or_create(user=user)[0]


def answer(client: Client, page: LessonPage, *, right: bool = True, number: int = 0) -> None:
    placed = list(questions_of(page).values())[number]
    wanted = [index for index, one in enumerate(placed.question.answers) if one.right == right]
    chosen = wanted if right else wanted[:1]
    data = {"lesson": page.slug, "block": placed.block_id, "question": placed.index, "answers": chosen}
    assert client.post("/progress/quiz/", data).status_code == 302


def make_due(learner: Learner) -> ReviewCard:
    """As if its day had come."""
    card = ReviewCard.objects.get(learner=learner)
    days = card.due_at - timezone.now()
    card.due_at -= days
    card.state["due"] = card.due_at.isoformat()
    card.state["last_review"] = (datetime.fromisoformat(card.state["last_review"]) - days).isoformat()
    card.save()
    return card


def test_a_question_comes_back_on_another_day(client, ada, lesson_page):
    answer(client, lesson_page)
    card = ReviewCard.objects.get(learner=ada)
    assert card.due_at > timezone.now() + timedelta(hours=20)
    assert "Nothing is due" in client.get("/progress/review/").content.decode()


def test_a_second_answer_in_the_lesson_changes_no_card(client, ada, lesson_page):
    answer(client, lesson_page, right=False)
    before = ReviewCard.objects.get(learner=ada).state
    answer(client, lesson_page)
    assert ReviewCard.objects.get(learner=ada).state == before


def test_it_comes_back_later_when_it_is_known_and_sooner_when_not(client, ada, lesson_page):
    answer(client, lesson_page)
    intervals = {}
    for right in (True, False):
        card = make_due(ada)
        placed = due_questions(ada, timezone.now())[0].placed
        chosen = [index for index, one in enumerate(placed.question.answers) if one.right == right]
        page = client.post("/progress/review/", {"card": card.pk, "answers": chosen[: None if right else 1]})
        assert ("That is right." in page.content.decode()) is right
        card.refresh_from_db()
        intervals[right] = card.due_at - timezone.now()
    assert intervals[True] > intervals[False] > timedelta(hours=12)


def test_of_two_answers_to_one_card_the_first_counts(client, ada, lesson_page):
    answer(client, lesson_page)
    card = make_due(ada)
    data = {"card": card.pk, "answers": [0]}
    client.post("/progress/review/", data)
    card.refresh_from_db()
    again = client.post("/progress/review/", data)
    assert again.status_code == 302
    assert ReviewCard.objects.get().state == card.state


def test_an_answer_that_is_none_is_refused_and_the_card_stays_due(client, ada, lesson_page):
    answer(client, lesson_page)
    card = make_due(ada)
    for answers in ([], ["x"], ["99"]):
        page = client.post("/progress/review/", {"card": card.pk, "answers": answers})
        assert page.status_code == 400
    assert due_questions(ada, timezone.now())


def test_somebody_elses_card_is_not_there(client, ada, lesson_page):
    answer(client, lesson_page)
    card = make_due(ada)
    assert Client().post("/progress/review/", {"card": card.pk, "answers": [0]}).status_code in (200, 302)
    assert ReviewCard.objects.get().state == card.state


def test_a_question_that_is_withdrawn_does_not_come_back(client, ada, lesson_page):
    answer(client, lesson_page)
    make_due(ada)
    ReviewCard.objects.update(question="0" * 32)
    assert due_questions(ada, timezone.now()) == []
    assert client.get("/progress/review/").status_code == 200


def test_a_note_is_kept_changed_and_removed(client, ada, lesson_page):
    for text, kept in (("Rows <b>first</b>", 1), ("Only this", 1), ("  ", 0)):
        page = client.post("/progress/note/", {"lesson": lesson_page.slug, "text": text}, follow=True)
        assert page.status_code == 200
        assert Note.objects.filter(learner=ada).count() == kept
    client.post("/progress/note/", {"lesson": lesson_page.slug, "text": "<script>x</script>"})
    assert "<script>x" not in client.get(lesson_page.url).content.decode()


def test_a_note_that_is_too_long_is_refused(client, ada, lesson_page):
    page = client.post("/progress/note/", {"lesson": lesson_page.slug, "text": "x" * 20_001})
    assert page.status_code == 400
    assert "20,000" in page.content.decode()


def test_a_heading_is_marked_once_and_unmarked(client, ada, lesson_page):
    heading = headings_of(lesson_page)[-1]
    data = {"lesson": lesson_page.slug, "heading": heading.id}
    for _ in range(2):
        client.post("/progress/bookmark/", {**data, "wanted": "yes"})
    assert Bookmark.objects.filter(learner=ada).count() == 1
    assert heading.text in client.get("/progress/").content.decode()
    client.post("/progress/bookmark/", {**data, "wanted": "no"})
    assert not Bookmark.objects.exists()
    assert client.post("/progress/bookmark/", {**data, "heading": "nowhere"}).status_code == 400


def test_a_streak_lasts_until_yesterday_is_missed():
    today = date(2026, 11, 26)
    days = [today - timedelta(days=number) for number in (1, 2, 3, 5)]
    assert streak(days, today) == 3
    assert streak([*days, today], today) == 4
    assert streak(days[1:], today) == 0
    assert streak([], today) == 0


def test_days_are_those_of_the_learners_zone(client, ada, lesson_page):
    at = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)
    mark_mission(learner=ada, lesson="counting", mission="jump", at=at)
    east = timezone.get_fixed_timezone(120)
    assert days_of(ada, since=at - timedelta(days=1), zone=UTC) == Counter({date(2026, 11, 25): 1})
    assert days_of(ada, since=at - timedelta(days=1), zone=east) == Counter({date(2026, 11, 26): 1})
    assert days_of(None, since=at, zone=UTC) == Counter()


def do_everything(client: Client, learner: Learner, page: LessonPage, exercise) -> None:
    now = timezone.now()
    mark_read(learner=learner, lesson=page.slug, now=now)
    for mission in page.missions():
        mark_mission(learner=learner, lesson=page.slug, mission=mission.slug, at=now)
    submit(learner, exercise)
    for number in range(len(questions_of(page))):
        answer(client, page, number=number)


def keep_only_written_rows(track: Path) -> None:
    """A row whose lesson is not written is one that nobody can have done."""
    title = 'title = "Farm"\nposition = 1\n'
    row = '\n[[lesson]]\nslug = "counting"\nfeature = "Counting – Sheep"\nwhy = "Sleep"\n'
    (track / "track.toml").write_text(title + row)


def track_of(page: LessonPage) -> str:
    return page.track_slug


@pytest.fixture
def issued(client, ada, lesson_folder, lesson_page, exercise) -> Certificate:
    keep_only_written_rows(lesson_folder.parent)
    do_everything(client, ada, lesson_page, exercise)
    client.post("/progress/certificates/", {"track": track_of(lesson_page), "name": "  Ada   Lovelace "})
    return Certificate.objects.get(learner=ada)


def test_a_certificate_is_not_issued_before_it_is_earned(client, ada, lesson_page, exercise):
    client.post("/progress/certificates/", {"track": track_of(lesson_page), "name": "Ada"})
    client.post("/progress/certificates/", {"track": "", "name": "Ada"})
    assert not Certificate.objects.exists()
    assert client.post("/progress/certificates/", {"track": "nothing", "name": "Ada"}).status_code == 404


def test_a_certificate_is_public_signed_and_stays(client, ada, issued, lesson_page):
    assert issued.name == "Ada Lovelace"
    page = Client().get(f"/certificates/{issued.pk}/").content.decode()
    assert "Ada Lovelace" in page and "Verified" in page and "Not verified" not in page
    token = Client().get(f"/certificates/{issued.pk}/badge.jwt").content.decode()
    badge = OB3Verifier(public_key()).verify(token)
    assert badge.achievement.name == issued.title
    assert ada.user.email not in str(badge.to_jwt_payload())
    pdf = Client().get(f"/certificates/{issued.pk}/certificate.pdf").content
    assert pdf.startswith(b"%PDF") and len(BytesIO(pdf).getvalue()) > 5_000
    client.post("/progress/certificates/", {"track": issued.track, "name": "Somebody Else"})
    assert Certificate.objects.get().name == "Ada Lovelace"
    QuizAnswer.objects.all().delete()
    assert Client().get(f"/certificates/{issued.pk}/").status_code == 200


def test_a_certificate_signed_by_another_key_is_not_verified(client, issued, settings):
    settings.BADGE_KEY = "another"
    assert "Not verified" in Client().get(f"/certificates/{issued.pk}/").content.decode()


def test_a_certificates_pdf_has_the_letters_of_the_name(client, issued):
    for name in ("Łukasz Żółć", "Ελένη", "Зоя Щукина", "Nguyễn Thị Ánh", "X" * 150, "山田"):
        issued.name = name
        assert render_certificate(issued, "https://course.example/certificates/1/").startswith(b"%PDF")


def test_a_certificate_of_another_number_is_not_verified(client, issued):
    Certificate.objects.create(
        learner=Learner.objects.create(),
        track="",
        title="Django Mastery",
        name="A Thief",
        lessons=[],
        credential=issued.credential,
        issued_at=timezone.now(),
    )
    thief = Certificate.objects.get(name="A Thief")
    assert "Not verified" in Client().get(f"/certificates/{thief.pk}/").content.decode()


def test_a_certificate_needs_a_name_and_an_account(client, ada, lesson_page, exercise):
    do_everything(client, ada, lesson_page, exercise)
    for name in ("", "   ", "x" * 151):
        client.post("/progress/certificates/", {"track": track_of(lesson_page), "name": name})
    assert not Certificate.objects.exists()
    anonymous = Client().post("/progress/certificates/", {"track": "", "name": "x"})
    assert anonymous.status_code == 302 and "/accounts/login/" in anonymous.url


def test_the_learners_page_is_there_for_everybody(client, ada, lesson_page):
    cache.clear()
    assert client.get("/progress/").status_code == 200
    assert "This browser keeps it" in Client().get("/progress/").content.decode()


def test_notes_bookmarks_and_cards_move_into_the_account(client, user, lesson_page):
    answer(client, lesson_page)
    client.post("/progress/note/", {"lesson": lesson_page.slug, "text": "from the train"})
    heading = headings_of(lesson_page)[-1].id
    client.post("/progress/bookmark/", {"lesson": lesson_page.slug, "heading": heading, "wanted": "yes"})
    account = Learner.objects.create(user=user)
    Note.objects.create(learner=account, lesson=lesson_page.slug, text="at home", updated_at=timezone.now())
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert Note.objects.get(learner=account).text == "at home\n\nfrom the train"
    assert Bookmark.objects.get(learner=account).heading == heading
    assert ReviewCard.objects.get(learner=account).lesson == lesson_page.slug
    assert not Learner.objects.filter(user=None).exists()
