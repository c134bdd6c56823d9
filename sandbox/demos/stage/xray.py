"""What the X-ray asks afterwards: the plan of a query, and the code around the line that caused it.

The browser names a trace of this visitor and a place in it, never SQL or a file.
"""

from pathlib import Path
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.http import Http404, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from sandbox.demos import feeds, shared
from sandbox.demos.discovery import Demo
from sandbox.demos.middleware import VisitedRequest
from sandbox.demos.stage.worlds import world_of
from sandbox.demos.worlds import World
from sandbox.xray.excerpts import NoExcerptError, excerpt
from sandbox.xray.plans import NoPlanError, plan_in_file

_NOT_SHOWN = "exercises"  # solutions stand there


@require_GET
@never_cache
def plan(request: VisitedRequest, track: str, lesson: str, trace: str, index: int) -> JsonResponse:
    """`{"plan": [step, …]}`, see sandbox.xray.plans, or `{"error": "…"}` with 409."""
    world = world_of(request)
    query = _entry(_trace(world, trace)["queries"], index)
    try:
        return JsonResponse({"plan": plan_in_file(_database_of(world, query), query["sql"])})
    except (NoPlanError, shared.RowsAreComing) as error:
        return JsonResponse({"error": str(error)}, status=409)


@require_GET
@never_cache
def source(
    request: VisitedRequest, track: str, lesson: str, trace: str, kind: str, index: int
) -> JsonResponse:
    """The code around the line that an entry of the trace names: see `excerpt`, with `file`.

    `kind` is one of its lists, or "exception" for that one's frames. `{"error": "…"}` with 409 if it is gone.
    """
    world = world_of(request)
    found = _trace(world, trace)
    if kind == "exception":
        return _excerpt(world.demo, _entry((found["exception"] or {"frames": []})["frames"], index))
    if kind not in ("queries", "tasks", "frames"):
        raise Http404("Nothing of this kind has a line.")
    return _excerpt(world.demo, _entry(found[kind], index)["source"])


def _database_of(world: World, query: dict[str, Any]) -> Path:
    """The visitor's own file, or one that all visitors of this lesson share."""
    alias = query.get("alias", DEFAULT_DB_ALIAS)
    return shared.file_of(alias) if alias in world.demo.shared else world.file()


def _trace(world: World, wanted: str) -> dict[str, Any]:
    for trace in feeds.earlier(world):
        if trace["id"] == wanted:
            return trace
    raise Http404("There is no such request any more.")


def _entry(entries: list[dict[str, Any]], index: int) -> dict[str, Any]:
    if index >= len(entries):
        raise Http404("The request has no such entry.")
    return entries[index]


def _excerpt(demo: Demo, source: dict[str, Any] | None) -> JsonResponse:
    if source is None:
        raise Http404("No line of the demo caused this.")
    file = _file_of(demo, source["file"])
    try:
        found = excerpt(file, source["line"], source["code"])
    except NoExcerptError as error:
        return JsonResponse({"error": str(error)}, status=409)
    return JsonResponse({"file": source["file"], **found})


def _file_of(demo: Demo, shown: str) -> Path:
    """A file of the lesson; the traceback of a library's mistake names the library's own."""
    file = (demo.folder / shown).resolve()
    if (
        not file.is_relative_to(demo.folder)
        or file.is_relative_to(demo.folder / _NOT_SHOWN)
        or not file.is_file()
    ):
        raise Http404("This is no file of the demo.")
    return file
