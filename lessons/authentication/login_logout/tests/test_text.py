"""The code in lesson.md runs, and what the text says of Django is so."""

import re
from pathlib import Path

import pytest
from django.contrib.auth import login
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.auth.views import LoginView
from django.contrib.sessions.backends import cached_db, db, signed_cookies
from django.shortcuts import redirect, render
from django.test import RequestFactory, TestCase, override_settings
from django.urls import reverse

from lessons.authentication.login_logout.demo.seed import READERS
from lessons.authentication.login_logout.demo.views import safe_next

TEXT = (Path(__file__).parents[1] / "lesson.md").read_text(encoding="utf-8")
ADA = {"username": "ada", "password": READERS["ada"]}


@pytest.fixture
def visitor(visit):
    return visit("login_logout")


def code_with(mark: str, **names: object) -> dict:
    """The names that the text's Python block with this mark in it defines."""
    block = next(code for code in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL) if mark in code)
    exec(compile(block, "lesson.md", "exec"), names)
    return names


def posted(session: db.SessionStore, **data: str):
    request = RequestFactory().post("/", data)
    request.session, request.user = session, AnonymousUser()
    return request


def planted_session() -> db.SessionStore:
    session = db.SessionStore()
    session["bag"] = [1]
    session.save()
    return session


def test_the_login_by_hand_fails_as_the_text_says(visitor) -> None:
    sign_in = code_with('session["user_id"]', User=User, redirect=redirect)["sign_in"]
    with visitor.world():
        session = planted_session()
        key = session.session_key
        request = posted(session, **ADA, next="//evil.example/")
        assert sign_in(request).url == "//evil.example/"
        assert (session.session_key, request.user.is_authenticated) == (key, False)
        with pytest.raises(User.DoesNotExist):
            sign_in(posted(session, username="nobody-at-all", password="x"))
        User.objects.filter(username="ada").update(is_active=False)
        session = planted_session()
        sign_in(posted(session, **ADA, next="/"))
        assert "user_id" in session


def test_the_login_beside_it_does_not(visitor) -> None:
    names = {"AuthenticationForm": AuthenticationForm, "login": login, "safe_next": safe_next}
    sign_in = code_with("is_valid()", redirect=redirect, render=render, **names)["sign_in"]
    with visitor.world():
        session = planted_session()
        key = session.session_key
        request = posted(session, **ADA, next="//evil.example/")
        assert sign_in(request).url == "/"
        assert session.session_key != key
        assert (session["bag"], request.user.username) == ([1], "ada")


@pytest.mark.parametrize("name", ["test_a_reader_sees_her_own_loans", "test_a_stranger_is_asked_to_sign_in"])
def test_the_tests_in_the_text_pass(visitor, name: str) -> None:
    case = code_with("DeskTests", TestCase=TestCase, User=User, reverse=reverse)["DeskTests"](name)
    case.client = visitor
    with visitor.world():
        User.objects.filter(username="ada").delete()
        getattr(case, name)()


def test_a_form_left_open_in_another_tab_is_refused_after_a_login(visit) -> None:
    visitor = visit("login_logout", enforce_csrf_checks=True)

    def token() -> str:
        return visitor.get("login/").text.split('csrfmiddlewaretoken" value="')[1].split('"')[0]

    old = token()
    assert visitor.post("login/", {**ADA, "csrfmiddlewaretoken": old}).status_code == 302
    assert visitor.post("bag/1/", {"csrfmiddlewaretoken": old}).status_code == 403
    assert visitor.post("bag/1/", {"csrfmiddlewaretoken": token()}).status_code == 302


def test_the_form_that_vanishes(visit) -> None:
    visitor = visit("login_logout", enforce_csrf_checks=True)
    token = visitor.get("login/").text.split('csrfmiddlewaretoken" value="')[1].split('"')[0]
    visitor.post("login/", {**ADA, "csrfmiddlewaretoken": token})
    token = visitor.get("").text.split('csrfmiddlewaretoken" value="')[1].split('"')[0]
    visitor.post("logout/", {"csrfmiddlewaretoken": token})
    bounced = visitor.post("borrow/", {"csrfmiddlewaretoken": token})
    assert bounced.status_code == 302
    page = visitor.get(bounced.url)
    token = page.text.split('csrfmiddlewaretoken" value="')[1].split('"')[0]
    back = visitor.post("login/", {**ADA, "csrfmiddlewaretoken": token, "next": page.context["next"]})
    assert visitor.get(back.url).status_code == 405
    steps = [(trace["url_name"], trace["response"]["status"]) for trace in visitor.traces]
    assert steps[-4:] == [("borrow", 302), ("login", 200), ("login", 302), ("borrow", 405)]


def test_append_is_not_noticed(visitor) -> None:
    with visitor.world():
        session = db.SessionStore(planted_session().session_key)
        session["bag"].append(2)
        assert not session.modified
        session["bag"] = [1, 2]
        assert session.modified


def test_a_signed_cookie_outlives_its_logout() -> None:
    session = signed_cookies.SessionStore()
    session["_auth_user_id"] = "1"
    session.save()
    copy = session.session_key
    session.flush()
    assert signed_cookies.SessionStore(copy)["_auth_user_id"] == "1"


def test_cached_db_reads_from_the_cache(visitor) -> None:
    with visitor.world():
        session = cached_db.SessionStore()
        session["bag"] = [1]
        session.save()
        db.SessionStore().delete(session.session_key)
        assert cached_db.SessionStore(session.session_key)["bag"] == [1]


def test_a_signed_in_visitor_costs_nothing_where_nobody_asks_for_her(visitor) -> None:
    visitor.post("login/", ADA)
    assert visitor.get("logout/").status_code == 405
    assert visitor.traces[-1]["request"]["cookies"]["sessionid"]
    assert visitor.traces[-1]["queries"] == []


def test_saving_every_request_costs_a_write(visitor) -> None:
    visitor.post("login/", ADA)
    for every, writes in ((False, 0), (True, 1)):
        with override_settings(SESSION_SAVE_EVERY_REQUEST=every):
            visitor.get("desk/")
        statements = [query["sql"].split()[0] for query in visitor.traces[-1]["queries"]]
        assert statements.count("UPDATE") == writes


def test_each_login_whose_cookie_is_not_kept_leaves_a_row(visitor) -> None:
    with override_settings(SESSION_COOKIE_SECURE=True):
        for _ in range(3):
            assert visitor.post("login/", ADA).cookies["sessionid"]["secure"]
            # What a browser does with it over plain HTTP; the test client would keep it.
            del visitor.cookies["sessionid"]
    with visitor.world():
        assert db.SessionStore().model.objects.count() == 3


def test_login_cannot_choose_between_two_backends(visitor) -> None:
    backends = [
        f"django.contrib.auth.backends.{name}" for name in ("ModelBackend", "AllowAllUsersModelBackend")
    ]
    with visitor.world(), override_settings(AUTHENTICATION_BACKENDS=backends):
        with pytest.raises(ValueError, match="multiple authentication backends"):
            login(posted(planted_session()), User.objects.get(username="ada"))


@pytest.mark.parametrize(("fallbacks", "is_kept"), [(["old" * 20], True), ([], False)])
def test_a_new_secret_key_ends_sessions_unless_the_old_one_stays(fallbacks: list[str], is_kept: bool) -> None:
    ada = User(username="ada", password="pbkdf2_sha256$…")
    with override_settings(SECRET_KEY="old" * 20):
        data, proof = db.SessionStore().encode({"bag": [1]}), ada.get_session_auth_hash()
    with override_settings(SECRET_KEY="new" * 20, SECRET_KEY_FALLBACKS=fallbacks):
        assert db.SessionStore().decode(data) == ({"bag": [1]} if is_kept else {})
        assert (proof in ada.get_session_auth_fallback_hash()) is is_kept
        assert proof != ada.get_session_auth_hash()


def test_a_million_rounds() -> None:
    assert PBKDF2PasswordHasher.iterations == 1_000_000


def test_login_view_bears_the_mark() -> None:
    assert LoginView.as_view().login_required is False
