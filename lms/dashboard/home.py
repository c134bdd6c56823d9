"""What a learner should do next, and what they have begun."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from content.pages import RoadmapRow, RoadmapTrack
from lms.progress.places import places_of
from lms.progress.rules import LessonProgress
from lms.progress.state import ProgressOfRequest


@dataclass(frozen=True)
class Step:
    """A lesson to go to. `anchor` is the heading that the learner had come to, or empty."""

    row: RoadmapRow
    progress: LessonProgress
    anchor: str

    @property
    def url(self) -> str:
        return f"{self.row.url}#{self.anchor}" if self.anchor else self.row.url

    @property
    def left(self) -> str:
        """What is left of the lesson, in words: "2 missions, 1 exercise"."""
        counts = (
            (int(not self.progress.done.read), "the text", "the text"),
            (len(self.progress.missions_left), "mission", "missions"),
            (len(self.progress.exercises_left), "exercise", "exercises"),
            (len(self.progress.questions_left), "quiz question", "quiz questions"),
        )
        return ", ".join(
            one if one == many else f"{count} {one if count == 1 else many}"
            for count, one, many in counts
            if count
        )


@dataclass(frozen=True)
class Home:
    """`next` is None when every lesson that is published is done; `begun` has the others, the last first."""

    next: Step | None
    begun: tuple[Step, ...]
    done: int

    @property
    def is_new(self) -> bool:
        return not self.begun and not self.done


def home_of(progress: ProgressOfRequest, tracks: Iterable[RoadmapTrack]) -> Home:
    """Next is the lesson that was read in last, else the first that is not done, in the roadmap's order."""
    places = places_of(progress.learner)
    steps = []
    for row in (row for track in tracks for row in track.rows if row.page is not None):
        of_row = progress.of_row(row.slug)
        if of_row is not None:
            place = places.get(row.slug)
            steps.append(Step(row, of_row, place.heading if place else ""))
    unfinished = [step for step in steps if not step.progress.is_done]
    begun = [step for step in unfinished if step.progress.is_started or step.row.slug in places]
    order = {slug: number for number, slug in enumerate(places)}
    begun.sort(key=lambda step: order.get(step.row.slug, len(order)))
    chosen = begun[0] if begun else next(iter(unfinished), None)
    return Home(chosen, tuple(begun), len(steps) - len(unfinished))
