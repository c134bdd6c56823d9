"""People ask, reply, edit, remove, mark an answer, follow. What moderators do is in test_moderation."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from lms.discussion import writing
from lms.discussion.models import Edit, Post, Subscription, Thread
from lms.discussion.tests.people import EXERCISE, LESSON, ask, post_url, read, reply, thread_url

pytestmark = pytest.mark.django_db


def test_question_is_asked_and_answered(ada, ben, lesson_page):
    thread = ask(ada, text="Why **bold**?")
    post = reply(ben, thread, "Because `x`.")
    page = read(Client(), thread)
    assert "<strong>bold</strong>" in page
    assert "Sign in</a> to reply" in page
    ada.post(thread_url(thread, "answer/"), {"post": post.pk})
    assert "answers the question" in read(ben, thread)
    listed = Client().get(LESSON).content.decode()
    assert "answered" in listed
    assert "1 reply" in listed
    ada.post(thread_url(thread, "answer/"), {"post": ""})
    assert "answers the question" not in read(ben, thread)


def test_lesson_fetches_its_questions_and_links_to_them(ada, lesson_page):
    page = Client().get(lesson_page.url).content.decode()
    assert 'hx-get="/discussion/counting/?part=list"' in page
    assert 'href="/discussion/counting/"' in page
    ask(ada)
    fragment = Client().get(f"{LESSON}?part=list").content.decode()
    assert "Why a gate?" in fragment
    assert "<html" not in fragment


def test_exercise_has_a_discussion_of_its_own(ada, exercise):
    assert (
        'href="/discussion/counting/repair_fence/"'
        in Client().get("/exercises/counting/repair_fence/").content.decode()
    )
    ask(ada, EXERCISE)
    assert "Why a gate?" in Client().get(EXERCISE).content.decode()
    assert "Why a gate?" not in Client().get(LESSON).content.decode()
    assert Client().get("/discussion/counting/nothing/").status_code == 404
    assert Client().get("/discussion/nothing/").status_code == 404


def test_who_is_not_signed_in_cannot_write(ada, lesson_page):
    thread = ask(ada)
    for url in (
        LESSON,
        thread_url(thread),
        thread_url(thread, "answer/"),
        post_url(thread.posts.get(), "hide"),
    ):
        assert (
            Client()
            .post(url, {"text": "x", "title": "x", "name": "x"})["Location"]
            .startswith("/accounts/login/")
        )
    assert Post.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;", "<script>alert"),
        ('<a href="/accounts/logout/" class="button">x</a>', "&lt;a href", 'class="button">x'),
        ("[x](javascript:alert(1))", "x", "javascript:"),
        ("[x](https://example.org)", 'rel="noopener nofollow ugc"', "<script>alert"),
        ("# Loud\n\ntext", "<strong>Loud</strong>", "<h1>Loud"),
        ("![x](https://example.org/x.png)", "", "x.png"),
    ],
)
def test_markdown_of_anybody_is_safe(ada, lesson_page, text, wanted, unwanted):
    page = read(Client(), ask(ada, text=text))
    assert wanted in page
    assert unwanted not in page


def test_own_post_is_edited_and_taken_back(ada, ben, lesson_page):
    thread = ask(ada)
    post = reply(ben, thread, "Becaus.")
    assert ada.post(post_url(post, "edit"), {"text": "mine now"}).status_code == 403
    assert ben.post(post_url(post, "edit"), {"text": "Because."}).status_code == 302
    assert "Because." in read(ada, thread)
    assert "edited" in read(ada, thread)
    assert ben.post(post_url(post, "edit"), {"text": " "}).status_code == 400
    assert ada.post(post_url(post, "remove")).status_code == 403
    assert ben.get(post_url(post, "remove")).status_code == 200
    ben.post(post_url(post, "remove"))
    assert "Because." not in read(ada, thread)
    assert "has taken this back" in read(ada, thread)
    post.refresh_from_db()
    assert post.text == ""


def test_question_goes_as_a_whole_while_nobody_has_replied(ada, ben, lesson_page):
    thread = ask(ada)
    ada.post(post_url(thread.posts.get(), "remove"))
    assert not Thread.objects.exists()
    thread = ask(ada)
    reply(ben, thread)
    ada.post(post_url(thread.posts.first(), "remove"))
    assert "Because." in read(ben, thread)


def test_htmx_gets_the_thread_alone(ada, ben, lesson_page):
    thread = ask(ada)
    post = reply(ben, thread)
    fragment = ada.post(thread_url(thread, "answer/"), {"post": post.pk}, headers={"HX-Request": "true"})
    assert "answers the question" in fragment.content.decode()
    assert "<html" not in fragment.content.decode()


def test_flood_is_refused_and_what_was_typed_is_kept(ada, lesson_page):
    thread = ask(ada)
    for number in range(3):
        reply(ada, thread, f"and {number}")
    refused = ada.post(thread_url(thread), {"text": "and more", "name": "Ada"})
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 60
    assert "and more</textarea>" in refused.content.decode()
    Post.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    reply(ada, thread)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", " ", "Give the question a title"),
        ("title", "x" * 151, "150 characters"),
        ("text", "", "no text"),
        ("text", "x" * 10_001, "10,000 characters"),
        ("text", "[" * 301, "300 opening brackets"),
        ("name", "", "Choose a name"),
        ("name", "ada@example.org", "Choose a name"),
        ("name", "Deleted  User", "Choose a name"),
        ("name", "BEN", "Somebody else is called BEN"),
    ],
)
def test_what_cannot_be_taken_is_told(ada, ben, lesson_page, field, value, words):
    data = {"title": "Why?", "text": "I wonder.", "name": "Ada"}
    refused = ada.post(LESSON, {**data, field: value})
    assert refused.status_code == 400
    assert words in refused.content.decode()
    assert not Thread.objects.exists()


def test_nobodys_address_is_shown(client, lesson_page, ada):
    ada.user.voice.delete()
    ada.post(LESSON, {"title": "Why?", "text": "I wonder.", "name": "A. L."})
    assert "A. L." in read(Client(), Thread.objects.get())
    assert "ada@" not in read(Client(), Thread.objects.get())
    assert "ada" not in Client().get(LESSON).content.decode()


def test_followers_get_mail_until_they_say_no(ada, ben, lesson_page, django_capture_on_commit_callbacks):
    thread = ask(ada)
    with django_capture_on_commit_callbacks(execute=True):
        reply(ben, thread, "Because of sheep.")
    (letter,) = mail.outbox
    assert letter.to == ["ada@example.org"]
    assert "Because of sheep." in letter.body
    assert "Ben wrote" in letter.body
    leave = re.search(r"/discussion/unsubscribe/\S+", letter.body)[0]
    assert leave in letter.extra_headers["List-Unsubscribe"]
    assert "No more mail" in Client().get(leave).content.decode()
    assert Subscription.objects.get(user=ada.user).wanted
    # A mail program's own button brings no token of ours.
    Client(enforce_csrf_checks=True).post(leave, {"List-Unsubscribe": "One-Click"})
    with django_capture_on_commit_callbacks(execute=True):
        reply(ada, thread, "I see.")
        reply(ben, thread, "Do you?")
    assert [letter.to for letter in mail.outbox[1:]] == [["ben@example.org"]]
    ada.post(thread_url(thread, "follow/"), {"wanted": "yes"})
    assert Subscription.objects.get(user=ada.user).wanted
    assert Client().get("/discussion/unsubscribe/forged/").status_code == 404


def test_threads_have_pages(ada, mod, lesson_page, monkeypatch):
    monkeypatch.setattr("lms.discussion.views.THREADS_A_PAGE", 2)
    monkeypatch.setattr("lms.discussion.report_views.THREADS_A_PAGE", 2)
    for number in range(3):
        ask(ada, title=f"Question {number}?")
    first, last = Client().get(LESSON).content.decode(), Client().get(f"{LESSON}?page=2").content.decode()
    assert [f"Question {number}?" in first for number in range(3)] == [False, True, True]
    assert [f"Question {number}?" in last for number in range(3)] == [True, False, False]
    assert "Page 2 of 2" in last
    assert "Question 0?" in Client().get(f"{LESSON}?page=nonsense&part=list").content.decode()
    # The oldest comes first for those who are to answer.
    assert "Question 2?" in mod.get("/teach/questions/?page=2").content.decode()
    assert "Question 2?" not in mod.get("/teach/questions/").content.decode()


def test_one_post_is_not_changed_again_at_once(ada, lesson_page):
    post = reply(ada, ask(ada))
    assert ada.post(post_url(post, "edit"), {"text": "Changed."}).status_code == 302
    assert ada.post(post_url(post, "edit"), {"text": "And again."}).status_code == 429
    Post.objects.filter(pk=post.pk).update(edited_at=timezone.now() - writing.EDIT_PAUSE)
    assert ada.post(post_url(post, "edit"), {"text": "And again."}).status_code == 302


def test_changes_of_posts_have_a_limit_too_be_they_of_one_or_of_several(ada, ben, lesson_page):
    one, other = (reply(ada, ask(ada)) for _ in range(2))
    for number in range(writing.EDITS[0][0]):
        Post.objects.filter(pk=one.pk).update(edited_at=None)  # time passes between two of one post
        assert ada.post(post_url(one, "edit"), {"text": f"Changed {number}."}).status_code == 302
    refused = ada.post(post_url(other, "edit"), {"text": "Once more."})
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert "Once more." in refused.content.decode()
    other.refresh_from_db()
    assert other.edited_at is None
    theirs = reply(ben, ask(ben))
    assert ben.post(post_url(theirs, "edit"), {"text": "Mine."}).status_code == 302
    Edit.objects.filter(author=ada.user).update(created_at=timezone.now() - writing.EDITS[0][1])
    assert ada.post(post_url(other, "edit"), {"text": "Once more."}).status_code == 302
    assert Edit.objects.filter(author=ada.user).count() == 1, "older ones are forgotten"


def test_thread_takes_the_same_number_of_queries_however_long_it_is(
    ada, ben, person, lesson_page, django_assert_max_num_queries
):
    thread = ask(ada)
    with django_assert_max_num_queries(30) as few:
        read(ben, thread)
    count = len(few)
    for number in range(5):
        reply(person(f"Person {number}"), thread)
    with django_assert_max_num_queries(count):
        read(ben, thread)


def test_a_long_discussion_has_pages_and_every_link_leads_to_the_right_one(
    ada, ben, lesson_page, monkeypatch
):
    monkeypatch.setattr("lms.discussion.answers.POSTS_A_PAGE", 3)
    thread = ask(ada)
    posts = [reply(ben, thread, f"Reply {number}.") for number in range(1, 5)]
    first, second = read(ada, thread), ada.get(thread_url(thread), {"page": 2}).content.decode()
    assert "Reply 2." in first
    assert "Reply 3." not in first
    assert "Page 1 of 2" in first
    assert "Reply 2." not in second
    assert "Reply 4." in second

    answer = ada.post(thread_url(thread), {"name": "Ada", "text": "Thank you."})
    assert "Thank you." in ada.get(answer.url.partition("#")[0]).content.decode(), (
        "one is led to one's own reply"
    )
    assert (
        'id="post-text"'
        in ada.post(thread_url(thread) + "?page=2", {"name": "Ada", "text": ""}).content.decode()
    )

    ada.post(thread_url(thread, "answer/"), {"post": posts[3].pk})
    linked = re.search(r'href="([^"#]+)#[^"]*">To the answer', read(ada, thread))
    assert linked
    there = ada.get(linked[1]).content.decode()
    assert "answers the question" in there
    assert "To the answer" not in there

    drawn = ada.post(thread_url(thread, "follow/?page=2"), {"wanted": "no"}, headers={"HX-Request": "true"})
    assert "Reply 4." in drawn.content.decode()
    assert (
        ada.post(thread_url(thread, "follow/?page=2"), {"wanted": "no"}).url == f"{thread_url(thread)}?page=2"
    )
    for odd in ("?page=99", "?post=x", f"?post={10**30}", "?page=x"):
        assert ada.get(thread_url(thread) + odd).status_code == 200
