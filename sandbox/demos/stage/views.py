"""The stage: what a lesson frames. A small browser on the demo, its missions, its mailbox and its X-ray."""

from typing import Any

import markdown
import nh3
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from sandbox.demos import witness
from sandbox.demos.conf import conf
from sandbox.demos.desk import Letter, open_desk, read_desk
from sandbox.demos.middleware import VisitedRequest
from sandbox.demos.missions import BadBadgeError, is_done, missions_of, wear_badge
from sandbox.demos.stage.paths import start_path
from sandbox.demos.stage.state import state_of
from sandbox.demos.stage.stream import stream
from sandbox.demos.stage.worlds import world_of
from sandbox.demos.worlds import World

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'"
)
# A letter's own style may be inline, as letters have it; scripts run neither by the policy nor by the
# frame's sandbox.
LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
)


@require_safe
@never_cache
def stage(request: VisitedRequest, track: str, lesson: str) -> HttpResponse:
    world = world_of(request)
    badge, problem = request.GET.get("badge", ""), ""
    if badge:
        try:
            wear_badge(world, badge)
        except BadBadgeError as error:
            problem = f"{error} Missions are ticked here but not counted. Reload the lesson."
    response = render(request, "demos/stage.html", _stage_context(request, world, problem))
    response.headers["Content-Security-Policy"] = POLICY
    return response


@require_GET
@never_cache
def state(request: VisitedRequest, track: str, lesson: str) -> JsonResponse:
    return JsonResponse(state_of(world_of(request)))


@require_GET
async def events(request: VisitedRequest, track: str, lesson: str) -> HttpResponseBase:
    world = world_of(request)
    last_id = request.headers.get("Last-Event-ID", "")[:40]
    response = StreamingHttpResponse(stream(world, last_id), content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"  # nginx would hold events back
    return response


@require_POST
def reset(request: VisitedRequest, track: str, lesson: str) -> JsonResponse:
    world = world_of(request)
    witness.reset(world)
    return JsonResponse(state_of(world))


@require_GET
@never_cache
def mail(request: VisitedRequest, track: str, lesson: str) -> JsonResponse:
    """The letters, newest first, without their HTML, which has an address of its own."""
    letters = reversed(read_desk(world_of(request))["mail"])
    return JsonResponse({"mail": [{**letter, "html": letter["html"] is not None} for letter in letters]})


@require_POST
def read_mail(request: VisitedRequest, track: str, lesson: str, letter: str) -> JsonResponse:
    world = world_of(request)
    with open_desk(world) as desk:
        _letter(desk["mail"], letter)["read"] = True
    return JsonResponse(state_of(world))


@require_GET
@never_cache
def mail_html(request: VisitedRequest, track: str, lesson: str, letter: str) -> HttpResponse:
    found = _letter(read_desk(world_of(request))["mail"], letter)
    if found["html"] is None:
        raise Http404("This letter has no HTML.")
    response = HttpResponse(found["html"])
    response.headers["Content-Security-Policy"] = LETTER_POLICY
    return response


def _letter(mail: list[Letter], letter: str) -> Letter:
    for candidate in mail:
        if candidate["id"] == letter:
            return candidate
    raise Http404("There is no such letter.")


def _stage_context(request: HttpRequest, world: World, problem: str) -> dict[str, Any]:
    demo = world.demo
    desk = read_desk(world)
    missions = [
        {
            "slug": mission.slug,
            "title": _in_line(mission.title),
            "hint": _hint(mission.hint),
            "done": is_done(desk, mission.slug),
        }
        for mission in missions_of(demo)
    ]
    return {
        "demo": demo,
        "start": start_path(demo, request.GET.get("path", "")),
        "missions": missions,
        "problem": problem,
        "counts": bool(request.GET.get("badge")) and not problem,
        "lms_origin": conf.LMS_ORIGIN,
        "theme": request.GET["theme"] if request.GET.get("theme") in ("light", "dark") else "",
    }


def _in_line(text: str) -> SafeString:
    """Markdown of one line: `code` and *emphasis*, and nothing that would end the line."""
    html: str = nh3.clean(markdown.markdown(text), tags={"code", "em", "strong"})
    return mark_safe(html.strip())  # noqa: S308 - cleaned


def _hint(text: str) -> SafeString:
    return mark_safe(nh3.clean(markdown.markdown(text, extensions=["fenced_code"])))  # noqa: S308 - cleaned
