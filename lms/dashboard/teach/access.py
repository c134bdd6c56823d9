"""Who gets to the teacher's pages, and whose numbers a page shows."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from lms.accounts.models import Learner, User
from lms.classes.models import Cohort
from lms.classes.seeing import (
    EVERYBODY,
    MINE,
    Scope,
    find_scope,
    may_teach,
    sees_everybody,
    teaches_several,
    visible_cohorts,
    visible_learners,
)

View = Callable[..., HttpResponseBase]


class NoClassYet(Exception):
    """A teacher who has no class wants to see numbers: the page of classes says how to open one."""


def teacher_page(view: View) -> View:
    """Let in who may teach: others sign in, or are refused."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_teach(request.user):
            raise PermissionDenied
        try:
            return view(request, *args, **kwargs)
        except NoClassYet:
            return redirect("teach")

    return cast(View, never_cache(login_required(guarded)))


def teacher(request: HttpRequest) -> User:
    return cast(User, request.user)


def scope_of(request: HttpRequest) -> Scope:
    """Return the scope that `?class=` names. Raises Http404 for one that this teacher may not see."""
    wanted = request.GET.get("class", "")
    found = find_scope(request.user, wanted)
    if found is None:
        if not wanted:
            raise NoClassYet
        raise Http404("You have no such class.")
    return found


def cohort_of(request: HttpRequest, pk: int) -> Cohort:
    found = visible_cohorts(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404("You have no such class.")
    return found


def learner_of(request: HttpRequest, pk: int) -> Learner:
    found = visible_learners(request.user).select_related("user").filter(pk=pk).first()
    if found is None:
        raise Http404("None of your classes has such a learner.")
    return found


def frame(request: HttpRequest, scope: Scope) -> dict[str, Any]:
    """What every page with numbers is given: the scope, and the scopes to choose from."""
    cohorts = visible_cohorts(request.user).order_by("-starts_on", "-pk").values_list("pk", "name")
    choices = [(EVERYBODY, "Everybody")] if sees_everybody(request.user) else []
    if scope.teacher or teaches_several(request.user):
        choices.append((MINE, "All my classes"))
    choices += [(str(pk), name) for pk, name in cohorts]
    return {
        "scope": scope,
        "scope_value": scope.value,
        "scope_choices": choices,
        "course_url": reverse("teach_course"),
    }
