"""A learner's own notes and bookmarks."""

from __future__ import annotations

from datetime import datetime

from lms.accounts.models import Learner
from lms.progress.models import Bookmark, Note

MOST_TEXT = 20_000  # characters


class NoteTooLong(ValueError):
    """The message is for the learner."""


def write_note(*, learner: Learner, lesson: str, text: str, now: datetime) -> Note | None:
    """Keep `text` as the learner's note on the lesson; an empty one removes it. Raises NoteTooLong."""
    text = text.replace("\r\n", "\n").strip()
    if len(text) > MOST_TEXT:
        raise NoteTooLong(f"A note can have {MOST_TEXT:,} characters, and this one has {len(text):,}.")
    if not text:
        Note.objects.filter(learner=learner, lesson=lesson).delete()
        return None
    return Note.objects.update_or_create(
        learner=learner, lesson=lesson, defaults={"text": text, "updated_at": now}
    )[0]


def set_bookmark(*, learner: Learner, lesson: str, heading: str, wanted: bool, now: datetime) -> None:
    """Mark the heading (its id), or take the mark away. May be called again."""
    if wanted:
        Bookmark.objects.get_or_create(
            learner=learner, lesson=lesson, heading=heading, defaults={"created_at": now}
        )
    else:
        Bookmark.objects.filter(learner=learner, lesson=lesson, heading=heading).delete()


def note_of(learner: Learner | None, lesson: str) -> Note | None:
    return Note.objects.filter(learner=learner, lesson=lesson).first() if learner else None


def bookmarks_in(learner: Learner | None, lesson: str) -> set[str]:
    """Return the ids of the headings that are marked."""
    if learner is None:
        return set()
    return set(Bookmark.objects.filter(learner=learner, lesson=lesson).values_list("heading", flat=True))
