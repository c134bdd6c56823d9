"""Who is learning: the account's learner, or the visitor whose key the session holds.

A visitor's key is reserved in the session when a page first needs it (a demo's badge carries it), and
the row is made by the first thing that the visitor does. So whoever only looks, as crawlers do, leaves
no row behind. The key stays in the session after sign-in: a page that was open at that time may still
hand in what it made under that key.
"""

from __future__ import annotations

import uuid
from typing import Any, Protocol

from django.db import IntegrityError, transaction

from lms.accounts.models import Learner

SESSION_KEY = "learner_key"


class Visit(Protocol):
    """What has a session and a user: a request, or the scope of a WebSocket."""

    @property
    def user(self) -> Any: ...

    @property
    def session(self) -> Any: ...


def find_learner(request: Visit) -> Learner | None:
    """Return the learner behind this request; None for somebody who has done nothing yet."""
    if request.user.is_authenticated:
        return Learner.objects.filter(user=request.user).first()
    return find_visitor(request)


def find_visitor(request: Visit) -> Learner | None:
    """Return the visitor whose key this session holds, whether or not somebody has signed in since."""
    key = _session_key(request)
    return Learner.objects.filter(key=key, user=None).first() if key else None


def get_learner(request: Visit) -> Learner:
    """Return the learner behind this request, and make one for somebody who does a first thing."""
    learner = find_learner(request)
    if learner is not None:
        return learner
    if request.user.is_authenticated:
        return Learner.objects.get_or_create(user=request.user)[0]
    return _make_visitor(request)


def newcomer_key(request: Visit) -> uuid.UUID | None:
    """Return the key, reserved if need be, of a visitor who has done nothing yet; None for everybody else."""
    if request.user.is_authenticated:
        return None
    key = _session_key(request)
    if key is None:
        return _reserve(request)
    return None if Learner.objects.filter(key=key).exists() else key


def learner_key(request: Visit) -> uuid.UUID:
    """Return the key of the learner behind this request; a visitor's is reserved without making a row."""
    if request.user.is_authenticated:
        return get_learner(request).key
    key = _session_key(request)
    if key is None or Learner.objects.filter(key=key, user__isnull=False).exists():
        key = _reserve(request)
    return key


def own_keys(request: Visit) -> set[uuid.UUID]:
    """Return every key under which this session has done something: now, and before somebody signed in."""
    learner = find_learner(request)
    keys = {learner.key if learner else None, _session_key(request)}
    return {key for key in keys if key is not None}


def _make_visitor(request: Visit) -> Learner:
    key = learner_key(request)
    try:
        with transaction.atomic():
            return Learner.objects.get_or_create(key=key, user=None)[0]
    except IntegrityError:
        # Another tab signed in at this moment and took the row along: begin anew.
        return Learner.objects.create(key=_reserve(request))


def _reserve(request: Visit) -> uuid.UUID:
    key = uuid.uuid4()
    request.session[SESSION_KEY] = str(key)
    return key


def _session_key(request: Visit) -> uuid.UUID | None:
    stored = request.session.get(SESSION_KEY)
    return uuid.UUID(stored) if stored else None
