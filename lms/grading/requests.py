"""Reading what a page's script sent, and answering it: errors are sentences, whatever came."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404

from content.models import Exercise, LessonPage
from lms.grading.browsing import BadPreviewRequest
from lms.grading.grader import GraderUnavailable
from lms.grading.metrics import JAIL_REFUSALS
from lms.grading.preview import NoPreview, PreviewBusy
from lms.grading.submit import TooManySubmissions
from lms.grading.trials import NothingToGrade
from sandbox.jail import InvalidProject


class BadRequest(Exception):
    """What was sent cannot be taken; the message says why, for the person who sent it."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


def find_or_404(lesson: str, exercise: str) -> tuple[Exercise, LessonPage]:
    """Return an exercise and its lesson; one of a lesson that is not published does not exist."""
    return get_object_or_404(Exercise.objects.live(), lesson=lesson, slug=exercise), get_object_or_404(
        LessonPage.objects.live(), slug=lesson
    )


def find_exercise_or_404(lesson: str, exercise: str) -> Exercise:
    """Return an exercise alone, by the same rule: its lesson's text is not read."""
    found = get_object_or_404(Exercise.objects.live(), lesson=lesson, slug=exercise)
    if not LessonPage.objects.live().filter(slug=lesson).exists():
        raise Http404("No published lesson has this exercise.")
    return found


def answers_json(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view raise what is wrong: the page gets `{"error": "…"}` and a status that fits."""

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Http404:
            return error(f"There is no exercise {kwargs.get('lesson')}/{kwargs.get('exercise')}.", 404)
        except BadRequest as bad:
            return error(str(bad), bad.status)
        except (InvalidProject, BadPreviewRequest, NothingToGrade) as bad:
            return error(str(bad), 400)
        except TooManySubmissions as bad:
            refused = error(str(bad), 429)
            if bad.seconds:
                refused["Retry-After"] = str(bad.seconds)
            return refused
        except PreviewBusy:
            refused = error(
                "Your project has too much to answer at once. Try again when it has answered.", 429
            )
            refused["Retry-After"] = "1"
            return refused
        except NoPreview:
            return error("Your project is not running any more. Run it again.", 410)
        except GraderUnavailable as bad:
            JAIL_REFUSALS.labels(work="preview").inc()
            return error(f"Projects cannot be run on this server now, because {bad}", 503)

    return answer


def read_json(request: HttpRequest) -> dict[str, Any]:
    """Return the object in the request's body, or raise BadRequest."""
    try:
        data = json.loads(request.body.decode("utf-8"))
    except RequestDataTooBig as big:
        raise BadRequest("That is too large: all files together may have 1 MB.", 413) from big
    except UnicodeDecodeError as bad:
        raise BadRequest("The request is not UTF-8.") from bad
    except (ValueError, RecursionError) as bad:
        raise BadRequest("The request is not JSON.") from bad
    if not isinstance(data, dict):
        raise BadRequest("Send an object.")
    return data


def read_files(request: HttpRequest) -> Any:
    """Return `files` of the request's object, which nobody has looked into yet."""
    try:
        data = read_json(request)
    except BadRequest as bad:
        if str(bad) != "Send an object.":
            raise
        data = {}
    if "files" not in data:
        raise BadRequest("Send an object with `files`, a mapping of path to text.")
    return data["files"]


def error(message: str, status: int) -> JsonResponse:
    return JsonResponse({"error": message}, status=status)
