"""Mail without a mail server: messages are files in VAR_DIR/mail, read on the page /mailbox/.

The page shows everybody's codes and links, so it is only for the person who sits at this machine:
see `is_open`.
"""

from __future__ import annotations

import ipaddress
import json
import os
import secrets
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.http import HttpRequest
from django.http.request import split_domain_port

MOST_MESSAGES = 100
KEPT_SECONDS = 7 * 24 * 3600
_LOOPBACK_NAMES = {"localhost", "127.0.0.1", "[::1]"}
# A proxy that says so speaks for somebody else, from wherever it connects.
_PROXY_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via")


@dataclass(frozen=True, kw_only=True)
class StoredMessage:
    """A message as it was sent. `sent_at` is a Unix time in seconds; attachments are kept by name only."""

    to: list[str]
    sender: str
    subject: str
    text: str
    html: str
    attachments: list[str]
    sent_at: float

    @property
    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.sent_at, tz=UTC)


class MailboxBackend(BaseEmailBackend):
    """Keeps messages in files instead of sending them."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            _write(_stored(message, sent_at=time.time()))
        sweep(now=time.time())
        return len(email_messages)


def read_messages() -> list[StoredMessage]:
    """Return the messages, newest first."""
    found = []
    for path in sorted(_files(), reverse=True):
        try:
            found.append(StoredMessage(**json.loads(path.read_text(encoding="utf-8"))))
        except FileNotFoundError:
            continue  # Swept between listing and reading.
    return found


def sweep(*, now: float) -> None:
    """Delete what is older than a week, and all but the newest MOST_MESSAGES."""
    newest_first = sorted(_files(), reverse=True)
    for position, path in enumerate(newest_first):
        if position >= MOST_MESSAGES or _sent_at(path) < now - KEPT_SECONDS:
            path.unlink(missing_ok=True)


def is_open(request: HttpRequest) -> bool:
    """Return whether this request may read the mailbox.

    Only without a mail server, only from this machine, and only under one of its loopback names: behind a
    proxy every request comes from this machine, and by DNS rebinding a foreign page can have any name.
    """
    if not settings.LOCAL_MAILBOX or any(header in request.headers for header in _PROXY_HEADERS):
        return False
    return _is_loopback(request.META.get("REMOTE_ADDR", "")) and _host(request) in _LOOPBACK_NAMES


def _stored(message: EmailMessage, *, sent_at: float) -> StoredMessage:
    alternatives = message.alternatives if isinstance(message, EmailMultiAlternatives) else []
    html = [str(content) for content, mimetype in alternatives if mimetype == "text/html"]
    return StoredMessage(
        to=[str(address) for address in message.recipients()],
        sender=str(message.from_email),
        subject=str(message.subject),
        text=str(message.body),
        html=html[0] if html else "",
        attachments=[str(_attachment_name(item)) for item in message.attachments],
        sent_at=sent_at,
    )


def _attachment_name(attachment: object) -> object:
    if isinstance(attachment, tuple):
        return attachment[0] or "attachment"
    return attachment.get_filename("attachment")  # type: ignore[attr-defined]


def _write(message: StoredMessage) -> None:
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Nanoseconds, padded: names sort by time. The token keeps two messages of one moment apart.
    name = f"{int(message.sent_at * 1e9):020}-{secrets.token_hex(4)}"
    draft = folder / f".{name}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(message), file)
    draft.rename(folder / f"{name}.json")


def _files() -> Iterable[Path]:
    return _folder().glob("[0-9]*.json")


def _sent_at(path: Path) -> float:
    return int(path.name.partition("-")[0]) / 1e9


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "mail"


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _host(request: HttpRequest) -> str:
    return split_domain_port(request.get_host())[0]
