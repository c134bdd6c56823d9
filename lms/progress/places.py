"""Where a learner was in a lesson: offered at their return, never jumped to."""

from __future__ import annotations

from content.markdown import Heading, outline
from content.models import LessonPage
from lms.accounts.models import Learner
from lms.progress.models import LessonPlace


def headings_of(page: LessonPage) -> list[Heading]:
    """Return the headings of the lesson's prose, with the ids that they have on its page."""
    return outline([raw["value"] for raw in page.body.raw_data if raw["type"] == "prose"])


def place_in(learner: Learner | None, page: LessonPage) -> Heading | None:
    """Return the heading that the learner had come to; None at the lesson's beginning, or if it is gone."""
    row = LessonPlace.objects.filter(learner=learner, lesson=page.slug).first() if learner else None
    headings = headings_of(page) if row else []
    return next((found for found in headings[1:] if row and found.id == row.heading), None)


def places_of(learner: Learner | None) -> dict[str, LessonPlace]:
    """Return the learner's places by lesson, the last one first."""
    rows = LessonPlace.objects.filter(learner=learner).order_by("-seen_at") if learner else ()
    return {row.lesson: row for row in rows}
