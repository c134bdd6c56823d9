"""Somebody who has done nothing yet, told from their session alone."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CSRF_SESSION_KEY, CsrfViewMiddleware

from lms.accounts.learners import SESSION_KEY, newcomer_key
from lms.progress.lesson_page import PageForNewcomers, filled

# What a session holds of somebody who has only looked at pages. With anything else in it, or in part, the
# whole of Django is to say what that means.
_LOOKED = {CSRF_SESSION_KEY, SESSION_KEY}


class NotNew(Exception):
    """Somebody signed in, or has done something, or is to be told something."""


def answer_newcomer(request: HttpRequest, shown: PageForNewcomers) -> HttpResponse | None:
    """Answer with this page; None where it is no longer the one to show. Raises NotNew.

    Three queries; three as well where a session begins. Of the middleware only what a session and a token
    take has its turn: no other header is there.
    """
    _sessions.process_request(request)
    held = set(request.session.keys())
    if (held and held != _LOOKED) or CookieStorage.cookie_name in request.COOKIES:
        raise NotNew
    request.user = AnonymousUser()
    request.resolver_match = shown.match
    _tokens.process_request(request)
    key = newcomer_key(request)
    if key is None:
        raise NotNew
    if not shown.is_shown_now():
        return None  # what was reserved was not saved
    response = filled(shown.page, request, key)
    _tokens.process_response(request, response)
    answered: HttpResponse = _sessions.process_response(request, response)
    return answered


def _never(request: HttpRequest) -> Any:
    raise NotImplementedError("only these hooks are called")


_sessions, _tokens = SessionMiddleware(_never), CsrfViewMiddleware(_never)
