"""The mini browser and the console: a learner's own project, alive."""

from __future__ import annotations

import html
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_GET, require_POST

from content.models import Exercise
from lms.accounts.learners import find_learner, get_learner
from lms.grading.browsing import read_request
from lms.grading.floods import refuse_a_flood_from_a_network, refuse_a_flood_of_boots
from lms.grading.preview import NoPreview, Owner, Preview, PreviewStopped, previews
from lms.grading.projects import LearnerFiles, check_learner_files, complete_project
from lms.grading.requests import BadRequest, answers_json, find_or_404, read_files, read_json
from sandbox.jail import ProjectFailed

MOST_SOURCE = 20_000  # characters


@require_POST
@answers_json
def boot_preview(request: HttpRequest, lesson: str, exercise: str) -> JsonResponse:
    """Boot `{"files"}`. Answer 201 with `preview`, or 200 with the `problem` that kept it from booting."""
    found, _page = find_or_404(lesson, exercise)
    refuse_a_flood_from_a_network(request, "boot")
    files = check_learner_files(found, read_files(request))
    learner = get_learner(request)
    refuse_a_flood_of_boots(request, learner.pk)
    return boot(found, files, owner=learner.pk)


@require_POST
@answers_json
def preview_request(request: HttpRequest, lesson: str, exercise: str) -> JsonResponse:
    """Send one request to the booted project: see docs/architecture.md, *The mini browser*."""
    data = read_json(request)
    return send_request(find_preview(request, lesson, exercise, data.get("preview")), data)


@require_POST
@answers_json
def preview_console(request: HttpRequest, lesson: str, exercise: str) -> JsonResponse:
    """Run `source` in the booted project: `value` of its last expression, or `exception`, and `output`."""
    data = read_json(request)
    source = read_source(data)
    return run_source(find_preview(request, lesson, exercise, data.get("preview")), source)


@require_GET
@never_cache
@xframe_options_exempt
@answers_json
def preview_document(
    request: HttpRequest, lesson: str, exercise: str, preview: str, page: int
) -> HttpResponse:
    """A page of the project, for the frame."""
    return document(request, find_preview(request, lesson, exercise, preview), page)


def find_preview(request: HttpRequest, lesson: str, exercise: str, preview_id: Any) -> Preview:
    found, _page = find_or_404(lesson, exercise)
    learner = find_learner(request)
    if learner is None:
        raise NoPreview
    return previews.get(owner=learner.pk, exercise=found.pk, preview_id=str(preview_id))


# What is done with a project, whoever's it is.


def boot(exercise: Exercise, files: LearnerFiles, *, owner: Owner) -> JsonResponse:
    try:
        project = complete_project(exercise, files)
        preview = previews.boot(owner=owner, exercise=exercise.pk, project=project)
    except ProjectFailed as failed:
        return JsonResponse({"problem": dict(failed.problem), "output": failed.output})
    except PreviewStopped as stopped:
        return JsonResponse({"problem": stopped_answer(stopped), "output": ""})
    return JsonResponse({"preview": preview.id, "output": "".join(preview.booted.output)}, status=201)


def send_request(preview: Preview, data: dict[str, Any]) -> JsonResponse:
    try:
        return JsonResponse(preview.request(read_request(data)))
    except PreviewStopped as stopped:
        return JsonResponse({"problem": stopped_answer(stopped)})


def read_source(data: dict[str, Any]) -> str:
    """Return what the console was given, or raise BadRequest."""
    source = data.get("source")
    if not isinstance(source, str) or not source.strip() or len(source) > MOST_SOURCE:
        raise BadRequest(f"Send `source`, some Python of at most {MOST_SOURCE} characters.")
    if any("\ud800" <= character <= "\udfff" for character in source):
        raise BadRequest("The source is not valid Unicode.")
    return source


def run_source(preview: Preview, source: str) -> JsonResponse:
    try:
        return JsonResponse(preview.evaluate(source))
    except PreviewStopped as stopped:
        return JsonResponse({"problem": stopped_answer(stopped)})


def document(request: HttpRequest, preview: Preview, page: int) -> HttpResponse:
    """Answer a page of the project. Its policy makes it a stranger to this site wherever it opens."""
    shown = preview.pages.get(page)
    if shown is None:
        raise NoPreview
    source = request.build_absolute_uri(static("preview-bridge.js"))
    bridge = f'<script src="{html.escape(source)}"></script>'
    response = HttpResponse(shown.document(bridge), content_type="text/html; charset=utf-8")
    # The page's scripts may run: without an origin and with nothing to fetch from, they reach only the page.
    response["Content-Security-Policy"] = (
        f"sandbox allow-forms allow-scripts; default-src 'none'; script-src 'unsafe-inline' {source}; "
        "style-src 'unsafe-inline'; img-src data:; font-src data:; form-action 'none'; base-uri 'none'; "
        "frame-ancestors 'self'"
    )
    response["Referrer-Policy"] = "no-referrer"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def stopped_answer(stopped: PreviewStopped) -> dict[str, Any]:
    return {"type": "", "message": str(stopped), "frames": stopped.frames}
