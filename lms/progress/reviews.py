"""Questions that come back: when, is up to FSRS (py-fsrs); what for, to the learner.

A card is made by the first answer to a question, in its lesson; answers there later do not count, since the
explanation has been read by then. Reviews do. There are no steps of minutes: a question comes back on another
day, or not yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from fsrs import Card, Rating, Scheduler

from content.models import LessonPage
from content.quiz import QuizResult, check_answer
from lms.accounts.models import Learner
from lms.progress.models import ReviewCard
from lms.progress.questions import PlacedQuestion, questions_of

RETENTION = 0.9  # the share of questions that should still be known when they come back
LONGEST = 365  # days
_scheduler = Scheduler(
    desired_retention=RETENTION, learning_steps=(), relearning_steps=(), maximum_interval=LONGEST
)


@dataclass(frozen=True)
class Due:
    """A question that is due, and where it stands now."""

    card: ReviewCard
    page: LessonPage
    placed: PlacedQuestion


def begin_review(*, learner: Learner, lesson: str, question: str, right: bool, now: datetime) -> None:
    """Note the first answer to a question: from now on it comes back. A second call changes nothing."""
    if ReviewCard.objects.filter(learner=learner, lesson=lesson, question=question).exists():
        return
    card, _ = _scheduler.review_card(Card(due=now), _rating(right), now)
    ReviewCard.objects.get_or_create(
        learner=learner,
        lesson=lesson,
        question=question,
        defaults={"due_at": card.due, "state": card.to_dict()},
    )


@transaction.atomic
def review(*, learner: Learner, due: Due, chosen: Iterable[int], now: datetime) -> QuizResult:
    """Judge the answer and say when the question comes back. Raises UnknownAnswer.

    Of two answers to one card (two tabs, a form that is sent twice) the first one counts.
    """
    result = check_answer(due.page, due.placed.block_id, due.placed.index, chosen)
    found = ReviewCard.objects.select_for_update().get(pk=due.card.pk, learner=learner)
    if found.due_at <= now:
        card, _ = _scheduler.review_card(Card.from_dict(found.state), _rating(result.right), now)
        found.due_at, found.state = card.due, card.to_dict()
        found.save(update_fields=["due_at", "state"])
    due.card.due_at = found.due_at
    return result


def due_questions(learner: Learner | None, now: datetime) -> list[Due]:
    """Return what is due, the longest waiting first. Questions that no lesson asks any more are left out."""
    if learner is None:
        return []
    cards = ReviewCard.objects.filter(learner=learner, due_at__lte=now).order_by("due_at", "pk")
    return asked_by_cards(cards)


def asked_by_cards(cards: Iterable[ReviewCard]) -> list[Due]:
    """Return what the cards ask, in their order, without those that no lesson asks any more."""
    cards = list(cards)
    wanted: dict[str, list[ReviewCard]] = defaultdict(list)
    for card in cards:
        wanted[card.lesson].append(card)
    found: dict[int, Due] = {}
    for page in LessonPage.objects.live().public().filter(slug__in=wanted):
        placed = questions_of(page)
        for card in wanted[page.slug]:
            if card.question in placed:
                found[card.pk] = Due(card, page, placed[card.question])
    return [found[card.pk] for card in cards if card.pk in found]


def _rating(right: bool) -> Rating:
    return Rating.Good if right else Rating.Again
