"""`/api/v1/`. A change that breaks a program gets a new number; a new field does not."""

from __future__ import annotations

from django.urls import path, re_path
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from lms.api import cohorts, drafts, lessons, own, people, problems, progress, reviews, submissions
from lms.api.base import ReadView

app_name = "api"
_EXERCISE = "exercises/<slug:lesson>/<slug:slug>/"


class RootView(ReadView):
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="root", responses={200: {"type": "object", "additionalProperties": {"type": "string"}}}
    )
    def get(self, request: Request) -> Response:
        """Where everything begins."""
        names = (
            "roadmap",
            "lessons",
            "exercises",
            "submissions",
            "progress",
            "notes",
            "bookmarks",
            "reviews",
            "cohorts",
            "tokens",
            "me",
            "schema",
            "docs",
        )
        return Response({name: reverse(f"api:{name}", request=request) for name in names})


urlpatterns = [
    path("", RootView.as_view(), name="root"),
    path("roadmap/", lessons.RoadmapView.as_view(), name="roadmap"),
    path("tracks/<slug:slug>/", lessons.TrackView.as_view(), name="track"),
    path("lessons/", lessons.LessonsView.as_view(), name="lessons"),
    path("lessons/<slug:slug>/", lessons.LessonView.as_view(), name="lesson"),
    path("exercises/", lessons.ExercisesView.as_view(), name="exercises"),
    path(_EXERCISE, lessons.ExerciseView.as_view(), name="exercise"),
    path(f"{_EXERCISE}draft/", drafts.DraftView.as_view(), name="draft"),
    path(f"{_EXERCISE}solution/", drafts.SolutionView.as_view(), name="solution"),
    path(
        f"{_EXERCISE}submissions/",
        submissions.ExerciseSubmissionsView.as_view(),
        name="exercise_submissions",
    ),
    path("submissions/", submissions.SubmissionsView.as_view(), name="submissions"),
    path("submissions/<uuid:submission_id>/", submissions.SubmissionView.as_view(), name="submission"),
    path("submissions/<uuid:submission_id>/cancel/", submissions.CancelView.as_view(), name="cancel"),
    path("progress/", progress.CourseProgressView.as_view(), name="progress"),
    path("progress/<slug:slug>/", progress.LessonProgressView.as_view(), name="lesson_progress"),
    path("notes/", own.NotesView.as_view(), name="notes"),
    path("notes/<slug:lesson>/", own.NoteView.as_view(), name="note"),
    path("bookmarks/", own.BookmarksView.as_view(), name="bookmarks"),
    path("bookmarks/<slug:lesson>/<str:heading>/", own.BookmarkView.as_view(), name="bookmark"),
    path("reviews/", reviews.ReviewsView.as_view(), name="reviews"),
    path("reviews/<int:card>/", reviews.ReviewView.as_view(), name="review"),
    path("cohorts/", cohorts.CohortsView.as_view(), name="cohorts"),
    path("cohorts/<int:cohort>/", cohorts.CohortView.as_view(), name="cohort"),
    path("cohorts/<int:cohort>/learners/", cohorts.CohortLearnersView.as_view(), name="cohort_learners"),
    path("tokens/", people.KeysView.as_view(), name="tokens"),
    path("tokens/current/", people.OwnKeyView.as_view(), name="own_token"),
    path("tokens/<slug:key_id>/", people.KeyView.as_view(), name="token"),
    path("me/", people.MeView.as_view(), name="me"),
    path("schema/", SpectacularJSONAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api:schema"), name="docs"),
    re_path(r"^(?P<path>[\s\S]*)$", problems.not_found),
]
