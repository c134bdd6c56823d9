"""Letters: written by a worker, once each, whatever is away meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from uuid import uuid4

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone
from kombu.exceptions import OperationalError
from wagtail.models import PageViewRestriction

from lms.discussion import notices, tasks
from lms.discussion.models import Notice, Problem, Thread
from lms.discussion.tests.people import ask, reply
from lms.letters import delivery


class Server(EmailBackend):
    """Refuses one person, another one for now, and hangs up before a third."""

    refuses, refuses_for_now, hangs_up, is_none = "", "", "", ""

    def send_messages(self, messages):
        (letter,) = messages
        if letter.to == [self.refuses]:
            raise SMTPRecipientsRefused({self.refuses: (550, b"no such mailbox")})
        if letter.to == [self.refuses_for_now]:
            raise SMTPRecipientsRefused({self.refuses_for_now: (451, b"greylisted")})
        if letter.to == [self.is_none]:
            raise ValueError(f'Invalid address "{letter.to[0]}"')
        if letter.to == [self.hangs_up]:
            raise SMTPServerDisconnected("gone")
        return super().send_messages(messages)


@pytest.fixture
def server(settings, monkeypatch) -> type[Server]:
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    for name in ("refuses", "refuses_for_now", "hangs_up", "is_none"):
        monkeypatch.setattr(Server, name, "")
    return Server


@pytest.fixture
def thread(ada, person, lesson_page) -> Thread:
    """A question that three others follow."""
    found = ask(ada)
    for name in ("Cleo", "Dan", "Eve"):
        reply(person(name), found)
    Notice.objects.all().delete()
    return found


def noted(client, thread: Thread) -> Notice:
    reply(client, thread, "Because of sheep.")
    return Notice.objects.get()


def written() -> list[str]:
    return [letter.to[0].partition("@")[0] for letter in mail.outbox]


def left_over(now: datetime) -> list[int]:
    return delivery.left_over(Notice.objects.all(), now)


def later(notice: Notice, delay: timedelta) -> None:
    """Let so much time pass for the notice."""
    notice.refresh_from_db()
    notice.created_at -= delay
    if notice.claimed_until:
        notice.claimed_until -= delay
    if notice.sent_at:
        notice.sent_at -= delay
    notice.save()


def test_everybody_is_written_to_in_portions_and_then_it_is_forgotten(ben, thread, monkeypatch):
    monkeypatch.setattr(delivery, "PORTION", 2)
    notice = noted(ben, thread)
    assert notices.deliver(notice.pk)
    assert written() == ["ada", "cleo"]
    tasks.deliver(notice.pk)
    assert written() == ["ada", "cleo", "dan", "eve"]
    assert not Notice.objects.exists()
    assert not notices.deliver(notice.pk)


def test_a_letter_that_is_refused_does_not_keep_the_others(ben, thread, server, caplog):
    server.refuses, server.is_none = "cleo@example.org", "dan@example.org"
    assert not notices.deliver(noted(ben, thread).pk)
    assert written() == ["ada", "eve"]
    assert "SMTPRecipientsRefused" in caplog.text
    assert "ValueError" in caplog.text
    assert "@example.org" not in caplog.text


def test_whom_the_server_refuses_for_now_is_written_to_later_and_keeps_nobody(ben, thread, server, caplog):
    server.refuses_for_now = "cleo@example.org"
    assert not notices.deliver(noted(ben, thread).pk)
    assert written() == ["ada", "dan", "eve"]
    alone = Notice.objects.get()
    for number in (1, 2, 4):
        later(alone, delivery.RETRY_ONE * number + timedelta(seconds=1))
        tasks.deliver_left_over()
    assert written() == ["ada", "dan", "eve"]
    alone.refresh_from_db()
    assert alone.claimed_until - timezone.now() > delivery.RETRY_ONE * 5, "less and less often"
    assert "451" in caplog.text
    assert "@example.org" not in caplog.text
    server.refuses_for_now = ""
    later(alone, delivery.RETRY_ONE * 8)
    tasks.deliver_left_over()
    assert written() == ["ada", "dan", "eve", "cleo"]
    assert not Notice.objects.exists()


def test_whom_it_refuses_for_now_again_and_again_is_given_up(ben, thread, server, caplog):
    server.refuses_for_now = "cleo@example.org"
    notices.deliver(noted(ben, thread).pk)
    alone = Notice.objects.get()
    later(alone, delivery.GIVE_UP)
    tasks.deliver_left_over()
    assert "were not sent" in caplog.text
    assert not Notice.objects.exists()


def test_a_server_that_hangs_up_is_asked_again_and_nobody_is_written_to_twice(ben, thread, server):
    server.hangs_up = "dan@example.org"
    notice = noted(ben, thread)
    assert not notices.deliver(notice.pk)
    assert left_over(timezone.now()) == []
    assert not notices.deliver(notice.pk), "somebody has it, or it waits"
    server.hangs_up = ""
    later(notice, delivery.RETRY)
    tasks.deliver_left_over()
    assert written() == ["ada", "cleo", "dan", "eve"]
    assert not Notice.objects.exists()


def test_no_server_at_all_loses_no_post_and_is_given_up_after_days(ben, thread, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    notice = noted(ben, thread)
    assert not notices.deliver(notice.pk)
    assert thread.posts.filter(text="Because of sheep.").exists()
    assert "wait" in caplog.text
    later(notice, delivery.GIVE_UP)
    assert not notices.deliver(notice.pk)
    assert "were not sent" in caplog.text
    assert not Notice.objects.exists()


def test_of_many_that_wait_for_a_server_one_asks_for_all(ben, person, thread, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    first = noted(ben, thread)
    reply(person("Cara"), thread, "And of goats.")
    second = Notice.objects.exclude(pk=first.pk).get()
    assert not notices.deliver(first.pk)
    assert not notices.deliver(second.pk)
    assert caplog.text.count("wait") == 1, "a worker asks once a minute, and grades otherwise"
    assert thread.title not in caplog.text
    assert left_over(timezone.now()) == []
    assert left_over(timezone.now() + delivery.RETRY) == [first.pk, second.pk]


def test_nobody_is_written_to_about_a_lesson_that_was_closed_to_the_public(ben, thread, lesson_page):
    notice = noted(ben, thread)
    PageViewRestriction.objects.create(page=lesson_page, restriction_type="login")
    assert not notices.deliver(notice.pk)
    assert written() == []


def test_a_problem_that_is_open_again_was_not_looked_at(ada, lesson_page):
    problem = Problem.objects.create(
        lesson=lesson_page.slug,
        block=uuid4(),
        kind="wrong",
        text="x",
        reported_by=ada.user,
        created_at=timezone.now(),
    )
    notice = Notice.objects.create(kind="closed", problem=problem, created_at=timezone.now())
    assert not notices.deliver(notice.pk)
    assert written() == []


def test_an_error_of_our_own_is_in_the_log_and_tried_again_until_it_is_given_up(
    ben, thread, monkeypatch, caplog
):
    notice = noted(ben, thread)
    with monkeypatch.context() as patched:
        patched.setattr(notices, "_next_letters", lambda _: 1 // 0)
        assert not notices.deliver(notice.pk)
        assert "ZeroDivisionError" in caplog.text
        assert Notice.objects.exists()
        later(notice, delivery.GIVE_UP)
        assert not notices.deliver(notice.pk)
    assert not Notice.objects.exists()
    assert written() == []


def test_a_message_that_the_broker_did_not_take_is_sent_later(ben, thread, monkeypatch, caplog):
    def away(_: int) -> None:
        raise OperationalError("no broker")

    with monkeypatch.context() as patched:
        patched.setattr("lms.discussion.tasks.deliver.delay", away)
        notice = noted(ben, thread)
        tasks.send(notice.pk)
    assert "out of reach" in caplog.text
    assert written() == []
    assert left_over(timezone.now()) == []
    later(notice, delivery.CLAIM)
    tasks.deliver_left_over()
    assert written() == ["ada", "cleo", "dan", "eve"]


def test_behind_a_long_queue_a_look_adds_no_message(ben, thread, monkeypatch):
    messages: list[int] = []
    monkeypatch.setattr("lms.discussion.tasks.deliver.delay", messages.append)
    notice = noted(ben, thread)
    assert messages == []  # the post is not committed in a test
    later(notice, delivery.CLAIM)
    for _ in range(3):
        tasks.deliver_left_over()
    assert messages == [notice.pk]
    later(notice, delivery.MESSAGE_LOST)
    tasks.deliver_left_over()
    assert messages == [notice.pk] * 2, "by now it is taken for lost"
    assert not notices.deliver(notice.pk)
    assert written() == ["ada", "cleo", "dan", "eve"]


def test_nobody_is_written_to_about_what_was_taken_back_meanwhile(ben, thread):
    notice = noted(ben, thread)
    notice.post.text, notice.post.removed_at = "", timezone.now()
    notice.post.save()
    assert not notices.deliver(notice.pk)
    assert written() == []
    assert not Notice.objects.exists()
