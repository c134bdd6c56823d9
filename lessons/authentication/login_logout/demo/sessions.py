"""What the session table holds, for the page that shows it.

Only for showing: an application never needs to decode other people's sessions, with one exception,
`end_sessions`, and its docstring says what that costs.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from .models import SessionEvent

SHOWN = 8  # characters of a key: enough to tell rows apart, far too few to use

MEANING = {
    SESSION_KEY: "The user's primary key, as text. This is what “signed in” means.",
    BACKEND_SESSION_KEY: "The backend that vouched for the user. Each request asks it for the user again.",
    HASH_SESSION_KEY: "An HMAC of the password's hash. Change the password, and this session is over.",
    "_session_expiry": "Set by “remember me”: 0 means that the cookie ends with the browser.",
    "bag": "What this reader put in the bag. Our own data, by primary key.",
}


@dataclass(frozen=True)
class Entry:
    name: str
    value: str
    meaning: str


@dataclass(frozen=True)
class SessionRow:
    key: str
    mine: bool
    username: str | None
    expires_at: datetime
    raw: str
    entries: list[Entry]


def shorten(key: str | None) -> str:
    return key[:SHOWN] if key else ""


def live_key(request: HttpRequest) -> str | None:
    """The key of the row that the request came with; None where its cookie names no live row."""
    # Before the row is looked for, session_key is just what the browser sent.
    request.session.get(SESSION_KEY)
    return request.session.session_key


def record(kind: SessionEvent.Kind, request: HttpRequest, username: str, key_before: str | None) -> None:
    if request.session.session_key is None and not request.session.is_empty():
        # After a flush there is data but no key: the middleware would ask for one only when the view is done.
        request.session.save()
    SessionEvent.objects.create(
        kind=kind,
        username=username[:150],
        key_before=shorten(key_before),
        key_after=shorten(request.session.session_key),
    )


def cookie_facts(request: HttpRequest) -> dict[str, object]:
    """The session cookie that came with the request, and its attributes; `max_age` in seconds or None."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    until_close = request.session.get_expire_at_browser_close()
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "start": shorten(key),
        "length": len(key or ""),
        "httponly": settings.SESSION_COOKIE_HTTPONLY,
        "secure": settings.SESSION_COOKIE_SECURE,
        "samesite": settings.SESSION_COOKIE_SAMESITE,
        "max_age": None if until_close else request.session.get_expiry_age(),
    }


def live_rows(current_key: str | None) -> list[SessionRow]:
    """Every session that has not expired, decoded; the latest to expire first."""
    rows = list(Session.objects.filter(expire_date__gt=timezone.now()).order_by("-expire_date"))
    decoded = {row.pk: row.get_decoded() for row in rows}
    names = dict(
        User.objects.filter(
            pk__in={data[SESSION_KEY] for data in decoded.values() if SESSION_KEY in data}
        ).values_list("pk", "username")
    )
    return [
        SessionRow(
            key=shorten(row.pk),
            mine=row.pk == current_key,
            username=names.get(int(decoded[row.pk].get(SESSION_KEY, 0))),
            expires_at=row.expire_date,
            raw=row.session_data,
            entries=[_entry(name, value) for name, value in decoded[row.pk].items()],
        )
        for row in rows
    ]


def end_sessions(user: User, *, except_key: str | None) -> int:
    """Delete the user's sessions but one; how many went.

    A row does not know whose it is: the user's id is inside the signed data, so every
    live row is read and decoded. Good for thousands of rows. For more, keep a table of
    (user, session key) and write it at login.
    """
    rows = Session.objects.filter(expire_date__gt=timezone.now()).exclude(pk=except_key)
    owner = str(user.pk)
    theirs = [row.pk for row in rows.iterator() if row.get_decoded().get(SESSION_KEY) == owner]
    return Session.objects.filter(pk__in=theirs).delete()[0]


def _entry(name: str, value: object) -> Entry:
    text = f"{str(value)[:16]}…" if name == HASH_SESSION_KEY else repr(value)
    return Entry(name=name, value=text, meaning=MEANING.get(name, "Written by the application."))
