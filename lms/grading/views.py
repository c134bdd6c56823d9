from __future__ import annotations

import json
import uuid
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from content.models import Exercise, LessonPage
from lms.accounts.learners import find_learner, get_learner
from lms.grading.models import Submission
from lms.grading.submit import TooManySubmissions, cancel, submit
from lms.grading.workspace import workspace_context
from sandbox.jail import InvalidProject


class BadRequest(Exception):
    """What was sent cannot be taken; the message says why, for the person who sent it."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


@require_GET
def workspace(request: HttpRequest, lesson: str, exercise: str) -> HttpResponse:
    """The page on which an exercise is done."""
    found, page = _find_or_404(lesson, exercise)
    context = workspace_context(found, lesson=page, learner=find_learner(request))
    return render(request, "grading/workspace.html", context)


@require_POST
def create_submission(request: HttpRequest, lesson: str, exercise: str) -> JsonResponse:
    """Take `{"files": {path: text}}`. Answer 201 with the submission; 400, 404, 413 or 429 with `error`."""
    try:
        found, _page = _find_or_404(lesson, exercise)
        files = _read_files(request)
        submission = submit(learner=get_learner(request), exercise=found, files=files)
    except Http404:
        return _error(f"There is no exercise {lesson}/{exercise}.", 404)
    except BadRequest as error:
        return _error(str(error), error.status)
    except InvalidProject as error:
        return _error(str(error), 400)
    except TooManySubmissions as error:
        return _error(str(error), 429)
    return JsonResponse(submission.to_json(), status=201)


@require_GET
@never_cache
def submission_detail(request: HttpRequest, submission_id: uuid.UUID) -> JsonResponse:
    submission = _my_submission(request, submission_id)
    if submission is None:
        return _error("You have no such submission.", 404)
    return JsonResponse(submission.to_json())


@require_POST
def cancel_submission(request: HttpRequest, submission_id: uuid.UUID) -> JsonResponse:
    submission = _my_submission(request, submission_id)
    if submission is None:
        return _error("You have no such submission.", 404)
    if not cancel(submission):
        return _error("This submission is finished already.", 409)
    submission.refresh_from_db()
    return JsonResponse(submission.to_json())


def _find_or_404(lesson: str, exercise: str) -> tuple[Exercise, LessonPage]:
    """Return an exercise and its lesson; one of a lesson that is not published does not exist."""
    return get_object_or_404(Exercise, lesson=lesson, slug=exercise), get_object_or_404(
        LessonPage.objects.live(), slug=lesson
    )


def _my_submission(request: HttpRequest, submission_id: uuid.UUID) -> Submission | None:
    """Return it only to its own learner: to everybody else it does not exist."""
    learner = find_learner(request)
    if learner is None:
        return None
    mine = Submission.objects.filter(learner=learner, pk=submission_id)
    return mine.select_related("exercise").first()


def _read_files(request: HttpRequest) -> Any:
    try:
        body = request.body
    except RequestDataTooBig as error:
        raise BadRequest("That is too large: all files together may have 1 MB.", 413) from error
    try:
        data = json.loads(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BadRequest("The request is not UTF-8.") from error
    except (ValueError, RecursionError) as error:
        raise BadRequest("The request is not JSON.") from error
    if not isinstance(data, dict) or "files" not in data:
        raise BadRequest("Send an object with `files`, a mapping of path to text.")
    return data["files"]


def _error(message: str, status: int) -> JsonResponse:
    return JsonResponse({"error": message}, status=status)
