"""What a learner has done, a row a thing. What a lesson asks for is not stored here: see rules.py.

Lessons, missions and questions are named, not referred to by key: pages are unpublished, loaded again and
edited, and what somebody did has to outlive that. Exercises have no rows here; they are done when a
submission has passed.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from lms.accounts.models import Learner


class LessonRead(models.Model):
    """The learner reached the end of the lesson's text, or said so."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="lessons_read")
    lesson = models.CharField(max_length=100)
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "lesson"], name="lesson_read_once")]

    def __str__(self) -> str:
        return f"{self.lesson} read by {self.learner}"


class LessonPlace(models.Model):
    """The heading that the learner had come to when they last read in the lesson."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="places")
    lesson = models.CharField(max_length=100)
    heading = models.CharField(max_length=200, help_text="The heading's id on the page")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "lesson"], name="lesson_place_once")]

    def __str__(self) -> str:
        return f"{self.learner} at {self.lesson}#{self.heading}"


class MissionDone(models.Model):
    """The demos site saw the learner do it, and signed a receipt."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="missions_done")
    lesson = models.CharField(max_length=100)
    mission = models.CharField(max_length=100)
    done_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "lesson", "mission"], name="mission_done_once")
        ]
        # A lesson's page for teachers counts them by mission, over many learners.
        indexes = [models.Index(fields=["lesson", "mission", "learner"], name="mission_done_in_lesson")]

    def __str__(self) -> str:
        return f"{self.lesson}/{self.mission} done by {self.learner}"


class QuizAnswer(models.Model):
    """What the learner answered to a question: first, and last. Answers are counted from 0.

    `right_at` is when it was right for the first time; trying a wrong answer afterwards, to read its
    explanation, takes nothing away.
    """

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="quiz_answers")
    lesson = models.CharField(max_length=100)
    question = models.CharField(max_length=64, help_text="The question's key: see questions.py")
    first_answers = models.JSONField(help_text="Positions of the answers that were ticked at first")
    first_right = models.BooleanField()
    first_at = models.DateTimeField()
    latest_answers = models.JSONField(help_text="Positions of the answers that were ticked last")
    latest_at = models.DateTimeField()
    right_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "lesson", "question"], name="quiz_answer_once"),
            models.CheckConstraint(
                condition=Q(first_right=False) | Q(right_at=F("first_at")),
                name="quiz_answer_right_from_the_first",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lesson}: {self.question[:8]} answered by {self.learner}"


class ReviewCard(models.Model):
    """When a question of a quiz comes back. Made by the first answer to it; `state` is py-fsrs's own."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="review_cards")
    lesson = models.CharField(max_length=100)
    question = models.CharField(max_length=64, help_text="The question's key: see questions.py")
    due_at = models.DateTimeField()
    state = models.JSONField(help_text="fsrs.Card.to_dict()")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "lesson", "question"], name="review_card_once")
        ]
        indexes = [models.Index(fields=["learner", "due_at"], name="review_card_due")]

    def __str__(self) -> str:
        return f"{self.lesson}: {self.question[:8]} comes back to {self.learner} at {self.due_at}"


class Note(models.Model):
    """What a learner wrote for themselves beside a lesson; nobody else reads it."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="notes")
    lesson = models.CharField(max_length=100)
    text = models.TextField(max_length=20_000)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "lesson"], name="note_once")]

    def __str__(self) -> str:
        return f"{self.learner}'s note on {self.lesson}"


class Bookmark(models.Model):
    """A heading that a learner wants to find again."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="bookmarks")
    lesson = models.CharField(max_length=100)
    heading = models.CharField(max_length=200, help_text="The heading's id on the page")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "lesson", "heading"], name="bookmark_once")]

    def __str__(self) -> str:
        return f"{self.learner} marked {self.lesson}#{self.heading}"


class Certificate(models.Model):
    """That somebody had done all of a track, or of the course. It stays true when lessons change later.

    `track` is a slug, or empty for the whole course. `lessons` is what was done, `[[slug, title], …]`, as it
    was called then; `credential` the signed Open Badge 3.0.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="certificates")
    track = models.CharField(max_length=100, blank=True)
    title = models.CharField(max_length=200)
    name = models.CharField(max_length=150, help_text="The person's name, as they want it to stand there")
    lessons = models.JSONField()
    credential = models.TextField()
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "track"], name="certificate_once")]

    def __str__(self) -> str:
        return f"{self.title}, for {self.name}"
