"""A mail backend that delivers into the visitor's own mailbox."""

import time
import uuid
from collections.abc import Sequence

from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage

from sandbox.demos import feeds
from sandbox.demos.desk import Letter, open_desk
from sandbox.demos.places import current_place
from sandbox.demos.worlds import World
from sandbox.xray.hooks import note_mail
from sandbox.xray.recorder import html_of

MAX_BODY = 100_000  # characters


class EmailBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        messages = [message for message in email_messages if message.recipients()]
        place = current_place()
        if isinstance(place, World):
            with open_desk(place) as desk:
                desk["mail"] += [_letter(message) for message in messages]
            feeds.changed(place)
        note_mail(messages)
        return len(messages)


def _letter(message: EmailMessage) -> Letter:
    html = html_of(message)
    text = "" if message.content_subtype == "html" else str(message.body)
    return {
        "id": uuid.uuid4().hex,
        "at": time.time(),
        "sender": str(message.from_email),
        "to": [str(address) for address in message.recipients()],
        "subject": str(message.subject),
        "text": text[:MAX_BODY],
        "html": html[:MAX_BODY] if html else None,
        "read": False,
    }
