from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from content.pages import next_lesson, roadmap
from lms.accounts.learners import find_learner, get_learner
from lms.grading.floods import refuse_a_flood_from_a_network
from lms.grading.models import Submission
from lms.grading.requests import answers_json, error, find_exercise_or_404, find_or_404, read_files
from lms.grading.submit import cancel, submit
from lms.grading.workspace import workspace_context


@require_GET
def workspace(request: HttpRequest, lesson: str, exercise: str) -> HttpResponse:
    """The page on which an exercise is done."""
    found, page = find_or_404(lesson, exercise)
    context = workspace_context(found, lesson=page, learner=find_learner(request))
    tracks = roadmap(request)
    course = {"tracks": tracks, "next_lesson": next_lesson(tracks, page.slug)}
    return render(request, "grading/workspace.html", {**context, **course})


@require_POST
@answers_json
def create_submission(request: HttpRequest, lesson: str, exercise: str) -> JsonResponse:
    """Take `{"files": {path: text}}`. Answer 201 with the submission; 400, 404, 413 or 429 with `error`."""
    found = find_exercise_or_404(lesson, exercise)
    refuse_a_flood_from_a_network(request, "grade")
    submission = submit(learner=get_learner(request), exercise=found, files=read_files(request))
    return JsonResponse(submission.to_json(), status=201)


@require_GET
@never_cache
def submission_detail(request: HttpRequest, submission_id: uuid.UUID) -> JsonResponse:
    submission = _my_submission(request, submission_id)
    if submission is None:
        return error("You have no such submission.", 404)
    return JsonResponse(submission.to_json())


@require_POST
def cancel_submission(request: HttpRequest, submission_id: uuid.UUID) -> JsonResponse:
    submission = _my_submission(request, submission_id)
    if submission is None:
        return error("You have no such submission.", 404)
    if not cancel(submission):
        return error("This submission is finished already.", 409)
    submission.refresh_from_db()
    return JsonResponse(submission.to_json())


def _my_submission(request: HttpRequest, submission_id: uuid.UUID) -> Submission | None:
    """Return it only to its own learner: to everybody else it does not exist."""
    learner = find_learner(request)
    if learner is None:
        return None
    mine = Submission.objects.filter(learner=learner, pk=submission_id)
    return mine.select_related("exercise").first()
