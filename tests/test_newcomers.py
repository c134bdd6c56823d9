"""Lessons for somebody new go past Django's middleware, and are what Django would have answered."""

from __future__ import annotations

import asyncio
import gzip
import logging
import re
from collections.abc import Callable
from http.cookies import SimpleCookie
from types import SimpleNamespace
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.asgi import ASGIHandler
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client import REGISTRY
from wagtail.models import PageViewRestriction

from content.models import Exercise, LessonPage
from lms import newcomers
from lms.accounts.learners import SESSION_KEY
from lms.accounts.models import User
from lms.newcomers import MOST_KEPT, NewcomersFirst, how_asked
from lms.progress.tests.conftest import exercise, lesson_folder, lesson_page, user
from lms.progress.tests.steps import PASSWORD

__all__ = ["exercise", "lesson_folder", "lesson_page", "user"]

pytestmark = pytest.mark.django_db
URL = "/farm/counting/"


class Django(ASGIHandler):
    """Django's handler in the thread of the test, where the database's transaction is."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked += 1
        await self.handle(scope, receive, send)


class InThisThread(NewcomersFirst):
    async def _in_thread(self, threads: Any, ask: Callable[[], Any]) -> Any:
        return await sync_to_async(ask, thread_sensitive=True)()


class Site:
    """Both together; `asked` is how often it was Django that answered."""

    def __init__(self) -> None:
        self.django = Django()
        self.application = InThisThread(self.django)

    def get(self, path: str = URL, cookies: dict[str, str] | None = None, **more: Any) -> SimpleNamespace:
        """Ask as a browser does. `more` is of the scope; `headers` are some beside those there are."""
        sent = {"host": "testserver", "accept": "text/html", **more.pop("headers", {})}
        if cookies:
            sent["cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        scope = scope_of(path, list(sent.items()), **more)
        messages: list[Any] = []

        async def receive() -> dict[str, Any]:
            if not messages:
                messages.append(None)
                return {"type": "http.request", "body": b"", "more_body": False}
            return await never()

        async def send(message: Any) -> None:
            messages.append(message)

        async_to_sync(self.application)(scope, receive, send)
        return _read([message for message in messages if message])

    def visit(self, cookies: dict[str, str] | None = None, **more: Any) -> SimpleNamespace:
        """Ask, and see that Django was not."""
        before = self.django.asked
        answer = self.get(cookies=cookies, **more)
        assert self.django.asked == before, "Django was asked"
        return answer

    def visit_django(self, cookies: dict[str, str] | None = None, **more: Any) -> SimpleNamespace:
        """Ask, and see that Django was."""
        before = self.django.asked
        answer = self.get(cookies=cookies, **more)
        assert self.django.asked == before + 1, "Django was not asked"
        return answer


def scope_of(path: str, headers: list[tuple[str, str]], **more: Any) -> dict[str, Any]:
    return {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "query_string": b"",
        "root_path": "",
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 4000),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers],
        **more,
    }


async def never() -> Any:
    await asyncio.Event().wait()


def _read(messages: list[Any]) -> SimpleNamespace:
    start, body = messages[0], b"".join(message.get("body", b"") for message in messages[1:])
    headers = [(name.decode().lower(), value.decode()) for name, value in start["headers"]]
    found = SimpleNamespace(status=start["status"], headers=dict(headers), cookies={})
    for name, value in headers:
        if name == "set-cookie":
            found.cookies.update({key: morsel.value for key, morsel in SimpleCookie(value).items()})
    packed = found.headers.get("content-encoding") == "gzip"
    found.bytes = body
    found.text = (gzip.decompress(body) if packed else body).decode()
    return found


@pytest.fixture
def site(lesson_page: LessonPage) -> Site:
    """The site, of which somebody has seen the lesson already."""
    found = Site()
    assert found.visit_django().status == 200
    return found


def token_of(text: str) -> str:
    return re.search(r'name="csrf-token" content="([^"]+)"', text)[1]


def comparable(text: str) -> str:
    return re.sub(r'(csrf-token" content|csrfmiddlewaretoken" value|badge)="?[^"&]+', r"\1", text)


# --- The same as from Django ---


def test_it_is_django_s_answer_with_a_token_and_a_badge_of_one_s_own(lesson_page: LessonPage):
    site = Site()
    theirs, ours = site.visit_django(), site.visit()
    again = site.visit(cookies=ours.cookies)
    for answer in (ours, again):
        assert comparable(answer.text) == comparable(theirs.text)
        own = {"set-cookie", "x-request-id"}
        assert {k: v for k, v in answer.headers.items() if k not in own} == {
            k: v for k, v in theirs.headers.items() if k not in own
        }
    assert not again.cookies
    assert len({token_of(answer.text) for answer in (theirs, ours, again)}) == 3
    session = SessionStore(ours.cookies["lms_session"])
    assert session[SESSION_KEY].replace("-", "") in ours.text, "the badge is of this session's key"


def test_the_cookie_is_the_one_that_django_sets(lesson_page: LessonPage):
    site = Site()
    parts = [
        sorted(re.sub("=[^;]*", "", part) for part in answer.headers["set-cookie"].split("; ")[1:])
        for answer in (site.visit_django(), site.visit())
    ]
    assert parts[0] == parts[1] == ["HttpOnly", "Max-Age", "Path", "SameSite", "expires"]


def test_its_token_is_good_for_what_the_page_posts_and_for_nobody_else(site: Site):
    ours, theirs = site.visit(), site.visit()
    for answer, wanted in ((ours, 302), (theirs, 403)):
        client = Client(enforce_csrf_checks=True)
        client.cookies.load(ours.cookies)
        read = {"lesson": "counting", "csrfmiddlewaretoken": token_of(answer.text)}
        assert client.post("/progress/read/", read).status_code == wanted


@pytest.mark.parametrize("takes", ["gzip", "br, gzip;q=0.5", "gzip;q=0", "identity", ""])
def test_it_is_compressed_for_who_takes_it_so(lesson_page: LessonPage, takes: str):
    site = Site()
    headers = {"accept-encoding": takes} if takes else {}
    theirs, ours = site.visit_django(headers=headers), site.visit(headers=headers)
    for answer in (theirs, ours):
        packed = answer.headers.get("content-encoding") == "gzip"
        assert packed is (takes in ("gzip", "br, gzip;q=0.5"))
        assert answer.headers["vary"] == "Accept-Encoding, Cookie"
        assert int(answer.headers["content-length"]) == len(answer.bytes)
    assert comparable(theirs.text) == comparable(ours.text)


def test_by_three_queries_at_most(site: Site):
    first = site.visit()
    for cookies in (None, first.cookies, {"lms_session": "unknown"}):
        with CaptureQueriesContext(connection) as captured:
            site.visit(cookies=cookies)
        found = [query["sql"] for query in captured.captured_queries]
        asked = [sql for sql in found if not re.match("SAVEPOINT|RELEASE|BEGIN|COMMIT", sql)]
        assert len(asked) <= 3 + (cookies == {"lms_session": "unknown"}), asked


def test_it_is_logged_and_counted_as_every_request(site: Site, settings, caplog):
    settings.METRICS_ON = True
    labels = {"view": "lesson", "status": "200", "method": "GET"}
    name = "django_http_responses_total_by_status_view_method_total"

    def counted() -> float:
        return REGISTRY.get_sample_value(name, labels) or 0.0

    before = counted()
    with caplog.at_level(logging.INFO, logger="lms.operations.request_ids"):
        answer = site.visit(headers={"x-request-id": "of-the-proxy"})
    line = caplog.records[-1]
    assert (line.message, line.status, line.method) == ("request", 200, "GET")
    assert line.route == "/<course_slug:track>/<course_slug:lesson>/"
    assert answer.headers["x-request-id"] == "of-the-proxy"
    assert counted() == before + 1


# --- Never an old one, and never somebody else's ---


def test_what_changes_is_seen_at_once(site: Site, lesson_page: LessonPage, exercise: Exercise):
    lesson_page.title = "Counting goats"
    revision = lesson_page.save_revision()
    assert "Counting goats" not in site.get().text, "a draft"
    revision.publish()
    assert "Counting goats" in site.visit_django().text
    assert "Counting goats" in site.visit().text
    # As another process does it: no signal, no cache.
    LessonPage.objects.update(title="Counting ducks", last_published_at=timezone.now())
    assert "Counting ducks" in site.visit_django().text
    exercise.title = "Mend the fence"
    exercise.save()
    assert "Mend the fence" in site.visit_django().text
    assert "Mend the fence" in site.visit().text
    PageViewRestriction.objects.create(page=lesson_page, restriction_type=PageViewRestriction.LOGIN)
    assert site.visit_django().status == 302
    PageViewRestriction.objects.all().delete()
    lesson_page.refresh_from_db()
    lesson_page.unpublish()
    assert site.visit_django().status == 404


def test_whoever_is_not_new_is_answered_by_django(site: Site, user: User):
    reader = site.visit().cookies
    client = Client()
    client.cookies.load(reader)
    client.post("/progress/read/", {"lesson": "counting"})
    assert "You have read this lesson" in site.visit_django(cookies=reader).text
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    member = {"lms_session": client.cookies["lms_session"].value}
    assert user.email in site.visit_django(cookies=member).text
    with CaptureQueriesContext(connection) as captured:
        site.visit_django(cookies=member)
    sessions = [query["sql"] for query in captured if "django_session" in query["sql"]]
    assert len(sessions) == 1, "who was not new is not looked up again"
    assert user.email not in site.visit().text


def test_who_is_to_be_told_something_is_told(site: Site):
    site.visit_django(cookies={**site.visit().cookies, "messages": "whatever Django makes of it"})


def test_a_session_that_holds_something_more_is_django_s(site: Site):
    cookies = site.visit().cookies
    session = SessionStore(cookies["lms_session"])
    session["account_login"] = {"email": "ada@example.org"}
    session.save()
    site.visit_django(cookies=cookies)


# --- Only what was answered to one who asked in the same way ---


def test_each_way_to_ask_is_django_s_at_first(site: Site, settings):
    settings.ALLOWED_HOSTS = ["testserver", "course.example.org"]
    other = {"host": "course.example.org"}
    site.visit_django(headers=other)
    site.visit(headers=other)
    for more in (
        {"scheme": "https"},
        {"headers": {"x-forwarded-proto": "https"}},
        {"headers": {"accept": "*/*"}},
        {"path": "/farm/counting/", "query_string": b"a=b"},
        {"headers": {"content-length": "0"}},
    ):
        site.visit_django(**more)
    assert site.visit_django(headers={"host": "evil.example.org"}).status == 400
    assert site.visit_django(headers={"host": "evil.example.org"}).status == 400


def test_where_tls_is_asked_for_it_is_still_asked_for(site: Site, settings):
    """What the redirect decides by is part of how one asks."""
    assert site.visit(scheme="http").status == 200
    assert how_asked(scope_of(URL, [("x-forwarded-proto", "https")])) != how_asked(scope_of(URL, []))


@pytest.mark.parametrize(
    "more",
    [{"method": "HEAD"}, {"method": "POST"}, {"query_string": b"a=b"}, {"root_path": "/course"}],
)
def test_what_is_no_plain_request_for_a_page_is_not_looked_at(more: dict[str, Any]):
    assert how_asked(scope_of(URL, [], **more)) is None


def test_a_header_that_is_there_twice_is_not_looked_at():
    assert how_asked(scope_of(URL, [("host", "testserver"), ("host", "evil.example.org")])) is None


def test_who_edits_templates_sees_each_at_once(lesson_page: LessonPage, settings):
    settings.DEBUG = True
    site = Site()
    site.visit_django()
    site.visit_django()


# --- When something is wrong ---


def test_without_its_database_it_leaves_the_page_to_django(site: Site, monkeypatch, caplog):
    def refuse(*_: Any) -> None:
        raise OperationalError("server closed the connection")

    closed: list[str] = []
    monkeypatch.setattr(newcomers, "answer_newcomer", refuse)
    monkeypatch.setattr(newcomers, "connection", SimpleNamespace(close=lambda: closed.append("closed")))
    assert site.visit_django().status == 200
    assert closed == ["closed"]
    assert "server closed the connection" in caplog.text


def test_whatever_goes_wrong_is_in_the_log_and_left_to_django(site: Site, monkeypatch, caplog):
    monkeypatch.setattr(newcomers, "answer_newcomer", lambda *_: 1 // 0)
    assert site.visit_django().status == 200
    assert "ZeroDivisionError" in caplog.text
    monkeypatch.undo()
    assert site.visit().status == 200


def test_nobody_waits_behind_too_many(site: Site, monkeypatch):
    cookies = site.visit().cookies
    monkeypatch.setattr(newcomers, "MOST_WAITING", 0)
    assert site.visit_django().status == 200
    assert site.visit_django(cookies).status == 200
    monkeypatch.undo()
    assert site.visit(cookies).status == 200
    assert set(site.application._under_way.values()) == {0}


def test_a_page_with_a_nonce_is_not_kept(lesson_page: LessonPage):
    site = Site()
    handle = site.django.handle

    async def with_nonce(scope: Any, receive: Any, send: Any) -> None:
        async def sending(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"].append((b"Content-Security-Policy", b"script-src 'nonce-abc'"))
            await send(message)

        await handle(scope, receive, sending)

    site.django.handle = with_nonce  # type: ignore[method-assign]
    site.visit_django()
    site.visit_django()


def test_what_is_kept_is_bounded():
    known: dict[int, int] = {}
    for number in range(MOST_KEPT + 10):
        newcomers._remember(known, number, number, MOST_KEPT)
    assert len(known) == MOST_KEPT
    assert min(known) == 10
