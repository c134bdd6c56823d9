from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from lms.grading.aside import try_again
from lms.grading.models import Submission


@admin.register(Submission)
class SubmissionAdmin(admin.ModelAdmin):
    """For administrators: what could not be graded by a fault of ours. Everything else has its own pages."""

    list_display = ("exercise", "learner", "created_at", "is_tried_again", "tries", "faults", "message")
    list_select_related = ("exercise", "learner__user")
    fields = (*list_display, "id", "request_id")
    readonly_fields = fields
    ordering = ("created_at",)
    actions = ("grade_again",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Submission]:
        return super().get_queryset(request).filter(state=Submission.State.OURS).defer("files", "output")

    @admin.display(boolean=True, description="tried again by itself")
    def is_tried_again(self, submission: Submission) -> bool:
        return submission.retry_at is not None

    @admin.action(description="Grade again", permissions=["change"])
    def grade_again(self, request: HttpRequest, queryset: QuerySet[Submission]) -> None:
        count = try_again(queryset, now=timezone.now())
        messages.success(request, f"{count} are graded again, seconds from now.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Submission | None = None) -> bool:
        return False
