"""Exercises in Wagtail's admin: written as drafts, verified in the jail, reviewed, published."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from wagtail.admin.modal_workflow import render_modal_workflow
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
)
from wagtail.admin.ui.tables import Column, LiveStatusTagColumn, Table, TitleColumn, UpdatedAtColumn
from wagtail.models import TaskState, WorkflowState
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.action_menu import ActionMenuItem
from wagtail.snippets.views.snippets import (
    CreateView,
    EditView,
    PreviewOnCreateView,
    PreviewOnEditView,
    SnippetViewSet,
    UnpublishView,
    UsageView,
    WorkflowActionView,
)

from content import verifying
from content.exercise_form import ExerciseForm
from content.models import Exercise, LessonPage
from content.schedule import SchedulePanel


def lessons_showing(exercise: Exercise) -> list[LessonPage]:
    """Return the lessons whose page, published or drafted, shows the exercise: one, or none."""
    pages = LessonPage.objects.filter(slug=exercise.lesson)
    return [
        page
        for page in pages
        if exercise.slug in {*page.exercise_slugs(), *page.get_latest_revision_as_object().exercise_slugs()}
    ]


def changes_asked_for(exercise: Exercise) -> TaskState | None:
    """Return what a reviewer wants of it before it can be approved: its `comment` says what."""
    state = exercise.current_workflow_state
    return state.current_task_state if state and state.status == WorkflowState.STATUS_NEEDS_CHANGES else None


def edit_url_of(page: LessonPage) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


class NeverDeleted(ModelPermissionPolicy):
    """Nobody deletes an exercise here: learners' submissions hang on it. It can be unpublished."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action != "delete" and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        return self.user_has_permission(user, action)


class VerifyMenuItem(ActionMenuItem):
    """*Verify*: save a draft, and have all its cases graded."""

    name = "action-verify"
    label = "Save draft and verify"
    icon_name = "tick-inverse"
    order = 10


class TryMenuItem(ActionMenuItem):
    """*Try*: save a draft, and open it in the workspace as a learner would see it."""

    name = "action-try"
    label = "Save draft and try it"
    icon_name = "view"
    order = 5


class VerificationPanel(HelpPanel):
    """What the latest verification of the exercise as it stands here came to."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"template": "content/admin/verification_panel.html", **kwargs})

    class BoundPanel(HelpPanel.BoundPanel):
        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            context["instance"] = self.instance
            context["shown_by"] = lessons_showing(self.instance) if self.instance.pk else []
            context["open_remarks"] = (
                self.instance.remarks.filter(closed_at=None).count() if self.instance.pk else 0
            )
            context["asked_for"] = changes_asked_for(self.instance) if self.instance.pk else None
            context["verification"] = verifying.latest(self.instance) if self.instance.pk else None
            return context


class Gate:
    """Publishing, and going to review, wait until every case of the exercise was graded and holds."""

    request: HttpRequest
    object: Any
    new_revision: Any
    workflow_action: str

    def get_available_actions(self) -> list[str]:
        actions = [*super().get_available_actions()]  # type: ignore[misc]
        return [*actions, "verify", "try"] if self.request.method == "POST" else actions

    def try_action(self) -> HttpResponse:
        # Its URL is of lms.grading, which knows the jail.
        return redirect("trial", self.object.pk)

    def verify_action(self) -> HttpResponse:
        return self._verify()

    def publish_action(self) -> HttpResponse | None:
        if verifying.is_verified(self.object):
            return super().publish_action()  # type: ignore[misc]
        return self._verify("publish")

    def submit_action(self) -> HttpResponse | None:
        if verifying.is_verified(self.object):
            return super().submit_action()  # type: ignore[misc]
        return self._verify("submit")

    def workflow_action_action(self) -> HttpResponse | None:
        if self.workflow_action == "approve" and not verifying.is_verified(self.object):
            return self._verify("approve")
        return super().workflow_action_action()  # type: ignore[misc]

    def _verify(self, then: str = "") -> HttpResponse:
        verification = verifying.begin(self.object, self.new_revision, user=self.request.user, then=then)
        return redirect("exercise_verification", verification.pk)


class PreviewWithoutName:
    """A preview of what has no lesson and no slug yet. Nothing can be saved without the two."""

    def validate_form(self, form: Any) -> bool:
        form.fields["lesson"].required = form.fields["slug"].required = False
        return super().validate_form(form)  # type: ignore[misc]


class ExercisePreviewOnCreateView(PreviewWithoutName, PreviewOnCreateView):
    pass


class ExercisePreviewOnEditView(PreviewWithoutName, PreviewOnEditView):
    pass


class ExerciseCreateView(Gate, CreateView):
    pass


class ExerciseEditView(Gate, EditView):
    def get_usage_url(self) -> None:
        """The panel above the form says which lesson shows it; Wagtail would count none."""


class ExerciseWorkflowActionView(WorkflowActionView):
    """Approving without editing, from a list of what waits for review."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        exercise = self.object.get_latest_revision_as_object()
        if self.action_name != "approve" or verifying.is_verified(exercise):
            return super().post(request, *args, **kwargs)
        verification = verifying.begin(
            exercise, self.object.get_latest_revision(), user=request.user, then="approve"
        )
        address = reverse("exercise_verification", args=[verification.pk])
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            return render_modal_workflow(
                request, "", None, {}, json_data={"step": "success", "redirect": address}
            )
        return redirect(address)


class ExerciseUsageView(UsageView):
    """The lesson that shows it. It names it by its slug, which Wagtail's index of references cannot know."""

    columns: ClassVar[list[Column]] = [
        TitleColumn("title", label="Lesson", get_url=edit_url_of),
        Column("live", label="Published", accessor=lambda page: "yes" if page.live else "no"),
    ]

    def get_queryset(self) -> list[LessonPage]:
        return lessons_showing(self.object)

    def get_table(self, object_list: Any, **kwargs: Any) -> Table:
        return Table(self.columns, object_list)


class ExerciseUnpublishView(UnpublishView):
    def get_usage_url(self) -> None:
        """Wagtail would count its index of references here, which knows of none."""


class ExerciseViewSet(SnippetViewSet):
    model = Exercise
    icon = "edit"
    menu_label = "Exercises"
    add_to_admin_menu = True
    copy_view_enabled = False
    add_view_class = ExerciseCreateView
    edit_view_class = ExerciseEditView
    preview_on_add_view_class = ExercisePreviewOnCreateView
    preview_on_edit_view_class = ExercisePreviewOnEditView
    unpublish_view_class = ExerciseUnpublishView
    usage_view_class = ExerciseUsageView
    workflow_action_view_class = ExerciseWorkflowActionView
    list_display = ("__str__", "title", "kind", "points", LiveStatusTagColumn(), UpdatedAtColumn())
    list_filter = ("lesson", "kind", "live")
    search_fields = ("lesson", "slug", "title", "task")
    ordering = ("lesson", "slug")
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    VerificationPanel(),
                    # The editor saves by itself: without these it would save an exercise without a name.
                    FieldRowPanel(
                        [
                            FieldPanel("lesson", required_on_save=True),
                            FieldPanel("slug", required_on_save=True),
                        ]
                    ),
                    FieldPanel("title"),
                    FieldRowPanel([FieldPanel("kind"), FieldPanel("points"), FieldPanel("time_limit")]),
                    FieldPanel("task"),
                    FieldPanel("hints"),
                    SchedulePanel(),
                ],
                heading="Task",
            ),
            ObjectList(
                [
                    FieldPanel("starter", required_on_save=False),
                    FieldRowPanel([FieldPanel("editable", required_on_save=False), FieldPanel("hidden")]),
                    MultiFieldPanel(
                        [
                            FieldPanel("apps"),
                            FieldRowPanel([FieldPanel("urls"), FieldPanel("entry"), FieldPanel("seed")]),
                        ],
                        heading="How it boots",
                    ),
                ],
                heading="Project",
            ),
            ObjectList([FieldPanel("checks")], heading="Checks"),
            ObjectList(
                [FieldPanel("solution"), FieldPanel("also_right"), FieldPanel("wrong")],
                heading="Solution and cases",
            ),
        ],
        base_form_class=ExerciseForm,
    )
