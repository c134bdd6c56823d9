"""An exercise's draft in the workspace, for who may change it: what a learner sees, and no attempt."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_GET, require_POST

from content.models import Exercise
from lms.accounts.models import User
from lms.grading import preview_sockets, preview_views, work_views
from lms.grading.models import Trial
from lms.grading.preview import Preview, previews
from lms.grading.projects import check_learner_files
from lms.grading.requests import answers_json, error, read_files, read_json
from lms.grading.trials import cancel_trial, draft_of, latest_trial, may_try, try_draft
from lms.grading.workspace import trial_context

View = Callable[..., HttpResponseBase]


def author_page(view: View) -> View:
    """Give the view the exercise `pk`, for who may change it; others sign in, or are refused."""

    @wraps(view)
    def guarded(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponseBase:
        if not may_try(request.user):
            raise PermissionDenied
        return view(request, get_object_or_404(Exercise, pk=pk), **kwargs)

    return cast(View, never_cache(login_required(guarded)))


@author_page
@require_GET
def trial_workspace(request: HttpRequest, exercise: Exercise) -> HttpResponse:
    """The workspace with the exercise's latest draft in it."""
    draft = draft_of(exercise)
    context = trial_context(draft, latest=latest_trial(_author(request), draft))
    if not context["workspace"]["files"]:
        messages.error(request, "The draft has no starter that a learner would see yet: write it first.")
        return redirect(context["edit_url"])
    return render(request, "grading/trial.html", context)


@author_page
@require_POST
@answers_json
def create_trial(request: HttpRequest, exercise: Exercise) -> JsonResponse:
    """Take `{"files": {path: text}}`. Answer 201 with the trial, told as a submission; 400 with `error`."""
    trial = try_draft(author=_author(request), exercise=exercise, files=read_files(request))
    return JsonResponse(trial.to_json(), status=201)


@author_page
@require_GET
def trial_detail(request: HttpRequest, exercise: Exercise, trial_id: uuid.UUID) -> JsonResponse:
    trial = _my_trial(request, exercise, trial_id)
    return JsonResponse(trial.to_json()) if trial else _no_trial()


@author_page
@require_POST
def cancel(request: HttpRequest, exercise: Exercise, trial_id: uuid.UUID) -> JsonResponse:
    trial = _my_trial(request, exercise, trial_id)
    if trial is None:
        return _no_trial()
    if not cancel_trial(trial):
        return error("This trial is finished already.", 409)
    trial.refresh_from_db()
    return JsonResponse(trial.to_json())


@author_page
@require_GET
def solution(request: HttpRequest, exercise: Exercise) -> JsonResponse:
    """Answer the draft's solution at once: who may change the exercise has it in the editor as well."""
    return work_views.solution_json(draft_of(exercise))


@author_page
@require_POST
@answers_json
def download(request: HttpRequest, exercise: Exercise) -> HttpResponse:
    draft = draft_of(exercise)
    return work_views.zip_of(draft, check_learner_files(draft, read_files(request)))


@author_page
@require_POST
@answers_json
def boot_preview(request: HttpRequest, exercise: Exercise) -> JsonResponse:
    """Boot `{"files"}` on the draft, as `preview_views.boot_preview` does on what is published."""
    draft = draft_of(exercise)
    return preview_views.boot(draft, check_learner_files(draft, read_files(request)), owner=_owner(request))


@author_page
@require_POST
@answers_json
def preview_request(request: HttpRequest, exercise: Exercise) -> JsonResponse:
    data = read_json(request)
    return preview_views.send_request(_preview(request, exercise, data.get("preview")), data)


@author_page
@require_POST
@answers_json
def preview_console(request: HttpRequest, exercise: Exercise) -> JsonResponse:
    data = read_json(request)
    source = preview_views.read_source(data)
    return preview_views.run_source(_preview(request, exercise, data.get("preview")), source)


@author_page
@require_POST
@answers_json
def preview_socket(request: HttpRequest, exercise: Exercise) -> JsonResponse:
    data = read_json(request)
    wanted = preview_sockets.read_socket_action(data)
    return preview_sockets.act(_preview(request, exercise, data.get("preview")), wanted)


@author_page
@require_GET
@xframe_options_exempt
@answers_json
def preview_document(request: HttpRequest, exercise: Exercise, preview: str, page: int) -> HttpResponse:
    return preview_views.document(request, _preview(request, exercise, preview), page)


def _author(request: HttpRequest) -> User:
    return cast(User, request.user)


def _owner(request: HttpRequest) -> str:
    """Whose project it is. Not the learner that the account is as well, who may be none yet."""
    return f"author {_author(request).pk}"


def _preview(request: HttpRequest, exercise: Exercise, preview_id: Any) -> Preview:
    return previews.get(owner=_owner(request), exercise=exercise.pk, preview_id=str(preview_id))


def _my_trial(request: HttpRequest, exercise: Exercise, trial_id: uuid.UUID) -> Trial | None:
    mine = Trial.objects.filter(author=_author(request), exercise=exercise, pk=trial_id)
    return mine.select_related("exercise").first()


def _no_trial() -> JsonResponse:
    return error("You have no such trial.", 404)
