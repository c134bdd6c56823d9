"""How the progress views answer: by a redirect, by htmx fragments, or by fragments in JSON."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string

from content.models import LessonPage
from content.quiz import QuestionView
from lms.progress import fragments
from lms.progress.state import refresh


def mission_done(request: HttpRequest, page: LessonPage, mission: str, *, is_new: bool) -> HttpResponse:
    return _answer(request, page, anchor="missions", mission=mission, new=is_new)


def lesson_read(request: HttpRequest, page: LessonPage) -> HttpResponse:
    own = ("progress/read_marker.html", fragments.read_context)
    return _answer(request, page, anchor="lesson-read", own=own)


def question_answered(request: HttpRequest, page: LessonPage, question: QuestionView) -> HttpResponse:
    def context(request: HttpRequest, page: LessonPage) -> dict[str, Any]:
        return {"page": page, "question": question}

    own = ("content/quiz/question.html", context)
    return _answer(
        request, page, anchor=question.id, own=own, right=question.result and question.result.right
    )


def notes_changed(request: HttpRequest, page: LessonPage) -> HttpResponse:
    own = ("progress/own_notes.html", fragments.notes_context)
    return _answer(request, page, anchor="own-notes", own=own)


def refuse(request: HttpRequest, message: str, status: int) -> HttpResponse:
    """Say what is wrong. htmx puts nothing but a good answer into the page: it gets text to show."""
    if _wants_json(request):
        return JsonResponse({"error": message}, status=status)
    if getattr(request, "htmx", False):
        return HttpResponse(message, status=status, content_type="text/plain")
    return HttpResponse(
        render_to_string("progress/refused.html", {"message": message}, request), status=status
    )


def _answer(
    request: HttpRequest, page: LessonPage, *, anchor: str, own: Any = None, **facts: Any
) -> HttpResponse:
    """Answer with the fragments of the page that have changed: `own`, and what is left of the lesson."""
    progress = refresh(request).of_page(page)
    if _wants_json(request):
        facts |= {"lesson": page.slug, "percent": progress.percent, "done": progress.is_done}
        return JsonResponse({**facts, "html": _parts(request, page)})
    if getattr(request, "htmx", False):
        html = render_to_string(own[0], own[1](request, page), request) if own else ""
        return HttpResponse(html + _out_of_band(request, page))
    if progress.is_done:
        messages.success(request, f"“{page.title}” is done.")
    return redirect(f"{page.get_url(request)}#{anchor}")


def _parts(request: HttpRequest, page: LessonPage) -> dict[str, str]:
    """Return the inside of each element that may have changed, by the element's id."""
    left = fragments.lesson_context(request, page)
    missions = fragments.missions_context(request, page)
    return {
        "lesson-progress": render_to_string("progress/lesson_progress_inside.html", left, request),
        "missions": render_to_string("progress/mission_list_inside.html", missions, request),
    }


def _out_of_band(request: HttpRequest, page: LessonPage) -> str:
    # The element stays and its inside is exchanged: a live region that is itself replaced is not read out.
    inside = _parts(request, page)["lesson-progress"]
    return f'<div id="lesson-progress" hx-swap-oob="innerHTML">{inside}</div>'


def _wants_json(request: HttpRequest) -> bool:
    return (
        request.content_type == "application/json"
        or request.get_preferred_type(["text/html", "application/json"]) == "application/json"
    )
