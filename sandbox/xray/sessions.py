"""Who the request came from, and what it did to the session, as a difference."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, SESSION_KEY, get_user_model
from django.core.exceptions import ImproperlyConfigured, ObjectDoesNotExist
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.functional import LazyObject, empty

from sandbox.xray.bounds import jsonable

# A project need not have sessions or users at all, nor their tables; then there is nothing to tell.
_NOT_THERE = (DatabaseError, RuntimeError, ImproperlyConfigured, LookupError, ImportError)
# What a session of somebody else has with the same value says nothing about whether this one was kept.
_SAME_FOR_ANYBODY = (BACKEND_SESSION_KEY, "_session_expiry")


class Visit:
    """The state of session and user when it is made; `differences` compares with what `request` has become.

    It looks with a session store of its own: touching `request.session` would add `Vary: Cookie`.
    """

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.key, self.data = _stored_session(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
        self.user = _username(self.data)

    def differences(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The trace's `user` and `session`."""
        session = getattr(self.request, "session", None)
        if session is None or not (session.accessed or session.modified):
            after, key_after = self.data, self.key
        else:
            after = dict(getattr(session, "_session_cache", {}))
            key_after = session.session_key
        user = {"before": self.user, "after": self._user_after(after)}
        # A new key with the old data is a rotation (login); without it, a flush (logout).
        telling = (item for item in self.data.items() if item[0] not in _SAME_FOR_ANYBODY)
        kept = any(after.get(key) == value for key, value in telling)
        flushed = bool(self.data) and key_after != self.key and not kept
        difference = {"key_before": self.key, "key_after": key_after, **_compare(self.data, after)}
        return user, {**difference, "flushed": flushed}

    def _user_after(self, session: Mapping[str, Any]) -> str | None:
        user = getattr(self.request, "user", None)
        if user is not None and not (isinstance(user, LazyObject) and user._wrapped is empty):
            return str(user.get_username()) if getattr(user, "is_authenticated", False) else None
        if session.get(SESSION_KEY) == self.data.get(SESSION_KEY):
            return self.user
        return _username(session)


def _compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "added": jsonable({key: value for key, value in after.items() if key not in before}),
        "changed": jsonable(
            {key: [before[key], after[key]] for key in before if key in after and before[key] != after[key]}
        ),
        "removed": jsonable({key: value for key, value in before.items() if key not in after}),
    }


def _stored_session(key: str | None) -> tuple[str | None, dict[str, Any]]:
    if not key:
        return None, {}
    try:
        store = import_module(settings.SESSION_ENGINE).SessionStore(key)
        data = dict(store.load())
    except _NOT_THERE:
        return None, {}
    return store.session_key, data


def _username(session: Mapping[str, Any]) -> str | None:
    key = session.get(SESSION_KEY)
    if key is None:
        return None
    try:
        model = get_user_model()
        user = model._default_manager.get(pk=model._meta.pk.to_python(key))
    except (*_NOT_THERE, ObjectDoesNotExist):
        return None
    return str(user.get_username())
