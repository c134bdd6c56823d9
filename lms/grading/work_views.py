"""A learner's own work: the draft, earlier attempts, the solution beside it, a copy to take home."""

from __future__ import annotations

import uuid
from collections import defaultdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from content.markdown import render_markdown
from content.models import Exercise
from lms.accounts.learners import find_learner, get_learner
from lms.accounts.models import Learner
from lms.grading.download import project_zip
from lms.grading.drafts import DraftConflict, save_draft
from lms.grading.feedback import feedback_for, mark_feedback_read
from lms.grading.models import Feedback, Submission
from lms.grading.projects import LearnerFiles, check_learner_files
from lms.grading.requests import BadRequest, answers_json, error, find_or_404, read_files, read_json

MOST_ATTEMPTS = 50
TRIES_BEFORE_SOLUTION = 3


@require_http_methods(["PUT"])
@answers_json
def draft(request: HttpRequest, lesson: str, exercise: str) -> JsonResponse:
    """Take `{"files", "version"}`. Answer `{"version"}`; 409 with `version` and `files` of a later one."""
    found, _page = find_or_404(lesson, exercise)
    files = read_files(request)
    version = read_json(request).get("version", 0)
    if not isinstance(version, int) or isinstance(version, bool):
        raise BadRequest("`version` is the number of the version that was changed, or 0.")
    try:
        saved = save_draft(learner=get_learner(request), exercise=found, files=files, version=version)
    except DraftConflict as conflict:
        later = {"version": conflict.draft.version, "files": conflict.draft.files}
        return JsonResponse({"error": str(conflict), **later}, status=409)
    return JsonResponse({"version": saved.version})


@require_GET
@never_cache
@answers_json
def attempts(request: HttpRequest, lesson: str, exercise: str) -> JsonResponse:
    """List the learner's latest attempts, the newest first."""
    found, _page = find_or_404(lesson, exercise)
    learner = find_learner(request)
    mine = _attempts(found, learner).order_by("-created_at")[:MOST_ATTEMPTS] if learner else []
    said: dict[uuid.UUID, list[Feedback]] = defaultdict(list)
    for comment in feedback_for(learner, found):
        said[comment.submission_id].append(comment)
    return JsonResponse({"attempts": [_attempt_json(attempt, said[attempt.pk]) for attempt in mine]})


@require_GET
@never_cache
def attempt_files(request: HttpRequest, submission_id: uuid.UUID) -> JsonResponse:
    learner = find_learner(request)
    attempt = Submission.objects.filter(pk=submission_id, learner=learner).first() if learner else None
    if attempt is None:
        return error("You have no such submission.", 404)
    if attempt.cleared_at is not None:
        return error("This attempt is so old that its code is not kept any more.", 410)
    return JsonResponse({"files": attempt.files})


@require_GET
@never_cache
@answers_json
def solution(request: HttpRequest, lesson: str, exercise: str) -> JsonResponse:
    """Answer the solution as changes against the starter, or 403 with what is missing for it."""
    found, _page = find_or_404(lesson, exercise)
    learner = find_learner(request)
    left = tries_left(found, learner)
    if left:
        tries = "one more try" if left == 1 else f"{left} more tries"
        return error(f"The solution opens when every check passes, or after {tries}.", 403)
    return solution_json(found)


@require_POST
@answers_json
def download(request: HttpRequest, lesson: str, exercise: str) -> HttpResponse:
    """Answer the learner's project as a zip that runs with Django alone; without the checks."""
    found, _page = find_or_404(lesson, exercise)
    return zip_of(found, check_learner_files(found, read_files(request)))


def zip_of(exercise: Exercise, files: LearnerFiles) -> HttpResponse:
    response = HttpResponse(project_zip(exercise, files), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{exercise.lesson}-{exercise.slug}.zip"'
    return response


def solution_json(exercise: Exercise) -> JsonResponse:
    """Answer the solution as changes against the starter. Whether it may be seen is the caller's to know."""
    return JsonResponse({"files": {**exercise.solution, **dict.fromkeys(exercise.solution_removed)}})


@require_POST
def read_feedback(request: HttpRequest) -> HttpResponse:
    """Take `feedback`, ids of comments that the learner has seen. A script gets 204, a form is led back."""
    learner = find_learner(request)
    numbers = [pk for pk in request.POST.getlist("feedback") if pk.isascii() and pk.isdecimal()]
    # Longer ones are no keys of any database.
    ids = [int(pk) for pk in numbers if len(pk) < 19]
    if learner is not None:
        mark_feedback_read(learner=learner, ids=ids, now=timezone.now())
    back = request.headers.get("Referer", "")
    if request.accepts("text/html") and url_has_allowed_host_and_scheme(back, {request.get_host()}):
        return redirect(back)
    return HttpResponse(status=204)


def tries_left(exercise: Exercise, learner: Learner | None) -> int:
    """Return how many graded tries are missing until the solution may be seen; 0 once it may."""
    if learner is None:
        return TRIES_BEFORE_SOLUTION
    states = list(_attempts(exercise, learner).values_list("state", flat=True))
    if Submission.State.PASSED in states:
        return 0
    graded = sum(state in ("failed", "error", "timeout") for state in states)
    return max(0, TRIES_BEFORE_SOLUTION - graded)


def _attempts(exercise: Exercise, learner: Learner):  # type: ignore[no-untyped-def]
    return Submission.objects.filter(learner=learner, exercise=exercise)


def _attempt_json(attempt: Submission, said: list[Feedback]) -> dict[str, object]:
    return {
        "id": str(attempt.pk),
        "state": attempt.state,
        "created_at": attempt.created_at.isoformat(),
        "checks": [],
        "passed": sum(check["status"] == "passed" for check in attempt.checks),
        "total": len(attempt.checks),
        "files_url": reverse("attempt_files", args=[attempt.pk]),
        "feedback": [
            {"author": comment.author_name, "html": render_markdown(comment.text)}
            for comment in reversed(said)
        ],
    }
