"""Handing in, and following what becomes of it: by asking, or at `/ws/submissions/<id>/`."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics, serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from lms.api.base import NewestFirst, ReadView, learner_of
from lms.api.fields import Files
from lms.api.lessons import find_exercise
from lms.api.problems import Conflict
from lms.api.throttles import SubmitThrottle
from lms.grading.models import Submission
from lms.grading.submit import cancel, submit


class HandIn(serializers.Serializer[Any]):
    files = Files(help_text="The files that you changed: path to text, or null for one that you removed.")


class SubmissionSummary(serializers.ModelSerializer[Submission]):
    exercise = serializers.CharField(source="exercise.name")
    url = serializers.SerializerMethodField()

    class Meta:
        model = Submission
        fields = ["id", "exercise", "state", "created_at", "finished_at", "duration_ms", "url"]
        read_only_fields = fields

    def get_url(self, submission: Submission) -> str:
        return reverse("api:submission", args=[submission.pk], request=self.context["request"])


class CheckSerializer(serializers.Serializer[Any]):
    """What became of one check. `pending` until it ran."""

    name = serializers.CharField()
    title = serializers.CharField()
    status = serializers.CharField()


class SubmissionSerializer(SubmissionSummary):
    position = serializers.SerializerMethodField(help_text="In the queue, 1 is next; null once it runs.")
    socket_url = serializers.SerializerMethodField(
        help_text="A WebSocket that sends the submission whole at every change. The handshake has the same "
        "`Authorization` header as a request; in a browser offer the subprotocols `django-mastery.v1` and "
        "`bearer.<JWT>` or `token.<key>`. Closes with 4401 for a token that is not good, with 4404 for a "
        "submission that is not yours."
    )
    checks = serializers.ListField(child=serializers.DictField(), help_text="In the order in which they run.")
    files = Files()

    class Meta(SubmissionSummary.Meta):
        fields = [
            *SubmissionSummary.Meta.fields,
            "socket_url",
            "position",
            "message",
            "output",
            "checks",
            "files",
        ]
        read_only_fields = fields

    def get_socket_url(self, submission: Submission) -> str:
        address: str = self.context["request"].build_absolute_uri(f"/ws/submissions/{submission.pk}/")
        return address.replace("http", "ws", 1)

    def get_position(self, submission: Submission) -> int | None:
        return submission.position()


@extend_schema_view(get=extend_schema(operation_id="submissions_of_exercise", responses=SubmissionSummary))
class ExerciseSubmissionsView(ReadView, generics.ListAPIView[Submission]):
    permission_classes = [IsAuthenticated]
    pagination_class = NewestFirst
    serializer_class = SubmissionSummary

    def get_throttles(self) -> list[Any]:
        own = [SubmitThrottle()] if self.request.method == "POST" else []
        return [*super().get_throttles(), *own]

    def get_queryset(self) -> QuerySet[Submission]:
        """Your submissions of this exercise, the newest first."""
        exercise = find_exercise(self.kwargs["lesson"], self.kwargs["slug"])
        return _mine(self.request).filter(exercise=exercise)

    @extend_schema(operation_id="submit", request=HandIn, responses={201: SubmissionSerializer})
    def post(self, request: Request, lesson: str, slug: str) -> Response:
        """Hand in. The answer is the queued submission; ask at its `url` for the result."""
        exercise = find_exercise(lesson, slug)
        given = HandIn(data=request.data)
        given.is_valid(raise_exception=True)
        made = submit(
            learner=learner_of(request.user), exercise=exercise, files=given.validated_data["files"]
        )
        data = SubmissionSerializer(made, context={"request": request}).data
        return Response(data, status=201, headers={"Location": data["url"]})


@extend_schema_view(get=extend_schema(operation_id="submissions"))
class SubmissionsView(ReadView, generics.ListAPIView[Submission]):
    """All your submissions, the newest first."""

    permission_classes = [IsAuthenticated]
    pagination_class = NewestFirst
    serializer_class = SubmissionSummary

    def get_queryset(self) -> QuerySet[Submission]:
        return _mine(self.request)


class SubmissionView(ReadView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="submission", responses=SubmissionSerializer)
    def get(self, request: Request, submission_id: uuid.UUID) -> Response:
        """One of your submissions, with its checks as far as they have run."""
        found = find_submission(request, submission_id)
        return Response(SubmissionSerializer(found, context={"request": request}).data)


class CancelView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="cancel_submission", request=None, responses=SubmissionSerializer)
    def post(self, request: Request, submission_id: uuid.UUID) -> Response:
        """Cancel a submission that is not finished; 409 for one that is."""
        found = find_submission(request, submission_id)
        if not cancel(found):
            raise Conflict("This submission is finished already.")
        found.refresh_from_db()
        return Response(SubmissionSerializer(found, context={"request": request}).data)


def find_submission(request: Request, submission_id: uuid.UUID) -> Submission:
    """Return it to its owner only: to everybody else it does not exist."""
    found = _mine(request).filter(pk=submission_id).first()
    if found is None:
        raise Http404("You have no such submission.")
    return found


def _mine(request: Any) -> QuerySet[Submission]:
    mine = Submission.objects.filter(learner__user_id=request.user.pk)
    return mine.select_related("exercise").defer(
        "exercise__starter", "exercise__solution", "exercise__checks"
    )
