"""The course to read: roadmap, tracks, lessons, exercises."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from content.lesson_format import export
from content.models import Exercise, LessonPage
from content.pages import RoadmapRow, roadmap
from lms.api.base import ReadView, published_exercises


class RowSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    feature = serializers.CharField(help_text="The roadmap's own words.")
    why = serializers.CharField()
    is_published = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField(help_text="The lesson in the API, or null until it is published.")
    page_url = serializers.SerializerMethodField(help_text="The lesson for people, or null.")

    def get_is_published(self, row: RoadmapRow) -> bool:
        return row.page is not None

    def get_url(self, row: RoadmapRow) -> str | None:
        if row.page is None:
            return None
        return reverse("api:lesson", args=[row.slug], request=self.context["request"])

    def get_page_url(self, row: RoadmapRow) -> str | None:
        return self.context["request"].build_absolute_uri(row.url) if row.url else None


class TrackSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    title = serializers.CharField()
    lessons = RowSerializer(source="rows", many=True)


class ExerciseSummary(serializers.ModelSerializer[Exercise]):
    name = serializers.CharField(help_text="`lesson/exercise`.")
    url = serializers.SerializerMethodField()
    page_url = serializers.SerializerMethodField(help_text="Its workspace, for people.")

    class Meta:
        model = Exercise
        fields = ["name", "lesson", "slug", "title", "kind", "points", "url", "page_url"]

    def get_url(self, exercise: Exercise) -> str:
        return reverse("api:exercise", args=[exercise.lesson, exercise.slug], request=self.context["request"])

    def get_page_url(self, exercise: Exercise) -> str:
        return reverse("workspace", args=[exercise.lesson, exercise.slug], request=self.context["request"])


class HintSerializer(serializers.Serializer[dict[str, str]]):
    title = serializers.CharField()
    body = serializers.CharField(help_text="Markdown.")


class ExerciseSerializer(ExerciseSummary):
    hints = HintSerializer(many=True, help_text="From a nudge to nearly the answer.")
    starter = serializers.SerializerMethodField(help_text="The files to begin with: path to text.")

    class Meta(ExerciseSummary.Meta):
        fields = [
            *ExerciseSummary.Meta.fields,
            "task",
            "hints",
            "time_limit",
            "editable",
            "apps",
            "urls",
            "entry",
            "starter",
        ]
        extra_kwargs = {
            "task": {"help_text": "Markdown."},
            "editable": {"help_text": "Paths that may be changed; a directory ends with /."},
        }

    def get_starter(self, exercise: Exercise) -> dict[str, str]:
        return {path: text for path, text in exercise.starter.items() if path not in exercise.hidden}


class MissionSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    title = serializers.CharField()


class LessonSummary(serializers.ModelSerializer[LessonPage]):
    track = serializers.SerializerMethodField()
    objectives = serializers.ListField(source="objectives_list", child=serializers.CharField())
    needs = serializers.ListField(
        source="needs_list", child=serializers.CharField(), help_text="Slugs of lessons to do before."
    )
    packages = serializers.ListField(source="packages_list", child=serializers.CharField())
    url = serializers.SerializerMethodField()
    page_url = serializers.CharField(source="full_url")

    class Meta:
        model = LessonPage
        fields = [
            "slug",
            "track",
            "title",
            "feature",
            "why",
            "minutes",
            "level",
            "needs",
            "objectives",
            "packages",
            "url",
            "page_url",
        ]

    def get_track(self, page: LessonPage) -> str:
        # Its parent's slug, without a query for each lesson of a list.
        return page.url_path.rstrip("/").split("/")[-2]

    def get_url(self, page: LessonPage) -> str:
        return reverse("api:lesson", args=[page.slug], request=self.context["request"])


class LessonSerializer(LessonSummary):
    text = serializers.SerializerMethodField(help_text="The whole lesson, in the format of lesson.md.")
    exercises = serializers.SerializerMethodField()
    missions = serializers.SerializerMethodField()

    class Meta(LessonSummary.Meta):
        fields = [*LessonSummary.Meta.fields, "text", "exercises", "missions"]

    def get_text(self, page: LessonPage) -> str:
        return export(page.document())

    @extend_schema_field(ExerciseSummary(many=True))
    def get_exercises(self, page: LessonPage) -> Any:
        return ExerciseSummary(page.exercises(), many=True, context=self.context).data

    @extend_schema_field(MissionSerializer(many=True))
    def get_missions(self, page: LessonPage) -> Any:
        return MissionSerializer(page.missions(), many=True).data


class RoadmapView(ReadView):
    permission_classes = [AllowAny]

    @extend_schema(operation_id="roadmap", responses=TrackSerializer(many=True))
    def get(self, request: Request) -> Response:
        """All tracks with all their rows, those that are not written yet as well."""
        tracks = roadmap(request._request)
        return Response(TrackSerializer(tracks, many=True, context={"request": request}).data)


class TrackView(ReadView):
    permission_classes = [AllowAny]

    @extend_schema(operation_id="track", responses=TrackSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """One track."""
        for track in roadmap(request._request):
            if track.slug == slug:
                return Response(TrackSerializer(track, context={"request": request}).data)
        raise Http404(f"There is no track {slug}.")


class LessonsView(ReadView):
    permission_classes = [AllowAny]

    @extend_schema(operation_id="lessons", responses=LessonSummary(many=True))
    def get(self, request: Request) -> Response:
        """The published lessons, in the roadmap's order."""
        order = [row.slug for track in roadmap(None) for row in track.rows if row.page is not None]
        found = {page.slug: page for page in LessonPage.objects.live().public().defer("body")}
        pages = [found[slug] for slug in order if slug in found]
        return Response(LessonSummary(pages, many=True, context={"request": request}).data)


class LessonView(ReadView):
    permission_classes = [AllowAny]

    @extend_schema(operation_id="lesson", responses=LessonSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """One published lesson with its text, exercises and missions."""
        page = LessonPage.objects.live().public().filter(slug=slug).first()
        if page is None:
            raise Http404(f"There is no published lesson {slug}.")
        return Response(LessonSerializer(page, context={"request": request}).data)


class ExercisesView(ReadView):
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="exercises",
        parameters=[OpenApiParameter("lesson", str, description="Only those of this lesson (its slug).")],
        responses=ExerciseSummary(many=True),
    )
    def get(self, request: Request) -> Response:
        """The exercises of the published lessons."""
        found = published_exercises().order_by("lesson", "pk").only(*_SUMMARY)
        if lesson := request.query_params.get("lesson"):
            found = found.filter(lesson=lesson.replace("\0", ""))
        return Response(ExerciseSummary(found, many=True, context={"request": request}).data)


class ExerciseView(ReadView):
    permission_classes = [AllowAny]

    @extend_schema(operation_id="exercise", responses=ExerciseSerializer)
    def get(self, request: Request, lesson: str, slug: str) -> Response:
        """One exercise: its task, hints and the files to begin with."""
        return Response(ExerciseSerializer(find_exercise(lesson, slug), context={"request": request}).data)


_SUMMARY = ("lesson", "slug", "title", "kind", "points")


def find_exercise(lesson: str, slug: str) -> Exercise:
    found = published_exercises().filter(lesson=lesson, slug=slug).first()
    if found is None:
        raise Http404(f"There is no exercise {lesson}/{slug}.")
    return found
