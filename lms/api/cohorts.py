"""Classes and how their learners do, for those who teach them. What a teacher sees, `lms.classes` decides."""

from __future__ import annotations

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.db.models import Count, QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics, serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from lms.api.base import NewestFirst, ReadView
from lms.classes.models import Cohort, Membership, Standing, Tally
from lms.classes.seeing import may_teach, visible_cohorts
from lms.classes.stuck import is_stuck


class IsTeacher(BasePermission):
    """As the teacher's pages: staff that teaches, with a second factor.

    A browser's session has to have proved it. A program's JWT is given after it by a sign-in, and a key is
    made by one of these two, so there it is enough that the account has one.
    """

    message = "This is for teachers, whose accounts have a second factor."

    def has_permission(self, request: Request, view: APIView) -> bool:
        user: Any = request.user
        if not (user.is_authenticated and may_teach(user)):
            return False
        if not settings.STAFF_SECOND_FACTOR:
            return True
        return bool(is_mfa_enabled(user) if request.auth else user.is_verified())


class CohortSerializer(serializers.ModelSerializer[Cohort]):
    learners = serializers.IntegerField(source="members", help_text="How many are in it.")
    url = serializers.SerializerMethodField()
    learners_url = serializers.SerializerMethodField()

    class Meta:
        model = Cohort
        fields = ["id", "name", "starts_on", "ends_on", "created_at", "learners", "url", "learners_url"]
        read_only_fields = fields

    def get_url(self, cohort: Cohort) -> str:
        return reverse("api:cohort", args=[cohort.pk], request=self.context["request"])

    def get_learners_url(self, cohort: Cohort) -> str:
        return reverse("api:cohort_learners", args=[cohort.pk], request=self.context["request"])


class LessonStanding(serializers.ModelSerializer[Standing]):
    missions = serializers.IntegerField(help_text="How many are done.")
    exercises_passed = serializers.IntegerField(source="passed")

    class Meta:
        model = Standing
        fields = ["lesson", "read", "missions", "exercises_passed", "first_at", "last_at"]
        read_only_fields = fields


class ExerciseStanding(serializers.ModelSerializer[Tally]):
    exercise = serializers.CharField(source="exercise.name")
    is_stuck = serializers.SerializerMethodField(help_text="Tried often and lately, and never passed.")

    class Meta:
        model = Tally
        fields = [
            "exercise",
            "attempts",
            "passed_at",
            "tries_to_pass",
            "seconds_to_pass",
            "last_at",
            "is_stuck",
        ]
        read_only_fields = fields

    def get_is_stuck(self, tally: Tally) -> bool:
        return is_stuck(tally, timezone.now())


class CohortLearnerSerializer(serializers.Serializer[Membership]):
    id = serializers.IntegerField(source="learner.pk")
    name = serializers.SerializerMethodField()
    email = serializers.SerializerMethodField()
    joined_at = serializers.DateTimeField()
    lessons = LessonStanding(many=True, source="learner.standings.all", help_text="Those that were begun.")
    exercises = ExerciseStanding(many=True, source="learner.tallies.all", help_text="Those that were tried.")

    def get_name(self, membership: Membership) -> str:
        user = membership.learner.user
        return user.get_full_name() if user else ""

    def get_email(self, membership: Membership) -> str | None:
        user = membership.learner.user
        return user.email if user else None


class LastJoinedFirst(NewestFirst):
    ordering = ("-joined_at", "-pk")


@extend_schema_view(get=extend_schema(operation_id="cohorts"))
class CohortsView(ReadView, generics.ListAPIView[Cohort]):
    """The classes that you teach, the newest first; all of them for who may see everybody."""

    permission_classes = [IsTeacher]
    pagination_class = NewestFirst
    serializer_class = CohortSerializer

    def get_queryset(self) -> QuerySet[Cohort]:
        return _cohorts(self.request)


class CohortView(ReadView):
    permission_classes = [IsTeacher]

    @extend_schema(operation_id="cohort", responses=CohortSerializer)
    def get(self, request: Request, cohort: int) -> Response:
        """One of the classes that you teach."""
        return Response(CohortSerializer(_find(request, cohort), context={"request": request}).data)


@extend_schema_view(get=extend_schema(operation_id="cohort_learners"))
class CohortLearnersView(ReadView, generics.ListAPIView[Membership]):
    """The learners of a class with what they have begun and tried, who joined last first."""

    permission_classes = [IsTeacher]
    pagination_class = LastJoinedFirst
    serializer_class = CohortLearnerSerializer

    def get_queryset(self) -> QuerySet[Membership]:
        members = Membership.objects.filter(cohort=_find(self.request, self.kwargs["cohort"]))
        together = members.select_related("learner__user").prefetch_related("learner__standings")
        return together.prefetch_related("learner__tallies__exercise")


def _cohorts(request: Any) -> QuerySet[Cohort]:
    return visible_cohorts(request.user).annotate(members=Count("memberships", distinct=True))


def _find(request: Any, pk: int) -> Cohort:
    # Larger numbers are no keys of any database.
    found = _cohorts(request).filter(pk=min(pk, 2**63 - 1)).first()
    if found is None:
        raise Http404("You have no such class.")
    return found
