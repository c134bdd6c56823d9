"""An editor's preview: quizzes tell right from wrong, missions can be done, and nothing of it is kept."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from content.lesson_format import Answer, Question
from content.models import LessonPage
from content.quiz import UnknownQuestion, seal, unseal
from content.tests.test_admin import form_of, key_of
from lms.accounts.models import Learner, User
from lms.progress.models import QuizAnswer, ReviewCard

pytestmark = pytest.mark.django_db
QUESTION = Question(
    text="Which are sheep?",
    answers=(
        Answer(text="Ewes", right=True, explanation="Yes."),
        Answer(text="Goats", right=False, explanation="No."),
    ),
)


@pytest.fixture
def author(client: Client, lesson_page: LessonPage) -> Client:
    client.force_login(User.objects.create_superuser("ada@example.org", "correct horse"))
    return client


@pytest.fixture
def preview(author: Client, lesson_page: LessonPage) -> BeautifulSoup:
    """The preview of what was typed and never saved: the second question asks something else."""
    url = reverse("wagtailadmin_pages:preview_on_edit", args=[lesson_page.pk])
    data = form_of(lesson_page)
    data[key_of(data, "Which are sheep?")] = "Which of these are sheep?"
    assert author.post(url, data).json()["is_available"]
    return BeautifulSoup(author.get(url).content, "html.parser")


def form_for(preview: BeautifulSoup, words: str) -> Tag:
    return next(form for form in preview.select("form.quiz__question") if words in form.get_text())


def send(client: Client, form: Tag, answers: list[str], **headers: str) -> HttpResponse:
    fields = {field["name"]: field["value"] for field in form.select("input[type=hidden]")}
    assert form["action"] == form["hx-post"]
    return client.post(form["action"], {**fields, "answers": answers}, headers=headers)


@pytest.mark.parametrize(("answers", "words"), [(["0", "1"], "That is right."), (["2"], "Not yet.")])
def test_an_answer_is_judged_and_not_kept(author: Client, preview: BeautifulSoup, answers, words):
    asked = form_for(preview, "Which of these are sheep?")
    answer = send(author, asked, answers, hx_request="true")
    drawn = BeautifulSoup(answer.content, "html.parser")
    assert answer.status_code == 200 and words in drawn.select_one(".quiz__result").text
    assert len(drawn.select(".quiz__explanation")) == 3
    assert drawn.form["id"] == asked["id"]
    # Once more from what was answered, as somebody does who was wrong.
    assert "That is right." in send(author, drawn.form, ["0", "1"], hx_request="true").text
    assert not QuizAnswer.objects.exists() and not ReviewCard.objects.exists()
    assert not Learner.objects.filter(user__isnull=True).exists()


def test_a_preview_says_that_nothing_is_kept_and_a_lesson_keeps_answers(
    author: Client, preview: BeautifulSoup, lesson_page: LessonPage
):
    assert "your answer is not kept" in form_for(preview, "Which of these").get_text()
    page = BeautifulSoup(author.get("/farm/counting/").content, "html.parser")
    asked = form_for(page, "Which are sheep?")
    assert asked["action"] == reverse("answer_quiz") and not asked.select("[name=sealed]")
    send(author, asked, ["2"], hx_request="true")
    assert QuizAnswer.objects.count() == 1


def test_what_was_answered_as_a_learner_is_not_in_the_preview(
    author: Client, preview: BeautifulSoup, lesson_page: LessonPage
):
    page = BeautifulSoup(author.get("/farm/counting/").content, "html.parser")
    send(author, form_for(page, "How many sheep"), ["0"], hx_request="true")
    draft = author.get(reverse("wagtailadmin_pages:view_draft", args=[lesson_page.pk]))
    asked = form_for(BeautifulSoup(draft.content, "html.parser"), "How many sheep")
    assert asked["action"] == reverse("lesson_quiz_preview") and not asked.select("[checked]")


def test_without_a_script_a_preview_answers_with_a_page(author: Client, preview: BeautifulSoup):
    answer = send(author, form_for(preview, "Which of these"), ["0", "1"])
    assert "<!doctype html>" in answer.text and "That is right." in answer.text
    assert send(author, form_for(preview, "Which of these"), []).status_code == 400


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"answers": []}, "Choose an answer first."),
        ({"answers": ["7"]}, "does not offer"),
        ({"answers": ["x"]}, "Load the preview again."),
        ({"sealed": "x"}, "Load the preview again."),
        ({"question": ""}, "Load the preview again."),
    ],
)
def test_what_cannot_be_judged_is_refused(author: Client, fields, words):
    data = {"sealed": seal(QUESTION), "block": "b", "question": "0", "answers": ["0"], **fields}
    answer = author.post(reverse("lesson_quiz_preview"), data, headers={"hx-request": "true"})
    assert answer.status_code == 400 and words in answer.text


def test_only_authors_have_the_previews_verdicts(client: Client, user: User):
    client.force_login(user)
    data = {"sealed": seal(QUESTION), "block": "b", "question": "0", "answers": ["0"]}
    assert client.post(reverse("lesson_quiz_preview"), data).status_code in {302, 403}


def test_a_seal_is_this_sites():
    assert unseal(seal(QUESTION)) == QUESTION
    with pytest.raises(UnknownQuestion):
        unseal(seal(QUESTION)[:-1])


def test_missions_of_a_preview_are_nobodys(author: Client, preview: BeautifulSoup):
    stage = preview.select_one("[data-stage]")
    assert not stage.has_attr("data-receipts")
    badge = parse_qs(urlsplit(stage.iframe["data-src"]).query)["badge"][0]
    assert badge.split(":")[0] not in {key.hex for key in Learner.objects.values_list("key", flat=True)}
    page = BeautifulSoup(author.get("/farm/counting/").content, "html.parser")
    assert page.select_one("[data-stage]").has_attr("data-receipts")
