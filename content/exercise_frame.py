"""What pages about one exercise have in common in Wagtail's admin: their head, and the way back."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from content.models import Exercise


def frame_of(exercise: Exercise, *, title: str, icon: str, here: str) -> dict[str, Any]:
    """Return the context that Wagtail's generic template takes; `here` is the page's name in its crumbs."""
    edit = reverse("wagtailsnippets_content_exercise:edit", args=[exercise.pk])
    return {
        "exercise": exercise,
        "edit_url": edit,
        "page_title": title,
        "header_title": title,
        "header_icon": icon,
        "breadcrumbs_items": [
            {"url": reverse("wagtailsnippets_content_exercise:list"), "label": "Exercises"},
            {"url": edit, "label": str(exercise)},
            {"url": "", "label": f"{here}: {exercise}"},
        ],
    }
