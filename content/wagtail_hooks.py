"""Exercises in Wagtail's admin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from content import exchange_hooks  # noqa: F401  registers its hooks
from content.exercise_form import ExerciseForm
from content.models import Exercise


class EditOnly(ModelPermissionPolicy):
    """Nobody adds or deletes an exercise here: a new one is a folder, and submissions hang on an old one."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action not in ("add", "delete") and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        return self.user_has_permission(user, action)


class ExerciseViewSet(SnippetViewSet):
    """Exercises come from folders; here they are put better. A change goes into the history, and is live."""

    model = Exercise
    icon = "edit"
    menu_label = "Exercises"
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display = ("__str__", "title", "kind", "points", "updated_at")
    list_filter = ("lesson", "kind")
    search_fields = ("lesson", "slug", "title", "task")
    ordering = ("lesson", "slug")
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    FieldPanel("title"),
                    FieldRowPanel([FieldPanel("kind"), FieldPanel("points"), FieldPanel("time_limit")]),
                    FieldPanel("task"),
                    FieldPanel("hints"),
                ],
                heading="Task",
            ),
            ObjectList(
                [
                    FieldPanel("starter"),
                    FieldRowPanel([FieldPanel("editable"), FieldPanel("hidden")]),
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


register_permission_policy(Exercise, EditOnly(Exercise))
register_snippet(ExerciseViewSet)
