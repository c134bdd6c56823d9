"""Who visits, as which persona, and where they are."""

import re
import secrets
from dataclasses import dataclass
from urllib.parse import unquote_plus

from django.core.signing import BadSignature, Signer, TimestampSigner
from django.http import parse_cookie

from sandbox.demos.conf import conf
from sandbox.demos.discovery import Demo
from sandbox.demos.worlds import World

_PERSONA = re.compile(r"/~([2-4])(?=/)")
_DOOR = re.compile(r"/~in/([^/]+)(?=/)")
_VISITOR = re.compile(r"[0-9a-f]{32}")
_SALT = "demos.visitor"
_TICKET_SALT = "demos.ticket"
COOKIE_MAX_AGE = 365 * 24 * 3600  # seconds
TICKET = "demos_visit"  # the name of the parameter
TICKET_MAX_AGE = 24 * 3600  # seconds


@dataclass(frozen=True)
class Visit:
    """What the site knows of a request before Django looks at it."""

    visitor: str  # 32 hex digits
    is_new: bool
    persona: int  # 1 to 4; 1 has no prefix
    demo: Demo | None
    on_stage: bool
    prefix: str = ""  # what stands before the demo's path: a persona's, or a door

    @property
    def world(self) -> World | None:
        return World(self.visitor, self.demo) if self.demo else None

    @property
    def cookie_path(self) -> str:
        """Cookies of a lesson, of a persona in it, and of the stage don't meet."""
        if self.demo is None:
            return "/"
        if self.on_stage:
            return f"/stage{self.demo.prefix}"
        return self.prefix + self.demo.prefix


def persona_prefix(persona: int) -> str:
    return "" if persona == 1 else f"/~{persona}"


def split_persona(path: str) -> tuple[int, str]:
    """("/~2/track/lesson/") gives (2, "/track/lesson/")."""
    match = _PERSONA.match(path)
    return (int(match[1]), path[match.end() :]) if match else (1, path)


def demo_at(path: str) -> tuple[Demo | None, bool]:
    """The demo that a path without persona belongs to, and whether it is its stage."""
    on_stage = path.startswith("/stage/")
    inner = path.removeprefix("/stage") if on_stage else path
    for demo in conf.DEMOS:
        if inner.startswith(demo.prefix) or inner == demo.prefix[:-1]:
            return demo, on_stage
    return None, on_stage


def read_cookies(header: str) -> dict[str, str]:
    """The cookies of a Cookie header; of several of one name the first, which has the most specific path.

    Other sites on the same host (a learner's own project on localhost) have cookies called `sessionid`,
    too, with the path "/"; Django would take the last.
    """
    return parse_cookie(";".join(reversed(header.split(";"))))


def visitor_of(cookies: dict[str, str]) -> tuple[str, bool]:
    """The visitor's id, and whether it is new because there was no cookie that this site signed."""
    try:
        visitor = Signer(salt=_SALT).unsign(cookies.get(conf.VISITOR_COOKIE_NAME, ""))
    except BadSignature:
        visitor = ""
    if _VISITOR.fullmatch(visitor):
        return visitor, False
    return secrets.token_hex(16), True


def visitor_cookie(visitor: str) -> str:
    return Signer(salt=_SALT).sign(visitor)


def ticket_for(visitor: str, demo: Demo) -> str:
    """What an address carries so that a request without cookies finds the visitor's world of this lesson.

    A demo about requests from other sites needs one: which cookies arrive with those is its subject.
    """
    return TimestampSigner(salt=_TICKET_SALT).sign(f"{demo.slug}:{visitor}")


def split_ticket(query: str) -> tuple[str, str]:
    """The ticket in a query string, or "", and the query string without it."""
    parts = query.split("&")
    tickets = [part for part in parts if part.startswith(f"{TICKET}=")]
    rest = "&".join(part for part in parts if not part.startswith(f"{TICKET}="))
    return (unquote_plus(tickets[0].partition("=")[2]), rest) if tickets else ("", query)


def visitor_of_ticket(ticket: str, demo: Demo | None) -> str | None:
    """The visitor whom this site gave the ticket, for this lesson, at most a day ago."""
    if not ticket or demo is None or demo.slug not in conf.CROSS_SITE_DEMOS:
        return None
    try:
        slug, _, visitor = (
            TimestampSigner(salt=_TICKET_SALT).unsign(ticket, max_age=TICKET_MAX_AGE).partition(":")
        )
    except BadSignature:
        return None
    return visitor if slug == demo.slug else None


def door(visitor: str, demo: Demo) -> str:
    """The demo's address with a ticket in the path, where the page's relative links and forms keep it.

    For a page whose own requests bring no cookie, as one of an opaque origin. Ends with a slash.
    """
    return f"/~in/{ticket_for(visitor, demo)}{demo.prefix}"


def visit_of(path: str, cookies: dict[str, str], ticket: str = "") -> Visit:
    opened = _DOOR.match(path)
    if opened:
        return _visit_through_door(opened[0], opened[1], path[opened.end() :])
    persona, inner = split_persona(path)
    demo, on_stage = demo_at(inner)
    known = visitor_of_ticket(ticket, None if on_stage else demo)
    visitor, is_new = (known, False) if known else visitor_of(cookies)
    prefix = persona_prefix(persona)
    return Visit(visitor=visitor, is_new=is_new, persona=persona, demo=demo, on_stage=on_stage, prefix=prefix)


def _visit_through_door(prefix: str, ticket: str, inner: str) -> Visit:
    """Nobody's visit to nowhere if the ticket is not for this lesson; cookies have no say."""
    demo, on_stage = demo_at(inner)
    visitor = visitor_of_ticket(ticket, None if on_stage else demo)
    if visitor is None:
        return Visit(visitor="", is_new=False, persona=1, demo=None, on_stage=False)
    return Visit(visitor=visitor, is_new=False, persona=1, demo=demo, on_stage=False, prefix=prefix)
