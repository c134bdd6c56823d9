"""Three layers around Django's own, each for sync and async handlers.

`visit` knows the visitor, their world and their persona; `xray` records what goes on inside it; `scope`
keeps a demo's cookies and frames where they belong. A demo knows nothing of them.
"""

import functools
from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix
from django.utils.decorators import sync_and_async_middleware

from sandbox.demos import places, witness, workers
from sandbox.demos.conf import conf
from sandbox.demos.discovery import Demo
from sandbox.demos.loopback import Loopback
from sandbox.demos.projects import urlconf_of
from sandbox.demos.sockets import Handshake, has_sockets
from sandbox.demos.visits import (
    COOKIE_MAX_AGE,
    TICKET,
    Visit,
    door,
    read_cookies,
    split_ticket,
    ticket_for,
    visit_of,
    visitor_cookie,
)
from sandbox.demos.workbench import Workbench
from sandbox.xray.recorder import Trace, aobserve, observe, own_files_in

Handler = Callable[[HttpRequest], Any]


class VisitedRequest(HttpRequest):
    visit: Visit
    urlconf: Any


@sync_and_async_middleware
def visit_middleware(get_response: Handler) -> Handler:
    if iscoroutinefunction(get_response):

        async def ahandle(request: VisitedRequest) -> HttpResponseBase:
            before = _arrive(request)
            response = await get_response(request)
            return _leave(request, response, before)

        return ahandle  # type: ignore[return-value]

    def handle(request: VisitedRequest) -> HttpResponseBase:
        before = _arrive(request)
        return _leave(request, get_response(request), before)

    return handle  # type: ignore[return-value]


@sync_and_async_middleware
def xray_middleware(get_response: Handler) -> Handler:
    if iscoroutinefunction(get_response):

        async def ahandle(request: VisitedRequest) -> HttpResponseBase:
            demo = _recorded_demo(request)
            if demo is None:
                return await get_response(request)
            return await aobserve(request, get_response, **_observation(request, demo))

        return ahandle  # type: ignore[return-value]

    def handle(request: VisitedRequest) -> HttpResponseBase:
        demo = _recorded_demo(request)
        if demo is None:
            return get_response(request)
        return observe(request, get_response, **_observation(request, demo))

    return handle  # type: ignore[return-value]


@sync_and_async_middleware
def scope_middleware(get_response: Handler) -> Handler:
    if iscoroutinefunction(get_response):

        async def ahandle(request: VisitedRequest) -> HttpResponseBase:
            return _scoped(request, await get_response(request))

        return ahandle  # type: ignore[return-value]

    def handle(request: VisitedRequest) -> HttpResponseBase:
        return _scoped(request, get_response(request))

    return handle  # type: ignore[return-value]


def _arrive(request: VisitedRequest) -> places.Place | None:
    # The header, because request.COOKIES has lost which of two cookies of one name came first.
    request.COOKIES = read_cookies(request.META.get("HTTP_COOKIE", ""))
    ticket, request.META["QUERY_STRING"] = split_ticket(request.META.get("QUERY_STRING", ""))
    request.visit = visit_of(request.path_info, request.COOKIES, ticket)
    if request.visit.demo is not None:
        request.META["DEMOS_JAIL"] = Workbench()
    if request.visit.demo is not None and request.visit.demo.slug in conf.CROSS_SITE_DEMOS:
        request.META["DEMOS_TICKET"] = f"{TICKET}={ticket_for(request.visit.visitor, request.visit.demo)}"
        request.META["DEMOS_DOOR"] = door(request.visit.visitor, request.visit.demo)
        request.META["DEMOS_LOOPBACK"] = Loopback(request.META["DEMOS_TICKET"])
    if request.visit.demo is not None and has_sockets(request.visit.demo):
        request.META["DEMOS_HANDSHAKE"] = Handshake(request.visit.visitor)
    prefix = request.visit.prefix
    if prefix:
        # As a web server would mount the site there: reverse() and redirects then have the prefix by
        # themselves.
        request.path_info = request.path_info.removeprefix(prefix)
        request.META["SCRIPT_NAME"] = prefix
        set_script_prefix(f"{prefix}/")
    world = request.visit.world
    if world is not None:
        world.touch()
        workers.wake(world.demo)
        urlconf = urlconf_of(world.demo)
        if urlconf is not None and not request.visit.on_stage:
            request.urlconf = urlconf
    return places.enter(None if request.visit.on_stage else world)


def _leave(
    request: VisitedRequest, response: HttpResponseBase, before: places.Place | None
) -> HttpResponseBase:
    visit = request.visit
    if visit.is_new and visit.demo is not None:
        response.set_cookie(
            conf.VISITOR_COOKIE_NAME,
            visitor_cookie(visit.visitor),
            max_age=COOKIE_MAX_AGE,
            secure=conf.SECURE_COOKIES,
            httponly=True,
            samesite="Lax",
        )
    if visit.prefix:
        set_script_prefix("/")
    if not response.streaming:
        places.enter(before)
    # A streaming response runs its queries after this; the context, and the world in it, end with the
    # request.
    return response


def _recorded_demo(request: VisitedRequest) -> Demo | None:
    return None if request.visit.on_stage else request.visit.demo


def _observation(request: VisitedRequest, demo: Demo) -> dict[str, Any]:
    visit = request.visit

    def sink(trace: Trace) -> None:
        trace["persona"] = visit.persona
        if visit.prefix.startswith("/~in/"):
            # A ticket is a key, and hides the path that one looks for.
            trace["request"]["path"] = trace["request"]["path"].removeprefix(visit.prefix)
        world = visit.world
        if world is not None:
            witness.saw(world, trace)

    return {
        "own": _own_files(demo),
        "sink": sink,
        "hide_cookies": frozenset({conf.VISITOR_COOKIE_NAME}),
    }


@functools.cache
def _own_files(demo: Demo) -> Callable[[str], str | None]:
    return own_files_in(demo.folder)


def _scoped(request: VisitedRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Cookies for the whole site become the lesson's, and only the LMS may frame a page."""
    for morsel in response.cookies.values():
        if morsel["path"] == "/":
            morsel["path"] = request.visit.cookie_path
    policy = f"frame-ancestors 'self' {conf.LMS_ORIGIN}"
    existing = response.headers.get("Content-Security-Policy")
    # A comma makes it another policy: both hold, whatever the demo's own one says.
    response.headers["Content-Security-Policy"] = f"{existing}, {policy}" if existing else policy
    return response
