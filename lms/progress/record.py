"""The verbs: what a learner has done is written down here, and only here. Each may be called again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from content.lesson_format import Question
from content.quiz import QuizResult
from lms.accounts.models import Learner
from lms.classes.counting import touch
from lms.progress.models import LessonPlace, LessonRead, MissionDone, QuizAnswer
from lms.progress.questions import question_key
from lms.progress.reviews import begin_review


@transaction.atomic
def mark_read(*, learner: Learner, lesson: str, now: datetime) -> bool:
    """Note that the learner has read the lesson; return whether that is new."""
    is_new = LessonRead.objects.get_or_create(learner=learner, lesson=lesson, defaults={"read_at": now})[1]
    if is_new:
        touch(learner=learner, lesson=lesson, at=now, read=True)
    return is_new


@transaction.atomic
def mark_place(*, learner: Learner, lesson: str, heading: str, now: datetime) -> None:
    """Note the heading (its id) that the learner has come to in the lesson."""
    LessonPlace.objects.update_or_create(
        learner=learner, lesson=lesson, defaults={"heading": heading, "seen_at": now}
    )
    touch(learner=learner, lesson=lesson, at=now)


@transaction.atomic
def mark_mission(*, learner: Learner, lesson: str, mission: str, at: datetime) -> bool:
    """Note that the learner has done the mission; return whether that is new."""
    is_new = MissionDone.objects.get_or_create(
        learner=learner, lesson=lesson, mission=mission, defaults={"done_at": at}
    )[1]
    if is_new:
        touch(learner=learner, lesson=lesson, at=at, missions=1)
    return is_new


@transaction.atomic
def record_answer(
    *, learner: Learner, lesson: str, question: Question, result: QuizResult, now: datetime
) -> QuizAnswer:
    """Note what the learner answered to a question, and whether it was right."""
    ticked = sorted(result.chosen)
    found, is_new = QuizAnswer.objects.select_for_update().get_or_create(
        learner=learner,
        lesson=lesson,
        question=question_key(question),
        defaults={
            "first_answers": ticked,
            "first_right": result.right,
            "first_at": now,
            "latest_answers": ticked,
            "latest_at": now,
            "right_at": now if result.right else None,
        },
    )
    touch(learner=learner, lesson=lesson, at=now)
    begin_review(learner=learner, lesson=lesson, question=question_key(question), right=result.right, now=now)
    if not is_new:
        found.latest_answers = ticked
        found.latest_at = now
        found.right_at = found.right_at or (now if result.right else None)
        found.save(update_fields=["latest_answers", "latest_at", "right_at"])
    return found
