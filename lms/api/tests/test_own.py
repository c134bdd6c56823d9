"""Notes, bookmarks and reviews by the API."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from content.models import LessonPage
from lms.accounts.models import Learner, User
from lms.api.tests.test_api import API, problem
from lms.progress.models import Bookmark, Note, ReviewCard
from lms.progress.places import headings_of
from lms.progress.questions import questions_of
from lms.progress.reviews import begin_review
from lms.progress.tests.steps import submit, verified_user

pytestmark = pytest.mark.django_db
NOTE = f"{API}/notes/counting/"


@pytest.fixture
def learner(user: User) -> Learner:
    return Learner.objects.create(user=user)


@pytest.fixture
def eve(db) -> Learner:
    return Learner.objects.create(user=verified_user("eve@example.org"))


def write(api, text: str, **headers: str):
    return api.put(NOTE, {"text": text}, format="json", headers=headers)


# --- Notes ---


def test_a_note_is_never_overwritten_unseen(api, lesson_page: LessonPage):
    problem(api.get(NOTE), 404)
    problem(write(api, "One sheep"), 428)
    first = write(api, "One sheep", **{"If-None-Match": "*"})
    assert (first.status_code, first.json()["text"]) == (200, "One sheep")
    problem(write(api, "Not seen", **{"If-None-Match": "*"}), 412)
    second = write(api, "Two sheep", **{"If-Match": first["ETag"]})
    problem(write(api, "Late", **{"If-Match": first["ETag"]}), 412)
    assert api.get(NOTE).json()["text"] == "Two sheep"
    assert api.get(NOTE, headers={"If-None-Match": second["ETag"]}).status_code == 304
    problem(api.delete(NOTE), 428)
    problem(api.delete(NOTE, headers={"If-Match": first["ETag"]}), 412)
    assert api.delete(NOTE, headers={"If-Match": second["ETag"]}).status_code == 204
    assert not Note.objects.exists()
    problem(api.delete(NOTE, headers={"If-Match": second["ETag"]}), 404)


@pytest.mark.parametrize("text", ["", "   ", "x" * 20_001, "a\0b", None, {}])
def test_a_note_that_is_none_is_a_problem(api, lesson_page: LessonPage, text):
    assert "text" in problem(write(api, text, **{"If-None-Match": "*"}), 400)["errors"]


def test_a_note_needs_a_published_lesson_and_outlives_it(api, lesson_page: LessonPage):
    tag = write(api, "Kept", **{"If-None-Match": "*"})["ETag"]
    lesson_page.unpublish()
    problem(write(api, "More", **{"If-Match": tag}), 404)
    assert api.get(NOTE).json()["text"] == "Kept"
    assert [note["text"] for note in api.get(f"{API}/notes/").json()["results"]] == ["Kept"]


def test_notes_come_in_pages(api, learner: Learner, django_assert_max_num_queries):
    now = timezone.now()
    for number in range(5):
        moment = now + timedelta(seconds=number)
        Note.objects.create(learner=learner, lesson=f"l{number}", text=str(number), updated_at=moment)
    first = api.get(f"{API}/notes/?page_size=2").json()
    with django_assert_max_num_queries(4):
        second = api.get(first["next"]).json()
    assert [note["text"] for note in first["results"] + second["results"]] == ["4", "3", "2", "1"]


def test_somebody_elses_notes_and_marks_are_not_there(api, eve: Learner, lesson_page: LessonPage):
    heading = headings_of(lesson_page)[0].id
    Note.objects.create(learner=eve, lesson="counting", text="hers", updated_at=timezone.now())
    Bookmark.objects.create(learner=eve, lesson="counting", heading=heading, created_at=timezone.now())
    problem(api.get(NOTE), 404)
    problem(api.delete(NOTE, headers={"If-Match": '"x"'}), 404)
    problem(api.delete(f"{API}/bookmarks/counting/{heading}/"), 404)
    assert api.get(f"{API}/notes/").json()["results"] == api.get(f"{API}/bookmarks/").json()["results"] == []
    assert write(api, "mine", **{"If-None-Match": "*"}).status_code == 200
    assert Note.objects.get(learner=eve).text == "hers"
    assert Bookmark.objects.filter(learner=eve).exists()


# --- Bookmarks ---


def test_a_heading_is_marked_once_listed_and_unmarked(api, lesson_page: LessonPage):
    heading = headings_of(lesson_page)[-1].id
    url = f"{API}/bookmarks/counting/{heading}/"
    problem(api.get(url), 404)
    for _ in range(2):
        made = api.put(url)
        assert (made.status_code, made.json()["heading"]) == (200, heading)
    [listed] = api.get(f"{API}/bookmarks/").json()["results"]
    assert listed["page_url"].endswith(f"/farm/counting/#{heading}")
    assert listed["url"].endswith(url)
    assert api.delete(url).status_code == 204
    problem(api.delete(url), 404)
    assert not Bookmark.objects.exists()


@pytest.mark.parametrize("path", ["counting/nowhere", "counting/%00", "nothing/see-it"])
def test_a_heading_that_is_not_there_cannot_be_marked(api, lesson_page: LessonPage, path: str):
    problem(api.put(f"{API}/bookmarks/{path}/"), 404)
    problem(api.delete(f"{API}/bookmarks/{path}/"), 404)


# --- Reviews ---


def due_card(learner: Learner, page: LessonPage, number: int = 0) -> tuple[ReviewCard, list[int]]:
    """A question whose day has come, and the positions of its right answers."""
    key, placed = list(questions_of(page).items())[number]
    then = timezone.now() - timedelta(days=40)
    begin_review(learner=learner, lesson=page.slug, question=key, right=True, now=then)
    right = [position for position, answer in enumerate(placed.question.answers) if answer.right]
    return ReviewCard.objects.get(learner=learner, question=key), right


def test_a_question_that_is_due_is_answered_and_goes_away(api, learner: Learner, lesson_page: LessonPage):
    card, right = due_card(learner, lesson_page)
    [due] = api.get(f"{API}/reviews/").json()["results"]
    assert (due["id"], due["lesson"]) == (card.pk, "counting")
    assert not due.keys() & {"right", "explanations"}
    assert api.get(due["url"]).json() == due
    answer = api.post(due["url"], {"answers": right}, format="json").json()
    assert (answer["right"], answer["right_answers"]) == (True, right)
    assert answer["due_at"] > timezone.now().isoformat()
    assert api.get(f"{API}/reviews/").json()["results"] == []
    problem(api.post(due["url"], {"answers": right}, format="json"), 409)


@pytest.mark.parametrize("answers", [[], [99], [-1], ["x"], None, "0"])
def test_an_answer_that_is_none_leaves_the_question_due(api, learner, lesson_page, answers):
    card, _ = due_card(learner, lesson_page)
    found = problem(api.post(f"{API}/reviews/{card.pk}/", {"answers": answers}, format="json"), 400)
    assert any(name.startswith("answers") for name in found["errors"])
    assert len(api.get(f"{API}/reviews/").json()["results"]) == 1


def test_questions_come_in_pages_and_withdrawn_ones_do_not(api, learner, lesson_page: LessonPage):
    cards = [due_card(learner, lesson_page, number)[0] for number in range(2)]
    first = api.get(f"{API}/reviews/?page_size=1").json()
    second = api.get(first["next"]).json()
    assert [one["id"] for one in first["results"] + second["results"]] == [card.pk for card in cards]
    ReviewCard.objects.filter(pk=cards[0].pk).update(question="0" * 32)
    assert [one["id"] for one in api.get(f"{API}/reviews/").json()["results"]] == [cards[1].pk]
    problem(api.get(f"{API}/reviews/{cards[0].pk}/"), 404)
    problem(api.get(f"{API}/reviews/{10**30}/"), 404)


def test_somebody_elses_question_is_not_there(api, eve: Learner, lesson_page: LessonPage):
    card, right = due_card(eve, lesson_page)
    problem(api.get(f"{API}/reviews/{card.pk}/"), 404)
    problem(api.post(f"{API}/reviews/{card.pk}/", {"answers": right}, format="json"), 404)
    before = card.state
    card.refresh_from_db()
    assert card.state == before


def test_who_polls_a_submission_is_answered_304_while_nothing_changes(api, learner, exercise):
    mine = submit(learner, exercise, "queued")
    url = f"{API}/submissions/{mine.pk}/"
    tag = api.get(url)["ETag"]
    assert api.get(url, headers={"If-None-Match": tag}).status_code == 304
    type(mine).objects.update(state="running")
    assert api.get(url, headers={"If-None-Match": tag}).json()["state"] == "running"
