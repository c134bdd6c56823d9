"""What this lesson's attacks can't reach: the machine, other visitors, and this site outside of its frame."""

from __future__ import annotations

import time

import pytest
from django.conf import settings
from django.test import Client

from lessons.security.xss_sql_injection.demo.models import Book, Comment, Policy, Rendering, Staff
from lessons.security.xss_sql_injection.tests.shop import HOME, frame, post, switch
from sandbox.demos.database import guard
from sandbox.demos.desk import read_desk
from sandbox.demos.worlds import World

# Behind the statement's end.
STATEMENTS = [
    "ATTACH DATABASE '{other}' AS o",
    "VACUUM INTO '{new}'",
    "DETACH DATABASE main",
    "PRAGMA writable_schema = 1",
    "DELETE FROM xss_sql_injection_book",
    "UPDATE xss_sql_injection_staff SET pin = '0000'",
    "CREATE TRIGGER t AFTER INSERT ON auth_user BEGIN DELETE FROM xss_sql_injection_book; END",
]
# In place of a column.
EXPRESSIONS = [
    "load_extension('{other}')",
    "hex(fts3_tokenizer('simple'))",
    "(SELECT file FROM pragma_database_list)",
    "(SELECT file FROM pragma_DATABASE_LIST())",
    "readfile('{other}')",
    "writefile('{new}', 'x')",
    "(SELECT name FROM fsdir('/'))",
    "(SELECT pin FROM other.xss_sql_injection_staff)",
    "edit('{other}')",
    "length(zeroblob(900000000))",
    "length(hex(zeroblob(19000000)))",
]
QUERIES = [
    *({"q": f"'; {statement}; --"} for statement in STATEMENTS),
    *({"sort": f"title; {statement}"} for statement in STATEMENTS),
    *({"q": f"zzz' UNION SELECT 1, {expression}, 3, 4 --"} for expression in EXPRESSIONS),
    *({"sort": expression} for expression in EXPRESSIONS),
]


@pytest.fixture
def visitor(visit):
    return visit("xss_sql_injection")


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: str(*query.items()))
def test_no_statement_reaches_another_database_or_file(visitor, visit, tmp_path, query):
    neighbour = visit("xss_sql_injection")
    with neighbour.world() as theirs:
        Staff.objects.create(name="Neighbour", pin="s3cr")
        other = theirs.file()
        before = other.read_bytes()
    new = tmp_path / "new.sqlite3"
    [(place, statement)] = query.items()
    page = visitor.get("search/", {place: statement.format(other=other, new=new)})

    assert page.status_code == 200
    assert "The database complains." in page.text
    assert "s3cr" not in page.text
    found = page.text.split('role="alert"')[1].split("</p>")[0]
    assert str(settings.DEMOS_VAR_DIR) not in found
    assert other.read_bytes() == before and not new.exists()
    with visitor.world():
        assert Book.objects.count() == 8
        assert set(Staff.objects.values_list("pin", flat=True)) == {"4071", "9925"}


@pytest.mark.parametrize("place", ["q", "sort"])
def test_a_question_without_end_is_interrupted(visitor, monkeypatch, place):
    monkeypatch.setattr(guard, "MAX_SECONDS", 0.3)
    forever = "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT sum(i) FROM n)"
    asked = f"zzz' UNION SELECT 1, {forever}, 3, 4 --" if place == "q" else forever
    began = time.monotonic()
    assert "interrupted" in visitor.get("search/", {place: asked}).text
    assert time.monotonic() - began < 10
    assert "100% Rye" in visitor.get("search/", {"q": "Rye"}).text


def test_a_question_with_a_million_rows_is_answered_with_a_page(visitor):
    rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i, i, i, i FROM n"
    page = visitor.get("search/", {"q": "", "sort": f"1 LIMIT 0) UNION ALL SELECT * FROM ({rows}"})
    assert page.text.count("<tr>") <= 41


def test_what_comes_back_from_the_database_is_text(visitor):
    page = visitor.get("search/", {"q": "zzz' UNION SELECT 1, '<script>alert(1)</script>', 3, 4 --"})
    assert "&lt;script&gt;alert(1)" in page.text and "<script>alert(1)" not in page.text


@pytest.mark.parametrize("rendering", Rendering)
@pytest.mark.parametrize("policy", Policy)
def test_the_wall_is_an_origin_of_its_own_whatever_the_switches_say(visitor, rendering, policy):
    switch(visitor, rendering=rendering, policy=policy)
    post(visitor, "A script")
    for address in (frame(visitor), f"{HOME}guestbook/"):
        sent = visitor.get(address).headers["Content-Security-Policy"]
        assert sent.startswith("sandbox allow-scripts allow-forms")
        for key in ("same-origin", "top-navigation", "popups", "modals", "downloads"):
            assert f"allow-{key}" not in sent


def test_only_the_wall_shows_what_guests_wrote(visitor):
    visitor.get("")
    before = read_desk(World(visitor.visitor, visitor.demo))
    visitor.post(
        "sign/", {"name": "<script>alert('mine')</script>", "text": "<script>alert('mine')</script>"}
    )
    for path in ("", "desk/", "search/"):
        page = visitor.get(path)
        assert "alert('mine')" not in page.text
        assert "script-src 'self';" in page.headers["Content-Security-Policy"]
    assert read_desk(World(visitor.visitor, visitor.demo))["mail"] == before["mail"]


def test_loot_and_reports_are_shown_as_text(visitor):
    Client().get(f"{frame(visitor, 'thief/')}?<script>alert(1)</script>")
    for path in ("", "desk/"):
        assert "&lt;script&gt;alert(1)" in visitor.get(path).text
    answer = Client().get(f"{frame(visitor, 'thief/')}?<script>alert(1)</script>")
    assert answer.headers["Content-Type"] == "text/plain" and "script" not in answer.text


def test_a_door_writes_nothing_but_loot_and_reports(visitor):
    """A payload knows its own address. With it, and without cookies, no form of the shop is answered."""
    root = frame(visitor).removesuffix("guestbook/")
    stranger = Client(enforce_csrf_checks=True, headers={"origin": "null"})
    for path in ("sign/", "switches/", "search/switches/", "tidy/"):
        assert stranger.post(root + path, {"name": "n", "text": "t"}).status_code == 403
    with visitor.world():
        assert Comment.objects.count() == 2
