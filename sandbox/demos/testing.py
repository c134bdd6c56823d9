"""Fixtures for tests of the demos site and of lessons' demos (`--ds=sandbox.demos.settings_test`).

    def test_something(visit):
        ada = visit("login_logout")
        response = ada.get("login/")
        with ada.world():
            assert User.objects.count() == 2
        assert ada.traces[-1]["url_name"] == "login"

Each is another visitor, with a world of its own. Paths are relative to the lesson; an absolute one is taken
as it is. `ada.beside(2)` is the same visitor's second browser.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client, override_settings

from sandbox.demos import feeds
from sandbox.demos.desk import Letter, read_desk
from sandbox.demos.visits import persona_prefix, visitor_cookie, visitor_of
from sandbox.demos.worlds import World, demo_named, world

VISITOR_COOKIE = "demos_visitor"


class Browser(Client):
    """A test client of one visitor in one lesson. A view's exception is a 500, as in a browser."""

    def __init__(self, lesson: str, visitor: str | None = None, persona: int = 1, **options: Any) -> None:
        super().__init__(**{"raise_request_exception": False, **options})
        self.demo = demo_named(lesson)
        self.persona = persona
        self.visitor = visitor or visitor_of({})[0]
        self.cookies[VISITOR_COOKIE] = visitor_cookie(self.visitor)

    def generic(self, method: str, path: Any, *args: Any, **options: Any) -> Any:
        if not path.startswith("/"):
            path = persona_prefix(self.persona) + self.demo.prefix + path
        return super().generic(method, path, *args, **options)

    def get(self, path: Any = "", *args: Any, **options: Any) -> Any:
        return super().get(path, *args, **options)

    def beside(self, persona: int) -> "Browser":
        """Another browser of the same visitor: the same rows, other cookies."""
        return Browser(self.demo.slug, self.visitor, persona)

    def world(self) -> AbstractContextManager[World]:
        """Inside it, the test's own queries go to this visitor's database."""
        return world(self.visitor, self.demo.slug)

    @property
    def traces(self) -> list[dict[str, Any]]:
        return feeds.earlier(World(self.visitor, self.demo))

    @property
    def mail(self) -> list[Letter]:
        """What the demo sent, oldest first."""
        return read_desk(World(self.visitor, self.demo))["mail"]


@pytest.fixture
def visit(django_db_blocker: Any) -> Iterator[Callable[..., Browser]]:
    """`visit(lesson)` makes a new visitor's `Browser`. Their databases are their own: no `django_db`."""
    # Django's test environment would put mail into a list; here it goes into the visitor's mailbox.
    mail = override_settings(EMAIL_BACKEND="sandbox.demos.mail.EmailBackend")
    with django_db_blocker.unblock(), mail:
        yield Browser
