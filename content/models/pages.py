from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.forms import TextInput
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from wagtail.admin.panels import CommentPanel, FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from content import pages
from content.blocks import LessonBlocks
from content.errors import ContentError
from content.forms import LessonPageForm
from content.lesson_format import FrontMatter, Lesson, export
from content.lesson_format.parse import FIGURE_TYPES, check_figure_name
from content.missions import Mission, read_missions
from content.models.exercises import Exercise
from content.schedule import SchedulePanel
from content.streams import from_stream
from content.syllabus import lesson_folder

FROM_TRACK = "The next load takes it from track.toml again."
SETTINGS_PANELS: list[Any] = [SchedulePanel(), CommentPanel()]


class RoadmapPage(Page):
    """The home page: the course's map, from lessons/ and from the pages that are published."""

    lead = models.TextField(blank=True, help_text="A sentence or two below the title")

    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = ["content.TrackPage"]
    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("lead")]
    settings_panels = SETTINGS_PANELS

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), **pages.roadmap_context(self, request)}


class TrackPage(Page):
    """A track. It has no page of its own: its address leads to its place on the roadmap."""

    position = models.PositiveSmallIntegerField(default=0)

    # Tracks come from folders.
    is_creatable = False
    parent_page_types: ClassVar[list[str]] = ["content.RoadmapPage"]
    subpage_types: ClassVar[list[str]] = ["content.LessonPage"]
    content_panels: ClassVar[list[Any]] = [FieldPanel("title", help_text=FROM_TRACK)]
    promote_panels: ClassVar[list[Any]] = []
    settings_panels = SETTINGS_PANELS

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(f"{self.get_parent().get_url(request)}#track-{self.slug}")

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        return self.get_parent().specific.serve_preview(request, mode_name)


class LessonPage(RoutablePageMixin, Page):
    """A lesson. Its fields are the front matter of lesson.md, its body the directives."""

    class Level(models.TextChoices):
        BEGINNER = "beginner"
        INTERMEDIATE = "intermediate"
        ADVANCED = "advanced"

    feature = models.CharField(max_length=200, help_text="The row of the roadmap, in its words")
    why = models.CharField(max_length=300, help_text="Why it is important, in the roadmap's words")
    minutes = models.PositiveSmallIntegerField(
        default=45, validators=[MinValueValidator(1), MaxValueValidator(9999)]
    )
    level = models.CharField(max_length=12, choices=Level, default=Level.BEGINNER)
    needs = models.TextField(blank=True, help_text="Lessons to do before this one: a slug a line")
    objectives = models.TextField(blank=True, help_text="What the learner will be able to do: one a line")
    packages = models.TextField(blank=True, help_text="What it uses besides Django's own: one a line")
    body = StreamField(LessonBlocks())

    base_form_class = LessonPageForm
    parent_page_types: ClassVar[list[str]] = ["content.TrackPage"]
    subpage_types: ClassVar[list[str]] = []
    search_fields: ClassVar[list[Any]] = [
        *Page.search_fields,
        index.SearchField("feature"),
        index.SearchField("body"),
    ]
    content_panels: ClassVar[list[Any]] = [
        # Wagtail's own panel for the title would look for the field of the slug.
        FieldPanel(
            "title", classname="title", widget=TextInput(attrs={"placeholder": "Title of the lesson*"})
        ),
        MultiFieldPanel(
            [
                FieldPanel("slug", widget=TextInput),
                FieldPanel("feature"),
                FieldPanel("why"),
                FieldRowPanel([FieldPanel("minutes"), FieldPanel("level")]),
                FieldPanel("objectives"),
                FieldPanel("needs"),
                FieldPanel("packages"),
            ],
            heading="About the lesson",
        ),
        FieldPanel("body"),
    ]
    promote_panels: ClassVar[list[Any]] = [
        MultiFieldPanel([FieldPanel("seo_title"), FieldPanel("search_description")], heading="Search engines")
    ]
    settings_panels = SETTINGS_PANELS

    def clean(self) -> None:
        super().clean()
        same = LessonPage.objects.filter(slug=self.slug).exclude(pk=self.pk)
        if same.exists():
            raise ValidationError(
                f"There is a lesson {self.slug!r} already; a slug names one in the whole course."
            )

    @cached_property
    def track_slug(self) -> str:
        return self.get_parent().slug

    @property
    def folder(self) -> Path:
        """The lesson's folder below settings.LESSONS_DIR."""
        return lesson_folder(self.track_slug, self.slug)

    @property
    def needs_list(self) -> tuple[str, ...]:
        return _lines(self.needs)

    @property
    def objectives_list(self) -> tuple[str, ...]:
        return _lines(self.objectives)

    @property
    def packages_list(self) -> tuple[str, ...]:
        return _lines(self.packages)

    def document(self) -> Lesson:
        """Return what this page says, as a document of lesson.md."""
        front = FrontMatter(
            title=self.title,
            feature=self.feature,
            why=self.why,
            minutes=self.minutes,
            level=self.level,
            needs=self.needs_list,
            objectives=self.objectives_list,
            packages=self.packages_list,
        )
        return Lesson(front=front, blocks=from_stream(self.body))

    def export(self) -> str:
        """Return this page as the text of a lesson.md."""
        return export(self.document())

    def exercise_slugs(self) -> list[str]:
        """Return the slugs of the exercises that the page shows, in its order."""
        return [child.value for child in self.body if child.block_type == "exercise"]

    def exercises(self, *, with_drafts: bool = False) -> list[Exercise]:
        """Return the exercises that the page shows, in its order: one query. Learners have no drafts."""
        there = Exercise.objects.filter(lesson=self.slug)
        found = {exercise.slug: exercise for exercise in (there if with_drafts else there.live())}
        return [found[slug] for slug in self.exercise_slugs() if slug in found]

    @cached_property
    def shown_exercises(self) -> tuple[Exercise, ...]:
        """The exercises that learners find on the page, read once for each page object."""
        return tuple(self.exercises())

    def missions(self) -> tuple[Mission, ...]:
        """Return the missions of the lesson's demo, in their order."""
        return read_missions(self.folder)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), **pages.lesson_context(self, request)}

    @path("")
    def lesson(self, request: HttpRequest) -> HttpResponse:
        return self.render(request)

    def figure_url(self, name: str) -> str:
        """Return where the figure `name` is served; an address of Wagtail's has a slash for the dot."""
        return f"{self.url or ''}figures/{name.replace('.', '/')}/"

    @path("figures/<str:stem>/<str:suffix>/")
    def figure(self, request: HttpRequest, stem: str, suffix: str) -> HttpResponseBase:
        """Serve a figure of the lesson's folder; 304 to whoever has it as it is."""
        name = f"{stem}.{suffix}"
        try:
            file = self.folder / "figures" / check_figure_name(name)
            found = file.stat()
            etag = f'"{found.st_mtime_ns:x}-{found.st_size:x}"'
            response = get_conditional_response(request, etag=etag) or FileResponse(
                file.open("rb"), content_type=FIGURE_TYPES[file.suffix]
            )
        except (ContentError, OSError) as error:
            raise Http404(f"The lesson has no figure {name!r}.") from error
        # An SVG opened on its own is a document of this origin: it may run nothing.
        response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "public, max-age=300"
        response["ETag"] = etag
        return response


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
