"""The code in lesson.md runs, and what the text says of Django, Python and OpenSSL is so."""

import io
import re
import ssl
from pathlib import Path
from typing import Any

import pytest
from django.conf import global_settings
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.middleware.security import SecurityMiddleware
from django.test import Client, RequestFactory, SimpleTestCase, override_settings
from django.urls import path

TEXT = (Path(__file__).parents[1] / "lesson.md").read_text(encoding="utf-8")
PROXY = ("HTTP_X_FORWARDED_PROTO", "https")

urlpatterns = [path("harbour/", lambda request: HttpResponse("berths"))]


def python_block(mark: str) -> str:
    return next(code for code in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL) if mark in code)


def through_security(request: HttpRequest) -> HttpResponse:
    return SecurityMiddleware(lambda request: HttpResponse("ok"))(request)


def asked(proto: str | None, path: str = "/", method: str = "GET", **options: Any) -> HttpRequest:
    headers = {"Host": "testserver"} | ({"X-Forwarded-Proto": proto} if proto else {})
    return RequestFactory().generic(method, path, headers=headers, **options)


def test_django_believes_no_header_unless_told_to() -> None:
    assert global_settings.SECURE_PROXY_SSL_HEADER is None
    assert not asked("https").is_secure()
    with override_settings(SECURE_PROXY_SSL_HEADER=PROXY):
        assert asked("https").is_secure()
        assert asked("https").build_absolute_uri("/reset/") == "https://testserver/reset/"
        assert not asked("http").is_secure() and not asked(None).is_secure()


def test_of_several_values_the_first_counts() -> None:
    with override_settings(SECURE_PROXY_SSL_HEADER=PROXY):
        assert asked("https, http").is_secure()
        assert not asked("http, https").is_secure()


def test_the_name_is_that_of_meta() -> None:
    with override_settings(SECURE_PROXY_SSL_HEADER=("X-Forwarded-Proto", "https")):
        assert not asked("https").is_secure()


def test_the_redirect_keeps_path_and_query_and_goes_for_posts_too() -> None:
    with override_settings(SECURE_SSL_REDIRECT=True, SECURE_REDIRECT_EXEMPT=[r"^livez$"]):
        for method in ("GET", "POST"):
            answer = through_security(asked(None, "/harbour/?berth=7", method))
            assert answer.status_code == 301
            assert answer.headers["Location"] == "https://testserver/harbour/?berth=7"
        assert through_security(asked(None, "/livez")).status_code == 200
        assert through_security(asked("https")).status_code == 301  # the loop


def test_hsts_goes_with_https_only_and_zero_is_no_header() -> None:
    with override_settings(SECURE_HSTS_SECONDS=31_536_000):
        header = through_security(asked(None, secure=True)).headers["Strict-Transport-Security"]
        assert header == "max-age=31536000" and f"Strict-Transport-Security: {header}" in TEXT
        assert "Strict-Transport-Security" not in through_security(asked(None)).headers
    with override_settings(SECURE_HSTS_SECONDS=0):
        assert "Strict-Transport-Security" not in through_security(asked(None, secure=True)).headers


def test_the_third_face_of_the_same_cause() -> None:
    request = RequestFactory().post(
        "/",
        headers={"host": "harbour.example", "origin": "https://harbour.example"}
        | {"x-forwarded-proto": "https"},
    )
    said: list[str] = []

    class Reader(CsrfViewMiddleware):
        def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
            said.append(reason)
            return HttpResponse(status=403)

    def refuse() -> None:
        Reader(lambda request: HttpResponse()).process_view(request, lambda request: HttpResponse(), (), {})

    with override_settings(ALLOWED_HOSTS=["harbour.example"]):
        refuse()
        with override_settings(SECURE_PROXY_SSL_HEADER=PROXY):
            refuse()
    assert said[0] == ("Origin checking failed - https://harbour.example does not match any trusted origins.")
    assert said[0] in TEXT and said[1] == "CSRF cookie not set."


def test_a_client_context_checks_chain_and_name() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    assert context.check_hostname and context.verify_mode == ssl.CERT_REQUIRED


def test_the_settings_of_the_text_leave_little_to_say() -> None:
    names: dict[str, Any] = {}
    exec(compile(python_block("SECURE_HSTS_SECONDS = 3600  # then more"), "lesson.md", "exec"), names)
    chosen = {name: value for name, value in names.items() if name.isupper()}
    with override_settings(
        **chosen,
        ALLOWED_HOSTS=["harbour.example"],
        DEBUG=False,
        SECRET_KEY="k" * 30 + "abcdefghijklmnopqrstuvwxyz",
    ):
        out = io.StringIO()
        with pytest.raises(SystemCheckError) as stopped:
            call_command("check", deploy=True, fail_level="WARNING", stdout=out, stderr=out)
    said = set(re.findall(r"security\.\w+", str(stopped.value)))
    assert {"security.W005", "security.W021"} <= said
    assert not said & {"security.W004", "security.W008", "security.W012", "security.W016", "security.W018"}


def test_a_silenced_check_is_silent() -> None:
    from lessons.security.https_ssl.demo.models import Rollout

    assert "SILENCED_SYSTEM_CHECKS" in TEXT and "SECURE_HSTS_PRELOAD" in Rollout().as_settings()
    with (
        override_settings(SECURE_HSTS_SECONDS=60, SILENCED_SYSTEM_CHECKS=["security.W021"]),
        pytest.raises(SystemCheckError) as stopped,
    ):
        call_command("check", deploy=True, fail_level="WARNING", stdout=io.StringIO(), stderr=io.StringIO())
    assert "security.W005" in str(stopped.value) and "security.W021" not in str(stopped.value)


@override_settings(
    ROOT_URLCONF=__name__,
    MIDDLEWARE=["django.middleware.security.SecurityMiddleware"],
    ALLOWED_HOSTS=["testserver"],
)
def test_the_tests_in_the_text_run() -> None:
    names: dict[str, Any] = {"TestCase": SimpleTestCase}
    exec(compile(python_block("class HttpsTests"), "lesson.md", "exec"), names)
    cases = [name for name in vars(names["HttpsTests"]) if name.startswith("test_")]
    assert len(cases) == 2
    for name in cases:
        case = names["HttpsTests"](name)
        case.client = Client()
        getattr(case, name)()
    assert Client().get("/harbour/", secure=True).wsgi_request.is_secure()
