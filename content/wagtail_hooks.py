"""What this package adds to Wagtail's admin."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.userbar import ContentCheckerItem
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from content import (
    exchange_hooks,  # noqa: F401  registers its hooks
    lesson_views,
    remark_views,
)
from content.exercise_views import ExerciseViewSet, NeverDeleted, TryMenuItem, VerifyMenuItem
from content.home_panel import WritePanel
from content.models import Exercise
from content.verification_views import verification

register_permission_policy(Exercise, NeverDeleted(Exercise))
register_snippet(ExerciseViewSet)


@hooks.register("register_snippet_action_menu_item")
def verify_menu_item(model: Any) -> VerifyMenuItem | None:
    return VerifyMenuItem() if model is Exercise else None


@hooks.register("register_snippet_action_menu_item")
def try_menu_item(model: Any) -> TryMenuItem | None:
    return TryMenuItem() if model is Exercise else None


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [
        path("exercises/verifications/<int:pk>/", verification, name="exercise_verification"),
        path("exercises/<int:pk>/comments/", remark_views.remarks, name="exercise_remarks"),
        path("exercises/comments/<int:pk>/resolve/", remark_views.resolve_remark, name="resolve_remark"),
        path("lessons/quiz/", lesson_views.quiz_preview, name="lesson_quiz_preview"),
        path("lessons/pictures/", lesson_views.picture, name="lesson_picture"),
        path("lessons/<int:pk>/sources/", lesson_views.sources, name="lesson_sources"),
        path("lessons/<int:pk>/block/", lesson_views.block_preview, name="lesson_block"),
        path("lessons/new/<int:track>/block/", lesson_views.new_block_preview, name="new_lesson_block"),
    ]


@hooks.register("construct_homepage_panels")
def write_panel(request: Any, panels: list[Any]) -> None:
    panels.append(WritePanel())


# The mark at its end: an item whose address begins the page's is taken for the current one by Wagtail.
HOME = "/#"


class TeachingMenuItem(MenuItem):
    """For those who have the pages of a teacher."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("classes.teach")


@hooks.register("register_admin_menu_item")
def course_menu_item() -> MenuItem:
    return MenuItem("The course", HOME, name="course", icon_name="home", order=9000)


@hooks.register("register_admin_menu_item")
def teaching_menu_item() -> MenuItem:
    return TeachingMenuItem("Teaching", reverse("teach"), name="teaching", icon_name="group", order=8990)


class LessonChecker(ContentCheckerItem):
    """Wagtail's checks of accessibility. Text alternatives here may speak of code, with _ in it."""

    axe_custom_checks: ClassVar[list[dict[str, Any]]] = [
        {
            "id": "check-image-alt-text",
            "options": {"pattern": r"\.(avif|gif|jpg|jpeg|png|svg|webp)$"},
        },
        {"id": "check-empty-meta-description"},
    ]


@hooks.register("construct_wagtail_userbar")
def use_our_checker(request: Any, items: list[Any], page: Any) -> None:
    items[:] = [LessonChecker() if isinstance(item, ContentCheckerItem) else item for item in items]


@hooks.register("insert_global_admin_css")
def styles() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("author.css"))


@hooks.register("insert_global_admin_js")
def scripts() -> SafeString:
    return format_html(
        '<script type="module" src="{}" data-pictures="{}"></script>',
        static("author.js"),
        reverse("lesson_picture"),
    )
