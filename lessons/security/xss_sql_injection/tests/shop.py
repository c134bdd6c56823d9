"""What the tests of the bookshop do again and again."""

from __future__ import annotations

from typing import Any

from lessons.security.xss_sql_injection.demo.payloads import ENTRIES, QUESTIONS
from sandbox.demos.visits import door

HOME = "/security/xss_sql_injection/"


def switch(visitor: Any, **chosen: str) -> None:
    """Of the guest book: rendering, policy, httponly="on"."""
    visitor.post("switches/", {"rendering": "open", "policy": "none", **chosen})


def ask_by(visitor: Any, way: str) -> None:
    visitor.post("search/switches/", {"asking": way})


def post(visitor: Any, title: str) -> None:
    entry = next(entry for entry in ENTRIES if entry.title == title)
    visitor.post("sign/", {"name": entry.name, "homepage": entry.homepage, "text": entry.text})


def ask(visitor: Any, title: str) -> Any:
    question = next(question for question in QUESTIONS if question.title == title)
    return visitor.get("search/", {"q": question.q, "sort": question.sort})


def frame(visitor: Any, path: str = "") -> str:
    """The address of the wall, as the frame has it."""
    return f"{door(visitor.visitor, visitor.demo)}guestbook/{path}"
