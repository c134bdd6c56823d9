"""Mail without a mail server: kept in files, shown to whoever sits at this machine and to nobody else."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives, send_mail
from django.test import Client

from lms.accounts import mailbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("to_mailbox")]
HERE = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost:8000"}


def write(subject: str, body: str = "Your code: ABC") -> None:
    send_mail(subject, body, "course@localhost", ["ada@example.org"])


def test_a_message_is_shown_to_the_person_at_this_machine(client: Client):
    write("Your code", "Go to http://localhost:8000/accounts/ & enter <code>")
    response = client.get("/mailbox/", **HERE)
    body = response.content.decode()
    assert response.status_code == 200
    assert "ada@example.org" in body
    assert '<a href="http://localhost:8000/accounts/"' in body
    assert "&lt;code&gt;" in body
    assert "no-store" in response["Cache-Control"]


def test_an_empty_mailbox_says_so(client: Client):
    assert "No mail yet" in client.get("/mailbox/", **HERE).content.decode()


@pytest.mark.parametrize(
    "where",
    [
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost"},
        {"REMOTE_ADDR": "127.0.0.9", "HTTP_HOST": "127.0.0.1:8000"},
        {"REMOTE_ADDR": "::1", "HTTP_HOST": "[::1]:8000"},
    ],
)
def test_each_loopback_address_and_name_opens_it(client: Client, settings, where):
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
    assert client.get("/mailbox/", **where).status_code == 200


@pytest.mark.parametrize(
    "where",
    [
        {"REMOTE_ADDR": "192.168.1.20"},
        {"REMOTE_ADDR": "203.0.113.7"},
        {"REMOTE_ADDR": ""},
        {"REMOTE_ADDR": "not an address"},
        {"HTTP_HOST": "course.example.org"},
        {"HTTP_HOST": "localhost.example.org"},
        {"HTTP_HOST": "127.0.0.1.example.org:8000"},
        {"HTTP_X_FORWARDED_FOR": "203.0.113.7"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_X_FORWARDED_HOST": "course.example.org"},
        {"HTTP_X_REAL_IP": "203.0.113.7"},
        {"HTTP_FORWARDED": "for=203.0.113.7"},
    ],
)
def test_everybody_else_finds_nothing_there(client: Client, settings, where):
    settings.ALLOWED_HOSTS = ["*"]
    write("Your code")
    response = client.get("/mailbox/", **{**HERE, **where})
    assert response.status_code == 404
    assert "ABC" not in response.content.decode()


def test_with_a_mail_server_there_is_no_mailbox(client: Client, settings):
    settings.LOCAL_MAILBOX = False
    assert client.get("/mailbox/", **HERE).status_code == 404


def test_messages_are_readable_by_their_owner_only(var: Path):
    write("Your code")
    (path,) = (var / "mail").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_newest_message_comes_first():
    for number in range(3):
        write(f"Message {number}")
    assert [message.subject for message in mailbox.read_messages()] == ["Message 2", "Message 1", "Message 0"]


def test_only_so_many_messages_are_kept(monkeypatch):
    monkeypatch.setattr(mailbox, "MOST_MESSAGES", 3)
    for number in range(5):
        write(f"Message {number}")
    assert [message.subject for message in mailbox.read_messages()] == ["Message 4", "Message 3", "Message 2"]


def test_old_messages_are_swept_away():
    write("Old")
    sent_at = mailbox.read_messages()[0].sent_at
    mailbox.sweep(now=sent_at + mailbox.KEPT_SECONDS - 1)
    assert len(mailbox.read_messages()) == 1
    mailbox.sweep(now=sent_at + mailbox.KEPT_SECONDS + 1)
    assert mailbox.read_messages() == []


def test_a_message_with_html_copies_and_attachments_is_kept():
    message = EmailMultiAlternatives(
        "Both", "text", "a@example.org", ["b@example.org"], bcc=["c@example.org"]
    )
    message.attach_alternative("<p>html</p>", "text/html")
    message.attach("notes.txt", "words")
    assert message.send() == 1
    stored = mailbox.read_messages()[0]
    assert (stored.text, stored.html, stored.attachments) == ("text", "<p>html</p>", ["notes.txt"])
    assert stored.to == ["b@example.org", "c@example.org"]


def test_several_messages_at_once_are_all_kept():
    backend = mailbox.MailboxBackend()
    assert backend.send_messages([EmailMessage(str(n), "x", "a@b.org", ["c@d.org"]) for n in range(4)]) == 4
    assert len(mailbox.read_messages()) == 4
