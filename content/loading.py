"""Folders to pages and exercises; what somebody edited in the admin is kept."""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import dataclass, field
from typing import Literal

from django.core.exceptions import ValidationError
from django.db import transaction

from content.errors import ContentError
from content.exercises import ExerciseDocument
from content.folders import BrokenFolder, LessonFolder
from content.models import Exercise, LessonPage, LoadRecord, TrackPage
from content.streams import to_stream

Status = Literal["loaded", "unchanged", "kept"]
DIFF_LINES = 14


@dataclass
class Outcome:
    """What became of a lesson. `kept` names what was edited since it was loaded; `diff` shows how."""

    slug: str
    loaded: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    diff: list[str] = field(default_factory=list)
    moved_to: str = ""
    is_draft: bool = False

    @property
    def status(self) -> Status:
        if self.kept:
            return "kept"
        return "loaded" if self.loaded else "unchanged"


@dataclass
class Stored:
    """What the database has, fetched once for all lessons."""

    pages: dict[str, LessonPage]
    exercises: dict[str, Exercise]
    records: dict[str, LoadRecord]

    @classmethod
    def fetch(cls) -> Stored:
        return cls(
            pages={page.slug: page for page in LessonPage.objects.all()},
            exercises={exercise.name: exercise for exercise in Exercise.objects.all()},
            records={record.name: record for record in LoadRecord.objects.all()},
        )


def text_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def load_lesson(
    folder: LessonFolder, *, stored: Stored, tracks: dict[str, TrackPage], force: bool
) -> Outcome:
    """Bring one lesson's page and exercises to what its folder says, all of them or none.

    Raises BrokenFolder where the database refuses a value.
    """
    outcome = Outcome(folder.row.slug)
    try:
        for exercise in folder.exercises:
            _load_exercise(exercise, stored, outcome, force=force)
        _load_page(folder, tracks[folder.row.track], stored, outcome, force=force)
    except ValidationError as error:
        path = folder.row.folder / "lesson.md"
        raise BrokenFolder([ContentError(" ".join(error.messages), path=path)]) from error
    have = {exercise.name for exercise in folder.exercises}
    outcome.withdrawn = sorted(
        name for name, row in stored.exercises.items() if row.lesson == folder.row.slug and name not in have
    )
    return outcome


def withdrawn_lessons(stored: Stored, written: set[str]) -> list[str]:
    """Return the slugs of lessons that have a page and no lesson.md any more."""
    return sorted(slug for slug in stored.pages if slug not in written)


def _load_exercise(document: ExerciseDocument, stored: Stored, outcome: Outcome, *, force: bool) -> None:
    row, record = stored.exercises.get(document.name), stored.records.get(document.name)
    wanted = document.digest()
    current = row.document_digest() if row else ""
    if current != wanted:
        if row is not None and not force and (record is None or record.digest != current):
            outcome.kept.append(document.name)
            return
        row = row or Exercise()
        for name, value in document.fields().items():
            setattr(row, name, value)
        row.full_clean()
        row.save()
        row.save_revision()
        outcome.loaded.append(document.name)
    _remember(document.name, wanted, None, stored)


def _load_page(
    folder: LessonFolder, track: TrackPage, stored: Stored, outcome: Outcome, *, force: bool
) -> None:
    slug, wanted = folder.row.slug, text_digest(folder.text)
    page, record = stored.pages.get(slug), stored.records.get(slug)
    if page is not None and page.track_slug != track.slug:
        page.move(track, pos="last-child")
        page = LessonPage.objects.get(pk=page.pk)
        outcome.loaded.append(slug)
        outcome.moved_to = track.slug
    if record and page and (record.digest, record.revision_id) == (wanted, page.latest_revision_id):
        outcome.is_draft = not page.live
        return
    if page is not None:
        current = page.get_latest_revision_as_object().export()
        if text_digest(current) == wanted:
            outcome.is_draft = not page.live
            _remember(slug, wanted, page.latest_revision_id, stored)
            return
        if not force and (record is None or record.digest != text_digest(current)):
            outcome.kept.append(slug)
            outcome.diff = short_diff(folder.text, current)
            return
    page = _write_page(folder, page, track)
    outcome.loaded.append(slug)
    outcome.is_draft = not page.live
    _remember(slug, wanted, page.latest_revision_id, stored)


def _write_page(folder: LessonFolder, page: LessonPage | None, track: TrackPage) -> LessonPage:
    front = folder.lesson.front
    is_new = page is None
    page = page or LessonPage(slug=folder.row.slug)
    page.title = page.draft_title = front.title
    page.feature, page.why = front.feature, front.why
    page.minutes, page.level = front.minutes, front.level
    page.needs, page.objectives = "\n".join(front.needs), "\n".join(front.objectives)
    page.packages = "\n".join(front.packages)
    page.body = LessonPage.body.field.stream_block.to_python(to_stream(folder.lesson.blocks, folder.row.slug))
    if is_new:
        # A treebeard node counts its children in memory; the track may have got some since.
        TrackPage.objects.get(pk=track.pk).add_child(instance=page)
    revision = page.save_revision()
    if page.live:
        # A lesson that an instructor has unpublished stays so; its draft is brought up to date.
        revision.publish()
    page.refresh_from_db()
    return page


def _remember(name: str, digest: str, revision_id: int | None, stored: Stored) -> None:
    record = stored.records.get(name)
    if record and (record.digest, record.revision_id) == (digest, revision_id):
        return
    stored.records[name], _ = LoadRecord.objects.update_or_create(
        name=name, defaults={"digest": digest, "revision_id": revision_id}
    )


def short_diff(file_text: str, page_text: str) -> list[str]:
    """Return the first lines of a unified diff from the file to the page."""
    lines = list(
        difflib.unified_diff(
            file_text.splitlines(), page_text.splitlines(), "lesson.md", "the page", n=0, lineterm=""
        )
    )
    if len(lines) > DIFF_LINES:
        return [*lines[:DIFF_LINES], f"… and {len(lines) - DIFF_LINES} lines more"]
    return lines
