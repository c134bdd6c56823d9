"""The mail server, a letter at a time, and what it can say to one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused

from django.core.mail import EmailMessage, get_connection


class NoServer(Exception):
    """The mail server cannot be reached, or does not let us in."""


class BrokenOff(Exception):
    """The server hung up, or wants nothing from us: nobody knows about this letter."""


class Refused(Exception):
    """This letter was refused. The message has no address in it, which does not belong into a log."""

    def __init__(self, reason: str, *, for_now: bool) -> None:
        super().__init__(reason)
        self.for_now = for_now


@contextmanager
def mail_server() -> Iterator[Callable[[EmailMessage], None]]:
    """Connect, and give a verb that sends a letter to one person. Raises NoServer.

    The verb raises Refused, `for_now` where the server has said by a code of 4xx that it may be tried again
    (RFC 5321, 4.2.1: a full mailbox, somebody not seen before), and BrokenOff.
    """
    connection = get_connection()
    try:
        connection.open()
    except (OSError, SMTPException) as error:
        raise NoServer(str(error)) from error

    def send(letter: EmailMessage) -> None:
        try:
            connection.send_messages([letter])
        except (SMTPRecipientsRefused, SMTPDataError) as error:
            code = _code(error)
            raise Refused(f"{type(error).__name__} {code}", for_now=400 <= code < 500) from error
        except ValueError as error:
            # Django's word for what is no address.
            raise Refused(type(error).__name__, for_now=False) from error
        except (OSError, SMTPException) as error:
            raise BrokenOff(str(error)) from error

    try:
        yield send
    finally:
        connection.close()


def _code(error: SMTPRecipientsRefused | SMTPDataError) -> int:
    if isinstance(error, SMTPRecipientsRefused):
        return min(code for code, _words in error.recipients.values())
    return error.smtp_code
