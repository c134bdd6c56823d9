"""The first thing on the admin's home: where lessons and exercises are written, for who may."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from wagtail.admin.ui.components import Component

from content.models import Exercise, LessonPage, TrackPage

LESSON = ("content", "lessonpage")


class WritePanel(Component):
    """Nothing for somebody who may write neither."""

    name = "write"
    order = 10
    template_name = "content/admin/home_write.html"

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        user = (parent_context or {})["request"].user
        views = Exercise.snippet_viewset
        tracks = [
            {"title": track.title, "url": reverse("wagtailadmin_pages:add", args=[*LESSON, track.pk])}
            for track in TrackPage.objects.order_by("position", "pk")
            if track.permissions_for_user(user).can_add_subpage() and LessonPage.can_create_at(track)
        ]
        may_add = user.has_perm("content.add_exercise")
        return {
            "tracks": tracks,
            "add_exercise": reverse(views.get_url_name("add")) if may_add else "",
            "exercises": reverse(views.get_url_name("list")) if may_add else "",
        }
