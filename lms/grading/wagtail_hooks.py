"""What grading adds to Wagtail's admin."""

from __future__ import annotations

from typing import Any

from django.urls import path
from wagtail import hooks

from lms.grading import regrade_views


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [
        path("exercises/<int:pk>/regrade/", regrade_views.begin, name="exercise_regrade"),
        path("exercises/<int:pk>/regrade/offer/", regrade_views.offer, name="regrade_offer"),
        path("exercises/regrades/<int:pk>/", regrade_views.regrade, name="regrade"),
    ]
