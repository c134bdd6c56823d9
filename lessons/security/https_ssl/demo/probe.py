"""Run as a script of its own: Django with the settings that come in, checked and asked.

Settings hold for a whole process. Flipping them in the one that serves this page would flip them for
everybody who is asking it at that moment; so this is another process, with nothing in it but these settings.
It reads JSON from its standard input, `{"settings": {…}, "requests": [{"name", "method", "secure",
"headers"}, …]}`, and writes JSON to its standard output.
"""

import json
import logging
import sys

import django
from django.conf import settings
from django.core.checks import run_checks
from django.core.management.utils import get_random_secret_key
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.test import Client
from django.urls import path

HOST = "harbour.example"


def home(request: HttpRequest) -> HttpResponse:
    """A page with a form and a session, as most have."""
    request.session["seen"] = True
    get_token(request)
    return HttpResponse(f"is_secure() is {request.is_secure()}; {request.build_absolute_uri('/reset/')}")


urlpatterns = [path("", home)]


def set_up(flipped: dict[str, object]) -> None:
    header = flipped["SECURE_PROXY_SSL_HEADER"]
    flipped["SECURE_PROXY_SSL_HEADER"] = tuple(header) if isinstance(header, list) else None
    settings.configure(
        **flipped,
        SECRET_KEY=get_random_secret_key(),
        ROOT_URLCONF=__name__,
        INSTALLED_APPS=["django.contrib.sessions", "django.contrib.messages"],
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        LOGGING_CONFIG=None,
        USE_TZ=True,
    )
    django.setup()
    logging.disable(logging.CRITICAL)


def check() -> list[dict[str, str]]:
    """What `manage.py check --deploy` prints."""
    found = run_checks(include_deployment_checks=True)
    return [{"id": str(message.id), "text": str(message.msg)} for message in found]


def ask(wanted: dict[str, object]) -> dict[str, object]:
    """One request as it reaches Django, and its answer."""
    response = Client(enforce_csrf_checks=True, raise_request_exception=False).generic(
        str(wanted["method"]),
        "/",
        secure=bool(wanted["secure"]),
        headers={"host": HOST, **dict(wanted["headers"])},  # type: ignore[call-overload]
    )
    return {
        "name": wanted["name"],
        "status": response.status_code,
        "location": response.headers.get("Location", ""),
        "hsts": response.headers.get("Strict-Transport-Security", ""),
        "cookies": {name: bool(morsel["secure"]) for name, morsel in response.cookies.items()},
        "text": response.text if response.status_code == 200 else "",
    }


def main() -> None:
    order = json.load(sys.stdin)
    set_up(order["settings"])
    json.dump({"issues": check(), "answers": [ask(wanted) for wanted in order["requests"]]}, sys.stdout)


if __name__ == "__main__":
    main()
