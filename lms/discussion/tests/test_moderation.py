"""Moderators hide and close, say what answers, hear of questions and of what people report."""

from __future__ import annotations

import pytest
from django.core import mail

from lms.discussion.models import Complaint, Thread
from lms.discussion.spoilers import Reader
from lms.discussion.tests.people import LESSON, ask, post_url, read, reply, thread_url
from lms.discussion.writing import NotAllowed, mark_answer

pytestmark = pytest.mark.django_db


def test_only_the_asker_and_moderators_say_what_answers(ada, ben, mod, lesson_page):
    thread = ask(ada)
    post = reply(ben, thread)
    other = reply(ben, ask(ada, title="Another"))
    assert ben.post(thread_url(thread, "answer/"), {"post": post.pk}).status_code == 403
    assert ada.post(thread_url(thread, "answer/"), {"post": thread.posts.first().pk}).status_code == 403
    assert ada.post(thread_url(thread, "answer/"), {"post": other.pk}).status_code == 404
    assert ada.post(thread_url(thread, "answer/"), {"post": "x"}).status_code == 404
    assert mod.post(thread_url(thread, "answer/"), {"post": post.pk}).status_code == 302


def test_what_was_hidden_a_moment_ago_is_no_answer(ada, ben, mod, lesson_page):
    thread = ask(ada)
    seen = reply(ben, thread)
    mod.post(post_url(seen, "hide"), {"wanted": "yes"})
    reader = Reader(thread.author, frozenset(), frozenset(), moderates=False)
    with pytest.raises(NotAllowed):
        mark_answer(reader=reader, thread=thread, post=seen)
    assert Thread.objects.get(pk=thread.pk).answer is None


def test_moderator_hides_a_post_and_shows_it_again(ada, ben, mod, lesson_page):
    thread = ask(ada)
    post = reply(ben, thread, "Buy sheep")
    assert ada.post(post_url(post, "hide")).status_code == 403
    mod.post(post_url(post, "hide"), {"wanted": "yes"})
    assert "Buy sheep" not in read(ada, thread)
    assert "moderator has hidden this" in read(ada, thread)
    assert "Buy sheep" in read(mod, thread)
    assert ben.post(post_url(post, "edit"), {"text": "Buy more"}).status_code == 403
    assert ben.get(post_url(post, "edit")).status_code == 403
    assert ben.get(post_url(post, "remove")).status_code == 403
    assert ben.post(post_url(post, "remove")).status_code == 403
    mod.post(post_url(post, "hide"), {"wanted": "no"})
    assert "Buy sheep" in read(ada, thread)


def test_thread_with_a_hidden_question_is_not_there_for_others(ada, ben, mod, lesson_page):
    thread = ask(ada)
    mod.post(post_url(thread.posts.get(), "hide"), {"wanted": "yes"})
    assert ben.get(thread_url(thread)).status_code == 404
    assert ben.post(thread_url(thread), {"text": "x", "name": "Ben"}).status_code == 404
    assert "Why a gate?" not in ben.get(LESSON).content.decode()
    assert ada.get(thread_url(thread)).status_code == 200
    assert "Why a gate?" in mod.get(LESSON).content.decode()


def test_hidden_reply_hides_no_thread(ada, ben, mod, lesson_page):
    thread = ask(ada)
    mod.post(post_url(reply(ben, thread, "Buy sheep"), "hide"), {"wanted": "yes"})
    assert "Why a gate?" in ben.get(LESSON).content.decode()
    assert "Why a gate?" in mod.get("/teach/questions/").content.decode()


def test_closed_thread_takes_no_reply(ada, ben, mod, lesson_page):
    thread = ask(ada)
    post = reply(ben, thread)
    assert ada.post(thread_url(thread, "lock/")).status_code == 403
    mod.post(thread_url(thread, "lock/"), {"wanted": "yes"})
    refused = ben.post(thread_url(thread), {"text": "x", "name": "Ben"})
    assert refused.status_code == 400
    assert "This question is closed" in refused.content.decode()
    assert ben.post(post_url(post, "edit"), {"text": "x"}).status_code == 400
    mod.post(thread_url(thread, "lock/"), {"wanted": "no"})
    reply(ben, thread)


def test_nobody_gets_mail_about_a_thread_that_is_hidden_from_them(
    ada, ben, mod, lesson_page, django_capture_on_commit_callbacks
):
    thread = ask(ada)
    reply(ben, thread)
    mod.post(post_url(thread.posts.first(), "hide"), {"wanted": "yes"})
    with django_capture_on_commit_callbacks(execute=True):
        reply(ada, thread, "Read it all the same.")
    assert mail.outbox == []


def test_staff_is_told_of_questions_and_has_a_page_of_open_ones(
    ada, ben, mod, lesson_page, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        thread = ask(ada)
    assert [letter.to for letter in mail.outbox] == [["mo@example.org"]]
    assert "Why a gate?" in mod.get("/teach/questions/").content.decode()
    assert ben.get("/teach/questions/").status_code == 403
    mod.post(thread_url(thread, "answer/"), {"post": reply(ben, thread).pk})
    assert "Every question is answered" in mod.get("/teach/questions/").content.decode()


def test_post_is_reported_and_the_report_closed(ada, ben, mod, lesson_page):
    post = reply(ben, ask(ada), "Buy sheep")
    assert ada.post(post_url(post, "report"), {"text": ""}).status_code == 400
    for _ in range(2):
        ada.post(post_url(post, "report"), {"text": "He sells things."})
    page = mod.get("/teach/problems/").content.decode()
    assert page.count("He sells things.") == 1
    mod.post(f"/teach/complaints/{Complaint.objects.get().pk}/close/")
    assert "He sells things." not in mod.get("/teach/problems/").content.decode()
    assert "He sells things." in mod.get("/teach/problems/?state=closed").content.decode()


def test_complaint_that_was_made_again_is_not_opened_a_second_time(ada, ben, mod, lesson_page):
    post = reply(ben, ask(ada))
    ada.post(post_url(post, "report"), {"text": "Once."})
    first = Complaint.objects.get()
    mod.post(f"/teach/complaints/{first.pk}/close/")
    ada.post(post_url(post, "report"), {"text": "Again."})
    assert mod.post(f"/teach/complaints/{first.pk}/close/", {"wanted": "no"}).status_code == 302
    assert Complaint.objects.get(closed_at=None).text == "Again."
