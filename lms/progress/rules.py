"""When a lesson is done, and how far somebody is: all of it, and nothing but plain values.

A lesson is done when its text is read, every mission is done, every exercise has a submission that
passed, and every question of its quiz was answered right. Each of these things weighs the same. What
counts is what the lesson asks for now: a thing that was withdrawn is forgotten, one that was added is left.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Asked:
    """What a lesson asks for. Missions and exercises are slugs, questions are keys, each in their order."""

    lesson: str
    missions: tuple[str, ...] = ()
    exercises: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Done:
    """What a learner has done in a lesson; may name things that the lesson has no more.

    `tried` and `answered` are exercises and questions that were tried, in vain or not.
    """

    read: bool = False
    missions: frozenset[str] = field(default_factory=frozenset)
    exercises: frozenset[str] = field(default_factory=frozenset)
    questions: frozenset[str] = field(default_factory=frozenset)
    tried: frozenset[str] = field(default_factory=frozenset)
    answered: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class LessonProgress:
    asked: Asked
    done: Done

    @property
    def missions_left(self) -> tuple[str, ...]:
        return tuple(slug for slug in self.asked.missions if slug not in self.done.missions)

    @property
    def exercises_left(self) -> tuple[str, ...]:
        return tuple(slug for slug in self.asked.exercises if slug not in self.done.exercises)

    @property
    def questions_left(self) -> tuple[str, ...]:
        return tuple(key for key in self.asked.questions if key not in self.done.questions)

    @property
    def things(self) -> int:
        """How many things the lesson asks for; reading is one of them."""
        return 1 + len(self.asked.missions) + len(self.asked.exercises) + len(self.asked.questions)

    @property
    def left(self) -> int:
        things_left = len(self.missions_left) + len(self.exercises_left) + len(self.questions_left)
        return things_left + (not self.done.read)

    @property
    def is_done(self) -> bool:
        return self.left == 0

    @property
    def is_started(self) -> bool:
        """Whether the learner did, or tried, any of what the lesson asks for now."""
        tried = self.done.tried & set(self.asked.exercises)
        answered = self.done.answered & set(self.asked.questions)
        return self.left < self.things or bool(tried or answered)

    @property
    def percent(self) -> int:
        """0 to 100, rounded down, so that 100 means done."""
        return 100 * (self.things - self.left) // self.things
