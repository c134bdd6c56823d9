"""Comments on exercises: said, answered, resolved, by who may change exercises and by nobody else."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from content import tasks
from content.models import Exercise, LessonPage, Remark, RemarkNotice
from lms.accounts.groups import AUTHORS, REVIEWERS, TEACHERS, ensure_roles
from lms.accounts.models import User
from lms.letters import delivery

pytestmark = pytest.mark.django_db


@pytest.fixture
def exercise(lesson_page: LessonPage) -> Exercise:
    return Exercise.objects.get()


@pytest.fixture(autouse=True)
def worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that takes each message at once."""
    monkeypatch.setattr("content.tasks.write_about_remark.delay", tasks.write_about_remark)


def member(role: str) -> Client:
    client = Client()
    client.user = User.objects.create_user(f"{role.lower()}@example.org", "correct horse")
    client.user.groups.add(ensure_roles()[role])
    client.force_login(client.user)
    return client


def url(exercise: Exercise) -> str:
    return f"/cms/exercises/{exercise.pk}/comments/"


def test_a_reviewer_comments_and_the_author_answers_and_resolves(
    exercise: Exercise, django_capture_on_commit_callbacks
):
    author, reviewer = member(AUTHORS), member(REVIEWERS)
    exercise.save_revision(user=author.user)
    with django_capture_on_commit_callbacks(execute=True):
        assert (
            reviewer.post(url(exercise), {"text": "The <b>third</b> check\nasks too much."}).status_code
            == 302
        )
    (letter,) = mail.outbox
    assert letter.to == ["authors@example.org"]
    assert f"{url(exercise)}#remark-" in letter.body
    edit = f"/cms/snippets/content/exercise/edit/{exercise.pk}/"
    assert re.search(rf'href="{url(exercise)}">1 open comment<', author.get(edit).content.decode())
    page = author.get(url(exercise)).content.decode()
    assert "The &lt;b&gt;third&lt;/b&gt; check" in page
    with django_capture_on_commit_callbacks(execute=True):
        author.post(url(exercise), {"text": "It does not any more."})
    assert [letter.to for letter in mail.outbox[1:]] == [["reviewers@example.org"]]
    first = Remark.objects.earliest("pk")
    author.post(f"/cms/exercises/comments/{first.pk}/resolve/")
    first.refresh_from_db()
    assert first.closed_by == author.user
    page = reviewer.get(url(exercise)).content.decode()
    assert "resolved by authors@example.org" in page
    # What is open comes first.
    assert page.index("any more") < page.index("asks too much")
    reviewer.post(f"/cms/exercises/comments/{first.pk}/resolve/", {"wanted": "no"})
    first.refresh_from_db()
    assert (first.closed_at, first.closed_by) == (None, None)


def test_a_mail_server_that_is_away_holds_up_a_worker_and_no_page(
    exercise: Exercise, settings, monkeypatch, django_capture_on_commit_callbacks
):
    messages: list[int] = []
    author, reviewer = member(AUTHORS), member(REVIEWERS)
    exercise.save_revision(user=author.user)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with monkeypatch.context() as patched, django_capture_on_commit_callbacks(execute=True):
        patched.setattr("content.tasks.write_about_remark.delay", messages.append)
        assert reviewer.post(url(exercise), {"text": "Too much."}).status_code == 302
    notice = RemarkNotice.objects.get()
    assert messages == [notice.pk]
    tasks.write_about_remark(notice.pk)
    assert Remark.objects.exists()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    RemarkNotice.objects.update(claimed_until=timezone.now() - delivery.RETRY)
    tasks.write_left_over()
    assert [letter.to for letter in mail.outbox] == [["authors@example.org"]]
    assert not RemarkNotice.objects.exists()


def test_nothing_and_too_much_are_refused_and_kept_in_the_form(exercise: Exercise):
    author = member(AUTHORS)
    assert author.post(url(exercise), {"text": "  "}).status_code == 400
    answer = author.post(url(exercise), {"text": "x" * 4001})
    assert answer.status_code == 400
    assert "x" * 4001 in answer.content.decode()
    assert not Remark.objects.exists()
    assert author.get("/cms/exercises/99999/comments/").status_code == 404


def test_words_stay_when_their_author_goes(exercise: Exercise):
    author, reviewer = member(AUTHORS), member(REVIEWERS)
    author.post(url(exercise), {"text": "Too easy."})
    author.user.delete()
    page = reviewer.get(url(exercise)).content.decode()
    assert "Too easy." in page
    assert "a former account" in page


def test_whoever_may_not_change_exercises_has_no_say(exercise: Exercise):
    author, teacher = member(AUTHORS), member(TEACHERS)
    author.post(url(exercise), {"text": "Too easy."})
    remark = Remark.objects.get()
    for client in (teacher, Client()):
        for address in (url(exercise), f"/cms/exercises/comments/{remark.pk}/resolve/"):
            answer = client.post(address, {"text": "Me too."})
            assert answer.status_code == 302
            assert not answer.url.startswith(url(exercise))
    remark.refresh_from_db()
    assert remark.closed_at is None
    assert Remark.objects.count() == 1
