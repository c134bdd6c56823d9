"""What a learner has typed and not handed in. Its version is its ETag, so no machine overwrites another."""

from __future__ import annotations

import re
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from lms.api.base import learner_of
from lms.api.fields import Files
from lms.api.lessons import find_exercise
from lms.api.preconditions import IF_MATCH, IF_NONE_MATCH, seen_etag
from lms.api.problems import PreconditionFailed
from lms.grading.drafts import find_draft, save_draft
from lms.grading.models import Draft
from lms.grading.work_views import tries_left


class DraftSerializer(serializers.ModelSerializer[Draft]):
    files = Files(
        help_text="Changes against the starter: path to text, or null for a file that is removed. "
        "Empty takes all changes back.",
        allow_empty=True,
    )

    class Meta:
        model = Draft
        fields = ["files", "version", "updated_at"]
        read_only_fields = ["version", "updated_at"]


class SolutionSerializer(serializers.Serializer[Any]):
    files = Files(help_text="Changes against the starter.")


class DraftView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="draft", responses=DraftSerializer)
    def get(self, request: Request, lesson: str, slug: str) -> Response:
        """Your draft of this exercise."""
        draft = find_draft(find_exercise(lesson, slug), learner_of(request.user))
        if draft is None:
            raise Http404("You have no draft of this exercise yet.")
        return _answer(draft)

    @extend_schema(
        operation_id="save_draft",
        request=DraftSerializer,
        parameters=[IF_MATCH, IF_NONE_MATCH],
        responses=DraftSerializer,
    )
    def put(self, request: Request, lesson: str, slug: str) -> Response:
        """Store your draft. 412 where a later version was saved meanwhile: read that one first."""
        exercise = find_exercise(lesson, slug)
        version = _seen_version(request)
        given = DraftSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return _answer(
            save_draft(
                learner=learner_of(request.user),
                exercise=exercise,
                files=given.validated_data["files"],
                version=version,
            )
        )


class SolutionView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="solution", responses=SolutionSerializer)
    def get(self, request: Request, lesson: str, slug: str) -> Response:
        """The solution, once every check has passed or after three graded tries."""
        exercise = find_exercise(lesson, slug)
        left = tries_left(exercise, learner_of(request.user))
        if left:
            tries = "one more try" if left == 1 else f"{left} more tries"
            raise PermissionDenied(f"The solution opens when every check passes, or after {tries}.")
        return Response({"files": {**exercise.solution, **dict.fromkeys(exercise.solution_removed)}})


def _seen_version(request: Request) -> int:
    seen = seen_etag(request)
    found = re.fullmatch(r'"v(\d{1,9})"', seen)
    if seen and found is None:
        raise PreconditionFailed("If-Match is not an ETag of a draft.")
    return int(found[1]) if found else 0


def _answer(draft: Draft) -> Response:
    return Response(
        DraftSerializer(draft).data,
        headers={"ETag": f'"v{draft.version}"', "Cache-Control": "private, no-cache"},
    )
