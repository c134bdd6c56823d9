"""What a lesson's page sends when something was done. Each answers in the manner in which it was asked:
a form gets the lesson back, htmx gets fragments, a script that accepts JSON gets the fragments in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from content.models import LessonPage
from content.quiz import UnknownAnswer, UnknownQuestion, check_answer, find_question, view_of
from lms.accounts.learners import get_learner, own_keys
from lms.progress import answers
from lms.progress.notes import NoteTooLong, set_bookmark, write_note
from lms.progress.places import headings_of
from lms.progress.receipts import BadReceipt, ForeignReceipt, read_receipt
from lms.progress.record import mark_mission, mark_place, mark_read, record_answer


class Refused(Exception):
    """What was sent cannot be taken. The message is for the person who sent it."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


def _refusals_answered(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def answered(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except Refused as error:
            return answers.refuse(request, str(error), error.status)

    return answered


@require_POST
@_refusals_answered
def take_receipt(request: HttpRequest) -> HttpResponse:
    """Take `receipt`, in a form or as JSON; 400 for a bad one, 403 for somebody else's."""
    try:
        receipt = read_receipt(_fields(request).get("receipt"), own_keys=own_keys(request))
    except ForeignReceipt as error:
        raise Refused(str(error), 403) from error
    except BadReceipt as error:
        raise Refused(str(error)) from error
    page = _lesson(receipt.lesson)
    if receipt.mission not in {mission.slug for mission in page.missions()}:
        raise Refused(f"The lesson has no mission {receipt.mission!r} any more. Reload it.")
    is_new = mark_mission(
        learner=get_learner(request), lesson=page.slug, mission=receipt.mission, at=receipt.at
    )
    return answers.mission_done(request, page, receipt.mission, is_new=is_new)


@require_POST
@_refusals_answered
def mark_lesson_read(request: HttpRequest) -> HttpResponse:
    """Take `lesson`, a slug: its text was read."""
    page = _lesson(_fields(request).get("lesson"))
    mark_read(learner=get_learner(request), lesson=page.slug, now=timezone.now())
    return answers.lesson_read(request, page)


@require_POST
@_refusals_answered
def note_place(request: HttpRequest) -> HttpResponse:
    """Take `lesson`, a slug, and `heading`, the id of the heading that was come to. Answers 204."""
    fields = _fields(request)
    page = _lesson(fields.get("lesson"))
    wanted = fields.get("heading")
    if wanted not in {heading.id for heading in headings_of(page)}:
        raise Refused("The lesson has no such heading any more. Reload it.")
    mark_place(learner=get_learner(request), lesson=page.slug, heading=str(wanted), now=timezone.now())
    return HttpResponse(status=204)


@require_POST
@_refusals_answered
def answer_quiz(request: HttpRequest) -> HttpResponse:
    """Take `lesson`, `block` (a quiz's id), `question` and `answers` (positions from 0; may be repeated)."""
    fields = _fields(request)
    page = _lesson(fields.get("lesson"))
    block_id = str(fields.get("block", ""))
    try:
        index = int(fields.get("question", ""))
        ticked = [int(position) for position in _list(request, fields, "answers")]
    except (TypeError, ValueError) as error:
        raise Refused("A question and its answers are given by their positions, as numbers.") from error
    try:
        question = find_question(page, block_id, index)
        result = check_answer(page, block_id, index, ticked)
    except UnknownQuestion as error:
        raise Refused("The lesson does not ask this question any more. Reload it.") from error
    except UnknownAnswer as error:
        raise Refused(str(error)) from error
    record_answer(
        learner=get_learner(request), lesson=page.slug, question=question, result=result, now=timezone.now()
    )
    return answers.question_answered(request, page, view_of(question, block_id, index, result))


@require_POST
@_refusals_answered
def keep_note(request: HttpRequest) -> HttpResponse:
    """Take `lesson`, a slug, and `text`: the learner's note on it. An empty one removes it."""
    fields = _fields(request)
    page = _lesson(fields.get("lesson"))
    try:
        write_note(
            learner=get_learner(request),
            lesson=page.slug,
            text=str(fields.get("text") or ""),
            now=timezone.now(),
        )
    except NoteTooLong as error:
        raise Refused(str(error)) from error
    return answers.notes_changed(request, page)


@require_POST
@_refusals_answered
def keep_bookmark(request: HttpRequest) -> HttpResponse:
    """Take `lesson`, a slug, `heading`, an id, and `wanted`, `yes` or `no`."""
    fields = _fields(request)
    page = _lesson(fields.get("lesson"))
    heading, wanted = str(fields.get("heading") or ""), fields.get("wanted") != "no"
    if wanted and heading not in {found.id for found in headings_of(page)}:
        raise Refused("The lesson has no such heading any more. Reload it.")
    set_bookmark(
        learner=get_learner(request), lesson=page.slug, heading=heading, wanted=wanted, now=timezone.now()
    )
    return answers.notes_changed(request, page)


def _lesson(slug: Any) -> LessonPage:
    page = LessonPage.objects.live().public().filter(slug=str(slug or "")).first()
    if page is None:
        raise Refused(f"There is no lesson {str(slug or '')[:100]!r}.")
    return page


def _fields(request: HttpRequest) -> dict[str, Any]:
    """Return what was sent as a form, or as a JSON object."""
    if request.content_type != "application/json":
        return request.POST.dict()
    try:
        data = json.loads(request.body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise Refused("The request is not JSON.") from error
    if not isinstance(data, dict):
        raise Refused("Send a JSON object.")
    return data


def _list(request: HttpRequest, fields: dict[str, Any], name: str) -> list[Any]:
    if request.content_type != "application/json":
        return request.POST.getlist(name)
    value = fields.get(name, [])
    return value if isinstance(value, list) else [value]
