"""What the workspace page is made of."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from content.markdown import render_markdown
from content.models import Exercise, LessonPage
from lms.accounts.models import Learner
from lms.grading.drafts import find_draft
from lms.grading.feedback import MOST_SHOWN, feedback_for
from lms.grading.models import Submission, Trial

_URLS = {
    "submitUrl": "create_submission",
    "previewUrl": "preview",
    "draftUrl": "draft",
    "attemptsUrl": "attempts",
    "solutionUrl": "solution",
    "downloadUrl": "download",
}
_TRIAL_URLS = {
    "submitUrl": "create_trial",
    "previewUrl": "trial_preview",
    "solutionUrl": "trial_solution",
    "downloadUrl": "trial_download",
}


def workspace_context(exercise: Exercise, *, lesson: LessonPage, learner: Learner | None) -> dict[str, Any]:
    """Return the template's context; `workspace` in it is the JSON that the page's script begins with."""
    siblings = _in_the_order_of_the_lesson(lesson)
    here = siblings.index(exercise) if exercise in siblings else None
    latest, draft = latest_submission(exercise, learner), find_draft(exercise, learner)
    return {
        **_task(exercise),
        "lesson": lesson,
        "previous": siblings[here - 1] if here else None,
        "siblings": siblings,
        "feedback": list(feedback_for(learner, exercise)[:MOST_SHOWN]),
        "next": siblings[here + 1] if here is not None and here + 1 < len(siblings) else None,
        "workspace": {
            **_script_data(exercise, latest),
            **{key: reverse(name, args=[exercise.lesson, exercise.slug]) for key, name in _URLS.items()},
            "keptAs": exercise.name,
            "keptIn": "browser",
            "draft": {"files": draft.files, "version": draft.version} if draft else None,
            "wsPath": "/ws/submissions/{id}/",
            "pollPath": "/submissions/{id}/",
        },
    }


def trial_context(draft: Exercise, *, latest: Trial | None) -> dict[str, Any]:
    """Return the same for a draft that its author tries: what they type is kept in their tab only."""
    return {
        **_task(draft),
        "trial": True,
        "edit_url": reverse("wagtailsnippets_content_exercise:edit", args=[draft.pk]),
        "workspace": {
            **_script_data(draft, latest),
            **{key: reverse(name, args=[draft.pk]) for key, name in _TRIAL_URLS.items()},
            # What was typed over one state of the draft is no change of the next one.
            "keptAs": f"trial/{draft.pk}/{draft.grading_digest()[:12]}",
            "keptIn": "tab",
            "pollPath": f"{reverse('create_trial', args=[draft.pk])}{{id}}/",
        },
    }


def _task(exercise: Exercise) -> dict[str, Any]:
    return {
        "exercise": exercise,
        "task_html": render_markdown(exercise.task),
        "hints": [{"title": hint["title"], "html": render_markdown(hint["body"])} for hint in exercise.hints],
    }


def latest_submission(exercise: Exercise, learner: Learner | None) -> Submission | None:
    if learner is None:
        return None
    mine = Submission.objects.filter(learner=learner, exercise=exercise)
    return mine.select_related("exercise").order_by("-created_at").first()


def first_to_edit(exercise: Exercise) -> str | None:
    """Return the file to begin with: the first that `editable` names.

    Of a directory that is the file which the solution changes most, or takes away; Python before templates.
    """
    shown = exercise.visible_files()
    touched = {*exercise.solution, *exercise.solution_removed}
    changed = [path for path in shown if path in touched and exercise.is_editable(path)]
    for pattern in exercise.editable:
        if pattern in shown:
            return pattern
        inside = [path for path in changed if path.startswith(pattern)]
        if inside:
            return max(inside, key=lambda path: (path.endswith(".py"), _changed_lines(exercise, path)))
    return changed[0] if changed else None


def _changed_lines(exercise: Exercise, path: str) -> int:
    before, after = (set(files.get(path, "").splitlines()) for files in (exercise.starter, exercise.solution))
    return len(after - before) if path in exercise.solution else len(before)


def _in_the_order_of_the_lesson(lesson: LessonPage) -> list[Exercise]:
    """Return the lesson's exercises as the text introduces them; those that it never mentions come last."""
    order = {slug: index for index, slug in enumerate(lesson.exercise_slugs())}
    exercises = Exercise.objects.live().filter(lesson=lesson.slug)
    return sorted(exercises, key=lambda exercise: (order.get(exercise.slug, len(order)), exercise.slug))


def _script_data(exercise: Exercise, latest: Submission | Trial | None) -> dict[str, Any]:
    return {
        "slug": exercise.name,
        "files": [
            {"path": path, "text": text, "editable": exercise.is_editable(path)}
            for path, text in exercise.visible_files().items()
        ],
        "editable": list(exercise.editable),
        "first": first_to_edit(exercise),
        "entry": exercise.entry,
        "submission": latest.to_json() if latest else None,
        "submittedFiles": latest.files if latest else None,
    }
