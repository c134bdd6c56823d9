"""`{% load progress %}`: what a page shows of the learner's progress."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.http import HttpRequest

from content.models import Exercise, LessonPage
from content.pages import RoadmapRow
from content.quiz import QuestionView, check_answer, find_question, view_of
from lms.accounts.learners import learner_key
from lms.progress import fragments
from lms.progress.places import place_in
from lms.progress.questions import question_key
from lms.progress.receipts import make_badge
from lms.progress.state import progress_of

register = template.Library()
Context = dict[str, Any]


@register.inclusion_tag("progress/lesson_progress.html", takes_context=True)
def lesson_progress(context: Context, page: LessonPage) -> Context:
    """What is left of this lesson, exactly. Once on a page: later answers find it by its id."""
    return fragments.lesson_context(context["request"], page)


@register.inclusion_tag("progress/mission_list.html", takes_context=True)
def mission_list(context: Context, page: LessonPage) -> Context:
    """The missions of the lesson's demo, ticked or not, with their hints."""
    return fragments.missions_context(context["request"], page)


@register.inclusion_tag("progress/read_marker.html", takes_context=True)
def read_marker(context: Context, page: LessonPage) -> Context:
    """Stands at the end of the text: marks the lesson as read when it comes into view, or by its button."""
    return fragments.read_context(context["request"], page)


@register.inclusion_tag("progress/resume.html", takes_context=True)
def resume_offer(context: Context, page: LessonPage) -> Context:
    """Offers to go on where the learner was; nothing for somebody who is new, or done."""
    progress = progress_of(context["request"])
    done = progress.of_page(page).is_done
    return {"heading": None if done else place_in(progress.learner, page)}


@register.inclusion_tag("progress/own_notes.html", takes_context=True)
def own_notes(context: Context, page: LessonPage) -> Context:
    """The learner's own note on the lesson, and the headings that they marked."""
    return fragments.notes_context(context["request"], page)


@register.simple_tag(takes_context=True)
def with_answer(context: Context, page: LessonPage, question: QuestionView) -> QuestionView:
    """Return the question as content/quiz/question.html shows it, with what this learner answered last.

    In an editor's preview that would be answers to another version of the lesson: nothing is answered there.
    """
    if question.sealed:
        return question
    asked = find_question(page, question.block_id, question.index)
    chosen = progress_of(context["request"]).latest_answers(page.slug).get(question_key(asked))
    if chosen is None:
        return question
    result = check_answer(page, question.block_id, question.index, chosen)
    return view_of(asked, question.block_id, question.index, result)


@register.inclusion_tag("progress/exercise_state.html", takes_context=True)
def exercise_state(context: Context, exercise: Exercise) -> Context:
    """A badge: passed, tried, or nothing for an exercise that was not begun."""
    done = progress_of(context["request"]).done(exercise.lesson)
    return {"passed": exercise.slug in done.exercises, "tried": exercise.slug in done.tried}


@register.inclusion_tag("progress/roadmap_state.html", takes_context=True)
def roadmap_state(context: Context, row: RoadmapRow | str) -> Context:
    """The state of a row, or of its slug: not started, n %, done; nothing where no lesson is published."""
    slug = row if isinstance(row, str) else row.slug
    return {"progress": progress_of(context["request"]).of_row(slug)}


@register.inclusion_tag("progress/demo_stage.html", takes_context=True)
def demo_stage(context: Context, page: LessonPage) -> Context:
    """The frame with the lesson's live demo, on the demos' own origin.

    In an editor's preview missions are signed for nobody: its receipts could not be handed in anywhere.
    """
    in_preview = getattr(context["request"], "is_preview", False)
    badge = make_badge(uuid.uuid4()) if in_preview else context.get("badge") or _badge(context["request"])
    query = urlencode({"badge": badge})
    return {
        "page": page,
        "in_preview": in_preview,
        "origin": settings.DEMOS_ORIGIN,
        "src": f"{settings.DEMOS_ORIGIN}/stage/{page.track_slug}/{page.slug}/?{query}",
    }


def _badge(request: HttpRequest) -> str:
    learner = progress_of(request).learner
    return make_badge(learner.key if learner else learner_key(request))
