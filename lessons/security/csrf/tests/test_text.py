"""The code in lesson.md runs, and what the text says of Django is so."""

import re
from pathlib import Path
from typing import Any

import django
import pytest
from django.conf import global_settings
from django.contrib.auth.views import LoginView
from django.core.checks.compatibility.django_4_0 import check_csrf_trusted_origins
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.test import Client, RequestFactory, override_settings
from django.views.decorators.csrf import csrf_exempt
from rest_framework.authentication import SessionAuthentication, TokenAuthentication

from lessons.security.csrf.demo.protection import unmask

from .people import sign_in

TEXT = (Path(__file__).parents[1] / "lesson.md").read_text(encoding="utf-8")
EXEMPT = csrf_exempt(lambda request: HttpResponse())


def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse("the view ran")


def reason(
    method: str = "POST", *, secure: bool = False, view: Any = view, secret: str = "", **headers: str
) -> str:
    """Why Django's own middleware refuses the request; "" if it lets the view run."""
    request = RequestFactory().generic(method, "/", secure=secure, headers=headers)
    if secret:
        request.COOKIES["csrftoken"] = secret
    seen: list[str] = []

    class Reader(CsrfViewMiddleware):
        def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
            seen.append(reason)
            return HttpResponse(status=403)

    Reader(view).process_view(request, view, (), {})
    return seen[0] if seen else ""


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "TRACE"])
def test_safe_methods_are_not_asked(method: str) -> None:
    assert reason(method, Origin="https://evil.example") == ""


def test_an_exempt_view_is_not_asked() -> None:
    assert reason(view=EXEMPT, Origin="https://evil.example") == ""


def test_the_questions_stand_in_the_order_of_the_figure() -> None:
    secret = "a" * 32
    assert reason(Origin="https://evil.example", secret=secret).startswith("Origin checking failed")
    assert reason(secure=True, secret=secret).startswith("Referer checking failed")
    assert reason() == "CSRF cookie not set."  # HTTP, no Origin: the Referer is not asked for
    assert reason(secret=secret) == "CSRF token missing."
    assert reason(secret=secret, **{"X-CSRFToken": "b" * 32}).endswith("incorrect.")
    assert reason(secret=secret, **{"X-CSRFToken": secret}) == ""


def test_every_reason_that_the_text_quotes_is_djangos() -> None:
    source = Path(django.__file__).parent.joinpath("middleware", "csrf.py").read_text(encoding="utf-8")
    for words in ("CSRF cookie not set.", "CSRF token missing."):
        assert words in TEXT and f'"{words}"' in source
    assert "does not match any trusted origins." in TEXT and "does not match any trusted origins." in source


def test_behind_a_proxy_ones_own_origin_fails_until_django_knows_of_it() -> None:
    headers = {"Host": "studio.example", "Origin": "https://studio.example", "X-Forwarded-Proto": "https"}
    with override_settings(ALLOWED_HOSTS=["studio.example"]):
        said = reason(**headers)
        assert said == "Origin checking failed - https://studio.example does not match any trusted origins."
        assert said in TEXT
        with override_settings(SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https")):
            assert reason(**headers, secret="a" * 32) == "CSRF token missing."


@pytest.mark.parametrize(
    ("origin", "good"),
    [
        ("https://app.studio.example", True),
        ("https://old.studio.example", True),
        ("https://studio.example", True),  # the star takes in the domain itself, too
        ("http://app.studio.example", False),
        ("null", False),
    ],
)
def test_a_star_takes_in_every_subdomain(origin: str, good: bool) -> None:
    with override_settings(CSRF_TRUSTED_ORIGINS=["https://*.studio.example"]):
        assert reason(Origin=origin).startswith("Origin checking failed") != good


def test_an_origin_needs_a_scheme() -> None:
    with override_settings(CSRF_TRUSTED_ORIGINS=["app.studio.example"]):
        assert [error.id for error in check_csrf_trusted_origins(app_configs=None)] == ["4_0.E001"]


def test_two_tokens_one_secret() -> None:
    request = RequestFactory().get("/")
    first, second = get_token(request), get_token(request)
    assert first != second
    assert unmask(first) == unmask(second) == request.META["CSRF_COOKIE"]
    assert len(request.META["CSRF_COOKIE"]) == 32


def test_defaults() -> None:
    assert global_settings.SESSION_COOKIE_SAMESITE == global_settings.CSRF_COOKIE_SAMESITE == "Lax"
    assert global_settings.SECURE_REFERRER_POLICY == "same-origin"
    assert global_settings.CSRF_COOKIE_AGE == 60 * 60 * 24 * 7 * 52
    assert global_settings.CSRF_USE_SESSIONS is False


def test_login_rotates_the_secret_and_is_protected(visit) -> None:
    ada = visit("csrf", enforce_csrf_checks=True)
    ada.get("login/", headers={"host": "localhost:8001"})
    before = ada.cookies["csrftoken"].value
    assert ada.post("login/", {"username": "ada", "password": "copper-kettle"}).status_code == 403
    sign_in(ada)
    assert ada.cookies["csrftoken"].value != before
    assert not getattr(LoginView.as_view(), "csrf_exempt", False)


def test_a_page_with_a_form_says_vary(visit) -> None:
    assert "Cookie" in visit("csrf").get("login/").headers["Vary"]


def test_rest_framework_checks_sessions_and_not_tokens() -> None:
    assert hasattr(SessionAuthentication, "enforce_csrf")
    assert not hasattr(TokenAuthentication, "enforce_csrf")


def test_the_tests_in_the_text_can_fail(visit, settings) -> None:
    """What TransferTests does, in a visitor's world: refused when protected, and not when exempt."""
    block = next(
        code for code in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL) if "TransferTests" in code
    )
    names: dict[str, Any] = {}
    ada = visit("csrf", enforce_csrf_checks=True)

    class Case:
        def assertEqual(self, got: object, expected: object) -> None:
            assert got == expected

    class Browser:
        def __new__(cls, enforce_csrf_checks: bool) -> Any:
            assert enforce_csrf_checks
            return ada

    with ada.world():
        from django.contrib.auth.models import User
        from django.urls import reverse

        names |= {"TestCase": Case, "Client": Browser, "User": User, "reverse": reverse}
        exec(compile(block, "lesson.md", "exec"), names)
        from lessons.security.csrf.demo.models import Defences

        case = names["TransferTests"]()
        Defences.objects.update(view="protected")
        case.test_a_foreign_form_is_refused()
        Defences.objects.update(view="exempt")
        with pytest.raises(AssertionError):
            case.test_a_foreign_form_is_refused()


def test_the_plain_test_client_does_not_check(visit) -> None:
    ada = visit("csrf")
    with ada.world():
        from lessons.security.csrf.demo.models import Defences

        Defences.objects.update(view="protected")
    answer = ada.post("transfer/", {"to": "mallory", "amount": 1})
    assert answer.status_code == 302 and isinstance(ada, Client)
