"""What every view of the API shares."""

from __future__ import annotations

from typing import Any

from django.utils.cache import patch_vary_headers
from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from rest_framework.pagination import CursorPagination
from rest_framework.response import Response
from rest_framework.views import APIView

from content.models import Exercise, LessonPage
from lms.accounts.models import Learner


class NewestFirst(CursorPagination):
    """`?cursor=` and `?page_size=`: pages stay what they were while new things come in."""

    ordering = ("-created_at", "-pk")
    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100


@method_decorator(conditional_page, name="dispatch")
class ReadView(APIView):
    """Something to read: it has an ETag, and who has it already is answered 304."""

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Response:
        found: Response = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(found, ["Authorization", "Cookie"])
        found.headers.setdefault("Cache-Control", "private, no-cache")
        return found


def learner_of(user: Any) -> Learner:
    """Return the account's learner; its first use of the API makes the row."""
    return Learner.objects.get_or_create(user=user)[0]


def published_exercises() -> Any:
    """Exercises of published lessons: the others do not exist for anybody outside the admin."""
    return Exercise.objects.live().filter(lesson__in=LessonPage.objects.live().public().values("slug"))
