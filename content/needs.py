"""What a lesson needs: which lessons can come before it, and the field in which an author chooses them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.apps import apps
from django.forms.renderers import TemplatesSetting

from content.syllabus import read_syllabus

Group = tuple[str, list[tuple[str, str]]]  # a track's title; slug and label of each of its lessons


def lessons_by_track() -> list[Group]:
    """Return all lessons in the roadmap's order: those of the folders, and those written in the admin."""
    pages = {
        slug: (path, title if live else f"{title} (not published)")
        for slug, path, title, live in apps.get_model("content", "LessonPage")
        .objects.order_by("path")
        .values_list("slug", "path", "draft_title", "live")
    }
    track_page = apps.get_model("content", "TrackPage")
    paths = dict(track_page.objects.values_list("slug", "path"))
    groups = []
    for track in read_syllabus():
        lessons = {row.slug: f"{row.feature.partition(' – ')[0]} (not written yet)" for row in track.rows}
        here = paths.get(track.slug)
        lessons |= {
            slug: label
            for slug, (path, label) in pages.items()
            if slug in lessons or (here and path.startswith(here))
        }
        groups.append((track.title, [*lessons.items()]))
    return groups


def needs_of_all() -> dict[str, set[str]]:
    """Return what each lesson needs, as published or as its latest draft has it."""
    found: dict[str, set[str]] = {}
    pages = apps.get_model("content", "LessonPage").objects
    for slug, needs in pages.values_list("slug", "needs"):
        found[slug] = set(needs.split())
    # The drafts' bodies are long: only those that say something else than the page are read.
    drafts = pages.filter(has_unpublished_changes=True, latest_revision__isnull=False)
    for slug, content in drafts.values_list("slug", "latest_revision__content"):
        found[slug] |= set(str(content.get("needs") or "").split())
    return found


def way_back(slug: str, needs: Iterable[str], all_needs: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the shortest way from one of `needs` back to the lesson `slug`, both named; or nothing."""
    ways = [[need] for need in needs]
    seen = set()
    while ways:
        way = ways.pop(0)
        if way[-1] == slug:
            return way
        if way[-1] not in seen:
            seen.add(way[-1])
            ways += [[*way, further] for further in sorted(all_needs.get(way[-1], ()))]
    return []


class LessonsWidget(forms.CheckboxSelectMultiple):
    """Lessons to tick, track by track."""

    template_name = "content/admin/lessons_widget.html"

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        # Django's own renderer does not know the templates of this site.
        return super().render(name, value, attrs, TemplatesSetting())


class LessonsField(forms.MultipleChoiceField):
    """Lessons chosen by title. Its value is the text that is stored: a slug a line."""

    widget = LessonsWidget
    default_error_messages = {"invalid_choice": "There is no lesson %(value)s. Choose from the list."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.labels: dict[str, str] = {}
        self.stored: list[str] = []

    def offer(self, stored: str, *, own: str) -> None:
        """Offer all lessons but `own`. What is `stored` and no lesson any more is shown, to be unticked."""
        self.stored = stored.split()
        groups = lessons_by_track()
        self.labels = {slug: label for _, lessons in groups for slug, label in lessons}
        offered: list[Any] = [
            (title, [(slug, label) for slug, label in lessons if slug != own]) for title, lessons in groups
        ]
        gone = [
            (slug, f"{slug} (there is no such lesson)") for slug in self.stored if slug not in self.labels
        ]
        self.choices = [*offered, *([("Gone", gone)] if gone else [])]

    def prepare_value(self, value: Any) -> list[str]:
        return value.split() if isinstance(value, str) else list(value or [])

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial) != self._in_order(data or [])

    def valid_value(self, value: str) -> bool:
        return value in self.labels

    def clean(self, value: Any) -> str:
        chosen = super().clean([slug for slug in value or [] if slug])
        return "\n".join(self._in_order(chosen))

    def _in_order(self, chosen: Iterable[str]) -> list[str]:
        """Return the slugs as they were stored, and those that are new as the course has them."""
        wanted = set(chosen)
        order = [*self.stored, *self.labels, *sorted(wanted)]
        return [slug for slug in dict.fromkeys(order) if slug in wanted]
