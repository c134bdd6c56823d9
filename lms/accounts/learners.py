"""Who is learning: the account's learner, or the visitor whose key the session holds."""

from __future__ import annotations

from django.http import HttpRequest

from lms.accounts.models import Learner

SESSION_KEY = "learner_key"


def find_learner(request: HttpRequest) -> Learner | None:
    """Return the learner behind this request; None for somebody who has done nothing yet."""
    if request.user.is_authenticated:
        return Learner.objects.filter(user=request.user).first()
    return find_visitor(request)


def find_visitor(request: HttpRequest) -> Learner | None:
    """Return the visitor whose key this session holds, whether or not somebody has signed in since."""
    key = request.session.get(SESSION_KEY)
    return Learner.objects.filter(key=key, user=None).first() if key else None


def get_learner(request: HttpRequest) -> Learner:
    """Return the learner behind this request, and make one for somebody who does a first thing."""
    learner = find_learner(request)
    if learner is not None:
        return learner
    if request.user.is_authenticated:
        return Learner.objects.get_or_create(user=request.user)[0]
    learner = Learner.objects.create()
    request.session[SESSION_KEY] = str(learner.key)
    return learner
