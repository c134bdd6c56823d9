"""Letters: written by a worker, once each, whatever is away meanwhile."""

from __future__ import annotations

from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone
from kombu.exceptions import OperationalError

from lms.discussion import notices, tasks
from lms.discussion.models import Notice, Thread
from lms.discussion.tests.people import ask, reply


class Server(EmailBackend):
    """Refuses one person, and hangs up before another one."""

    refuses, hangs_up = "", ""

    def send_messages(self, messages):
        (letter,) = messages
        if letter.to == [self.refuses]:
            raise SMTPRecipientsRefused({self.refuses: (550, b"no such mailbox")})
        if letter.to == [self.hangs_up]:
            raise SMTPServerDisconnected("gone")
        return super().send_messages(messages)


@pytest.fixture
def server(settings, monkeypatch) -> type[Server]:
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    monkeypatch.setattr(Server, "refuses", "")
    monkeypatch.setattr(Server, "hangs_up", "")
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


def later(notice: Notice, delay: timedelta) -> None:
    """Let so much time pass for the notice."""
    notice.refresh_from_db()
    notice.created_at -= delay
    if notice.claimed_until:
        notice.claimed_until -= delay
    notice.save()


def test_everybody_is_written_to_in_portions_and_then_it_is_forgotten(ben, thread, monkeypatch):
    monkeypatch.setattr(notices, "PORTION", 2)
    notice = noted(ben, thread)
    assert notices.deliver(notice.pk)
    assert written() == ["ada", "cleo"]
    tasks.deliver(notice.pk)
    assert written() == ["ada", "cleo", "dan", "eve"]
    assert not Notice.objects.exists()
    assert not notices.deliver(notice.pk)


def test_a_letter_that_is_refused_does_not_keep_the_others(ben, thread, server, caplog):
    server.refuses = "cleo@example.org"
    assert not notices.deliver(noted(ben, thread).pk)
    assert written() == ["ada", "dan", "eve"]
    assert "SMTPRecipientsRefused" in caplog.text
    assert "cleo@" not in caplog.text


def test_a_server_that_hangs_up_is_asked_again_and_nobody_is_written_to_twice(ben, thread, server):
    server.hangs_up = "dan@example.org"
    notice = noted(ben, thread)
    assert not notices.deliver(notice.pk)
    assert notices.left_over(timezone.now()) == []
    assert not notices.deliver(notice.pk), "somebody has it, or it waits"
    server.hangs_up = ""
    later(notice, notices.RETRY)
    assert notices.left_over(timezone.now()) == [notice.pk]
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
    later(notice, notices.GIVE_UP)
    assert not notices.deliver(notice.pk)
    assert "were not sent" in caplog.text
    assert not Notice.objects.exists()


def test_an_error_of_our_own_is_in_the_log_and_tried_again_until_it_is_given_up(
    ben, thread, monkeypatch, caplog
):
    notice = noted(ben, thread)
    with monkeypatch.context() as patched:
        patched.setattr(notices, "_next_letters", lambda _: 1 // 0)
        assert not notices.deliver(notice.pk)
        assert "ZeroDivisionError" in caplog.text
        assert Notice.objects.exists()
        later(notice, notices.GIVE_UP)
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
    assert notices.left_over(timezone.now()) == []
    later(notice, notices.CLAIM)
    tasks.deliver_left_over()
    assert written() == ["ada", "cleo", "dan", "eve"]


def test_nobody_is_written_to_about_what_was_taken_back_meanwhile(ben, thread):
    notice = noted(ben, thread)
    notice.post.text, notice.post.removed_at = "", timezone.now()
    notice.post.save()
    assert not notices.deliver(notice.pk)
    assert written() == []
    assert not Notice.objects.exists()
