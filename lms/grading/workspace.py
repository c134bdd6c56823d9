"""What the workspace page is made of."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from content.markdown import render_markdown
from content.models import Exercise
from lms.accounts.models import Learner
from lms.grading.models import Submission


def workspace_context(exercise: Exercise, *, learner: Learner | None) -> dict[str, Any]:
    """Return the template's context; `workspace` in it is the JSON that the page's script begins with."""
    latest = latest_submission(exercise, learner)
    siblings = list(exercise.lesson.exercises.order_by("sort_order"))
    here = next(index for index, sibling in enumerate(siblings) if sibling.pk == exercise.pk)
    return {
        "exercise": exercise,
        "lesson": exercise.lesson,
        "task_html": render_markdown(exercise.task),
        "hints": [{"title": hint["title"], "html": render_markdown(hint["body"])} for hint in exercise.hints],
        "previous": siblings[here - 1] if here else None,
        "next": siblings[here + 1] if here + 1 < len(siblings) else None,
        "workspace": {
            "slug": exercise.name,
            "files": exercise.visible_files(),
            "entry": exercise.entry,
            "submitUrl": reverse("create_submission", args=[exercise.lesson.slug, exercise.slug]),
            "wsPath": "/ws/submissions/{id}/",
            "pollPath": "/submissions/{id}/",
            "submission": latest.to_json() if latest else None,
            "submittedFiles": latest.files if latest else None,
        },
    }


def latest_submission(exercise: Exercise, learner: Learner | None) -> Submission | None:
    if learner is None:
        return None
    mine = Submission.objects.filter(learner=learner, exercise=exercise)
    return mine.select_related("exercise__lesson").order_by("-created_at").first()
