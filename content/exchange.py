"""Load and export in Wagtail's admin, for administrators: each lesson's state, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views import View
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from content.differences import FileDifference, differences_of
from content.exporting import archive
from content.folders import BrokenFolder, LessonFolder, read_folder
from content.loading import Choice, load_lesson
from content.models import LessonPage
from content.site_tree import ensure_tree
from content.syllabus import Row, read_syllabus, rows
from content.versions import (
    ExerciseVersions,
    State,
    Stored,
    Versions,
    exercise_versions,
    lesson_versions,
    versions_of,
)

PERMISSION = "content.change_loadrecord"
STATES: dict[State, str] = {
    "conflict": "changed on both sides",
    "changed_here": "changed here",
    "changed_in_folder": "changed in the folder",
    "new_here": "only here",
    "new_in_folder": "only in the folder",
    "withdrawn": "removed from the folder",
    "same": "the same",
}


@dataclass
class LessonState:
    """A lesson with its things in their versions; `errors` are the faults of a folder that cannot be read."""

    slug: str
    title: str
    row: Row | None
    folder: LessonFolder | None = None
    things: list[Versions] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def counts(self) -> list[tuple[State, str, int]]:
        """How many of its things are in which state, the gravest first; what is the same only if all is."""
        found = [thing.state for thing in self.things]
        told = [(state, words, found.count(state)) for state, words in STATES.items() if state in found]
        return told[:-1] if len(told) > 1 and told[-1][0] == "same" else told

    @property
    def rank(self) -> int:
        """0 for what has to be decided; higher is calmer."""
        if self.errors:
            return 0
        order = list(STATES)
        return min((order.index(thing.state) for thing in self.things), default=len(order))


@dataclass(frozen=True)
class Thing:
    """A thing as the page shows it."""

    versions: Versions
    title: str
    state_words: str
    differences: list[FileDifference]

    @property
    def is_mergeable(self) -> bool:
        return self.versions.base is not None and not any(one.is_conflict for one in self.differences)


def survey(stored: Stored, known: Iterable[Row], *, only: str = "") -> list[LessonState]:
    """Return the state of each lesson, of the folders and of the database, in the roadmap's order."""
    by_slug = {row.slug: row for row in known}
    slugs = [slug for slug in [*by_slug, *(stored.pages.keys() - by_slug.keys())] if only in ("", slug)]
    found = [_state(slug, by_slug.get(slug), stored, set(by_slug)) for slug in slugs]
    return [state for state in found if state.things or state.errors]


def _state(slug: str, row: Row | None, stored: Stored, known: set[str]) -> LessonState:
    page = stored.pages.get(slug)
    state = LessonState(slug, page.title if page else slug, row)
    if row is None or not row.is_written:
        if page is not None:
            state.things = [*exercise_versions(slug, (), stored), lesson_versions(slug, None, stored)]
        return state
    try:
        state.folder = read_folder(row, known=known)
    except BrokenFolder as error:
        state.errors = [str(fault) for fault in error.errors]
    else:
        state.things = versions_of(state.folder, stored)
        state.title = page.title if page else state.folder.lesson.front.title
    return state


class ExchangeView(WagtailAdminTemplateMixin, TemplateView):
    header_icon = "resubmit"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        here = {"url": reverse("exchange"), "label": "Load and export"}
        return [*self.breadcrumbs_items, here]


class Overview(ExchangeView):
    """All lessons. POST loads what changed in the folders only."""

    template_name = "content/exchange/overview.html"
    page_title = "Load and export"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lessons = survey(Stored.fetch(), rows())
        waiting = sum(
            thing.state in ("new_in_folder", "changed_in_folder")
            for lesson in lessons
            for thing in lesson.things
        )
        return {
            **super().get_context_data(**kwargs),
            "lessons": sorted(lessons, key=lambda lesson: lesson.rank),
            "waiting": waiting,
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        tracks, stored, loaded = ensure_tree(read_syllabus()), Stored.fetch(), 0
        for lesson in survey(stored, rows()):
            only = {
                thing.name for thing in lesson.things if thing.state in ("new_in_folder", "changed_in_folder")
            }
            if lesson.folder is None or not only:
                continue
            try:
                outcome = load_lesson(
                    lesson.folder, stored=stored, tracks=tracks, only=only, user=request.user
                )
            except BrokenFolder as error:
                messages.error(request, str(error))
                continue
            loaded += len(only) - len(outcome.conflicts)
            for name, reason in outcome.refused.items():
                messages.error(request, f"{name} was not loaded. {reason}")
        messages.success(request, f"{loaded} loaded from the folders." if loaded else "Nothing to load.")
        return redirect("exchange")


class Detail(ExchangeView):
    """One lesson: its things, how their versions differ, and buttons that decide."""

    template_name = "content/exchange/detail.html"

    def get_page_title(self) -> str:
        return self.lesson.title

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.lesson.title}]

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.stored = Stored.fetch()

    @property
    def lesson(self) -> LessonState:
        if not hasattr(self, "_lesson"):
            found = survey(self.stored, rows(), only=self.kwargs["slug"])
            if not found:
                raise Http404("There is no such lesson.")
            self._lesson = found[0]
        return self._lesson

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        things = [
            Thing(
                versions,
                _title(versions),
                STATES[versions.state],
                [] if versions.state == "same" else differences_of(versions),
            )
            for versions in self.lesson.things
        ]
        things.sort(key=lambda thing: list(STATES).index(thing.versions.state))
        return {**super().get_context_data(**kwargs), "lesson": self.lesson, "things": things}

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Take `name` of a thing, `choice`, and `seen`: what its page showed when this was decided."""
        name, choice = request.POST.get("name", ""), request.POST.get("choice", "")
        thing = next((one for one in self.lesson.things if one.name == name), None)
        if thing is None or self.lesson.folder is None or choice not in ("merge", "ours", "theirs"):
            raise Http404("There is nothing to decide.")
        if request.POST.get("seen") != thing.seen:
            messages.error(request, f"{name} has changed meanwhile, and nothing was done. Look again.")
            return redirect("exchange_lesson", slug=slug)
        try:
            outcome = load_lesson(
                self.lesson.folder,
                stored=self.stored,
                tracks=ensure_tree(read_syllabus()),
                choice=cast(Choice, choice),
                only={name},
                user=request.user,
            )
        except BrokenFolder as error:
            messages.error(request, str(error))
            return redirect("exchange_lesson", slug=slug)
        if outcome.conflicts:
            messages.error(request, f"{name} was left as it is. {outcome.refused.get(name, '')}")
        else:
            said = {
                "merged": "has the changes of both sides now, in its draft. Publishing it verifies it."
                if "/" in name
                else "has the changes of both sides now. An export writes them to the folder.",
                "kept": "stays as it is here. An export writes it to the folder.",
            }
            messages.success(request, f"{name} {said.get(outcome.status, 'is now as in the folder.')}")
        return redirect("exchange_lesson", slug=slug)


class Archive(View):
    """A zip of the lessons' files as an export writes them: of one lesson, or of all that are published."""

    def get(self, request: HttpRequest, slug: str = "") -> HttpResponse:
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        pages = LessonPage.objects.live().order_by("path")
        if slug:
            pages = pages.filter(slug=slug)
            if not pages:
                raise Http404("There is no such lesson, or it is not published.")
        response = HttpResponse(archive(pages, Stored.fetch()), content_type="application/zip")
        response["Content-Disposition"] = f'attachment; filename="{slug or "lessons"}.zip"'
        return response


def _title(versions: Versions) -> str:
    if isinstance(versions, ExerciseVersions):
        found = versions.row or versions.document
        return f"Exercise: {found.title}" if found else versions.name
    return "Text of the lesson"
