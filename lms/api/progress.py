"""How far somebody is, by the same rules as the pages."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from content.syllabus import rows
from lms.api.base import ReadView, learner_of
from lms.progress.rules import LessonProgress
from lms.progress.state import ProgressOfRequest


class LessonProgressSerializer(serializers.Serializer[LessonProgress]):
    lesson = serializers.CharField(source="asked.lesson")
    percent = serializers.IntegerField(min_value=0, max_value=100)
    is_started = serializers.BooleanField()
    is_done = serializers.BooleanField()
    is_read = serializers.BooleanField(source="done.read")
    missions_left = serializers.ListField(child=serializers.CharField())
    exercises_left = serializers.ListField(child=serializers.CharField())
    questions_left = serializers.SerializerMethodField(help_text="How many questions of its quiz.")

    def get_questions_left(self, progress: LessonProgress) -> int:
        return len(progress.questions_left)


class CourseProgressSerializer(serializers.Serializer[Any]):
    lessons_done = serializers.IntegerField()
    lessons = LessonProgressSerializer(many=True)


class CourseProgressView(ReadView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="progress", responses=CourseProgressSerializer)
    def get(self, request: Request) -> Response:
        """Your progress in every published lesson, in the roadmap's order."""
        progress = ProgressOfRequest(learner_of(request.user))
        lessons = [found for row in rows() if (found := progress.of_row(row.slug)) is not None]
        done = sum(one.is_done for one in lessons)
        return Response(CourseProgressSerializer({"lessons_done": done, "lessons": lessons}).data)


class LessonProgressView(ReadView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="lesson_progress", responses=LessonProgressSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Your progress in one lesson."""
        found = ProgressOfRequest(learner_of(request.user)).of_row(slug)
        if found is None:
            raise Http404(f"There is no published lesson {slug}.")
        return Response(LessonProgressSerializer(found).data)
