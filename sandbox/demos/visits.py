"""Who visits, as which persona, and where they are."""

import re
import secrets
from dataclasses import dataclass

from django.core.signing import BadSignature, Signer
from django.http import parse_cookie

from sandbox.demos.conf import conf
from sandbox.demos.discovery import Demo
from sandbox.demos.worlds import World

_PERSONA = re.compile(r"/~([2-4])(?=/)")
_VISITOR = re.compile(r"[0-9a-f]{32}")
_SALT = "demos.visitor"
COOKIE_MAX_AGE = 365 * 24 * 3600  # seconds


@dataclass(frozen=True)
class Visit:
    """What the site knows of a request before Django looks at it."""

    visitor: str  # 32 hex digits
    is_new: bool
    persona: int  # 1 to 4; 1 has no prefix
    demo: Demo | None
    on_stage: bool

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
        return persona_prefix(self.persona) + self.demo.prefix


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


def visit_of(path: str, cookies: dict[str, str]) -> Visit:
    persona, inner = split_persona(path)
    visitor, is_new = visitor_of(cookies)
    demo, on_stage = demo_at(inner)
    return Visit(visitor=visitor, is_new=is_new, persona=persona, demo=demo, on_stage=on_stage)
