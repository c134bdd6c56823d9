"""Questions of the quizzes that come back by spaced repetition."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics, serializers
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from content.quiz import UnknownAnswer
from lms.api.base import ReadView, learner_of
from lms.api.problems import Conflict
from lms.progress.models import ReviewCard
from lms.progress.reviews import Due, asked_by_cards, review


class ReviewSerializer(serializers.Serializer[Due]):
    id = serializers.IntegerField(source="card.pk")
    lesson = serializers.CharField(source="card.lesson")
    due_at = serializers.DateTimeField(source="card.due_at")
    question = serializers.CharField(source="placed.question.text", help_text="Markdown.")
    answers = serializers.SerializerMethodField(
        help_text="What there is to choose from, in Markdown; an answer is named by its position from 0."
    )
    is_multiple = serializers.SerializerMethodField(help_text="Whether more than one answer is right.")
    url = serializers.SerializerMethodField(help_text="Where to send the answer.")
    page_url = serializers.SerializerMethodField(help_text="The question in its lesson, for people.")

    def get_answers(self, due: Due) -> list[str]:
        return [answer.text for answer in due.placed.question.answers]

    def get_is_multiple(self, due: Due) -> bool:
        return sum(answer.right for answer in due.placed.question.answers) > 1

    def get_url(self, due: Due) -> str:
        return reverse("api:review", args=[due.card.pk], request=self.context["request"])

    def get_page_url(self, due: Due) -> str:
        return f"{due.page.full_url}#{due.placed.anchor}"


class ReviewAnswer(serializers.Serializer[Any]):
    answers = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=1000),
        allow_empty=False,
        help_text="The positions of all the answers that you take for right.",
    )


class ReviewResult(serializers.Serializer[Any]):
    right = serializers.BooleanField()
    right_answers = serializers.ListField(child=serializers.IntegerField())
    explanations = serializers.ListField(child=serializers.CharField(allow_blank=True), help_text="Markdown.")
    due_at = serializers.DateTimeField(help_text="When the question comes back.")


class LongestWaitingFirst(CursorPagination):
    ordering = ("due_at", "pk")
    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100


@extend_schema_view(get=extend_schema(operation_id="reviews"))
class ReviewsView(ReadView, generics.ListAPIView[Any]):
    """The questions that are due, the longest waiting first.

    One that its lesson does not ask any more is left out: a page may have fewer than `page_size`.
    """

    permission_classes = [IsAuthenticated]
    pagination_class = LongestWaitingFirst
    serializer_class = ReviewSerializer

    def get_queryset(self) -> QuerySet[ReviewCard]:
        mine = ReviewCard.objects.filter(learner=learner_of(self.request.user))
        return mine.filter(due_at__lte=timezone.now())

    def paginate_queryset(self, queryset: Any) -> Any:
        return asked_by_cards(super().paginate_queryset(queryset) or [])


class ReviewView(ReadView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="review", responses=ReviewSerializer)
    def get(self, request: Request, card: int) -> Response:
        """One of your questions, due or not."""
        return Response(ReviewSerializer(_find(request, card), context={"request": request}).data)

    @extend_schema(operation_id="answer_review", request=ReviewAnswer, responses=ReviewResult)
    def post(self, request: Request, card: int) -> Response:
        """Answer a question that is due; 409 for one that is not (any more)."""
        found, now = _find(request, card), timezone.now()
        given = ReviewAnswer(data=request.data)
        given.is_valid(raise_exception=True)
        if found.card.due_at > now:
            raise Conflict(f"This question comes back at {found.card.due_at.isoformat(timespec='minutes')}.")
        try:
            result = review(
                learner=learner_of(request.user), due=found, chosen=given.validated_data["answers"], now=now
            )
        except UnknownAnswer as error:
            raise serializers.ValidationError({"answers": [str(error)]}) from error
        answers = found.placed.question.answers
        told = {
            "right": result.right,
            "right_answers": [number for number, answer in enumerate(answers) if answer.right],
            "explanations": [answer.explanation for answer in answers],
            "due_at": found.card.due_at,
        }
        return Response(ReviewResult(told).data)


def _find(request: Request, card: int) -> Due:
    # Larger numbers are no keys of any database.
    mine = ReviewCard.objects.filter(learner=learner_of(request.user), pk=min(card, 2**63 - 1))
    found = asked_by_cards(mine)
    if not found:
        raise Http404("You have no such question, or its lesson does not ask it any more.")
    return found[0]
