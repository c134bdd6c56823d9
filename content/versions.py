"""A lesson's text and its exercises in three versions: in the database, in the folder, and as both once were.

The base is what the last load or export left the same on both sides; `LoadRecord` remembers it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from django.db.models import BooleanField, ExpressionWrapper, Q

from content.exercise_export import write_exercise
from content.exercises import ExerciseDocument
from content.folders import LessonFolder
from content.models import Exercise, LessonPage, LoadRecord

Files = dict[str, str]
State = Literal[
    "same", "new_in_folder", "new_here", "changed_in_folder", "changed_here", "conflict", "withdrawn"
]
LESSON_FILE = "lesson.md"


@dataclass
class Stored:
    """What the database has, fetched once for all lessons."""

    pages: dict[str, LessonPage]
    exercises: dict[str, Exercise]
    records: dict[str, LoadRecord]

    @classmethod
    def fetch(cls) -> Stored:
        has_base = ExpressionWrapper(Q(base__isnull=False), output_field=BooleanField())
        records = LoadRecord.objects.defer("base").annotate(has_base=has_base)
        return cls(
            pages={page.slug: page for page in LessonPage.objects.order_by("path")},
            exercises={exercise.name: exercise for exercise in Exercise.objects.order_by("lesson", "slug")},
            records={record.name: record for record in records},
        )

    def exercises_of(self, lesson: str) -> dict[str, Exercise]:
        return {name: row for name, row in self.exercises.items() if row.lesson == lesson}

    def remember(self, name: str, digest: str, files: Callable[[], Files], revision_id: int | None) -> None:
        """Keep the files of this digest as the base of `name`: both sides have seen them."""
        record = self.records.get(name)
        if record and record.has_base and (record.digest, record.revision_id) == (digest, revision_id):  # type: ignore[attr-defined]
            return
        record, _ = LoadRecord.objects.update_or_create(
            name=name, defaults={"digest": digest, "revision_id": revision_id, "base": files()}
        )
        record.has_base = True  # type: ignore[attr-defined]
        self.records[name] = record


def text_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def state_of(base: str | None, here: str | None, folder: str | None) -> State:
    """Return the state of a thing whose three versions have these digests; None where there is none."""
    if here == folder:
        return "same"
    if here is None:
        return "new_in_folder"
    if folder is None:
        return "new_here" if base is None else "withdrawn"
    if here == base:
        return "changed_in_folder"
    return "changed_here" if folder == base else "conflict"


class Versions:
    """The versions of one thing, by its name: `<lesson>` or `<lesson>/<exercise>`."""

    def __init__(self, name: str, record: LoadRecord | None) -> None:
        self.name = name
        self.record = record

    @property
    def here_digest(self) -> str | None:
        raise NotImplementedError

    @property
    def folder_digest(self) -> str | None:
        raise NotImplementedError

    @property
    def here(self) -> Files:
        """The files that an export would write, path to text; none where the database has nothing."""
        raise NotImplementedError

    @property
    def folder(self) -> Files:
        raise NotImplementedError

    @cached_property
    def base(self) -> Files | None:
        """The files of the base; None where nobody knows them, as of what was loaded long ago."""
        if self.record is None:
            return None
        if self.record.base is not None:
            return self.record.base
        sides = ((self.here_digest, "here"), (self.folder_digest, "folder"))
        known = next((name for digest, name in sides if digest == self.record.digest), None)
        return getattr(self, known) if known else None

    @property
    def state(self) -> State:
        return state_of(self.record.digest if self.record else None, self.here_digest, self.folder_digest)

    @property
    def seen(self) -> str:
        """A digest of both sides: whoever decides says which they looked at."""
        return text_digest(f"{self.here_digest} {self.folder_digest}")[:16]


class LessonVersions(Versions):
    """lesson.md and the page. Of the page the latest draft counts, or only what is `published`."""

    def __init__(
        self,
        slug: str,
        page: LessonPage | None,
        text: str | None,
        record: LoadRecord | None,
        *,
        published: bool = False,
    ) -> None:
        super().__init__(slug, record)
        self.page = page
        self.text = text
        self.published = published

    @property
    def is_untouched(self) -> bool:
        """Whether nobody has saved the page since the base: then it need not be read."""
        if self.page is None or self.record is None or self.record.revision_id is None:
            return False
        page = self.page
        return self.record.revision_id == (
            page.live_revision_id if self.published else page.latest_revision_id
        )

    @property
    def here_digest(self) -> str | None:
        if self.page is None:
            return None
        if self.is_untouched:
            assert self.record is not None
            return self.record.digest
        return text_digest(self.page_text)

    @property
    def folder_digest(self) -> str | None:
        return None if self.text is None else text_digest(self.text)

    @cached_property
    def page_text(self) -> str:
        assert self.page is not None
        page = self.page if self.published else self.page.get_latest_revision_as_object()
        return page.export()

    @property
    def here(self) -> Files:
        return {} if self.page is None else {LESSON_FILE: self.page_text}

    @property
    def folder(self) -> Files:
        return {} if self.text is None else {LESSON_FILE: self.text}


class ExerciseVersions(Versions):
    """An exercise's folder and its row. The latest draft counts, or only what is `published`."""

    def __init__(
        self,
        name: str,
        row: Exercise | None,
        document: ExerciseDocument | None,
        record: LoadRecord | None,
        *,
        published: bool = False,
    ) -> None:
        super().__init__(name, record)
        self.row = row
        self.document = document
        self.published = published

    @cached_property
    def said(self) -> Exercise | None:
        """The exercise as this side has it, or None."""
        row = self.row
        if row is None or self.published:
            return row if row and row.live else None
        return row.get_latest_revision_as_object() if row.has_unpublished_changes else row

    @cached_property
    def here_digest(self) -> str | None:
        return self.said.document_digest() if self.said else None

    @cached_property
    def folder_digest(self) -> str | None:
        return self.document.digest() if self.document else None

    @cached_property
    def here(self) -> Files:
        return write_exercise(self.said.document()) if self.said else {}

    @cached_property
    def folder(self) -> Files:
        return write_exercise(self.document) if self.document else {}


def exercise_versions(
    lesson: str, documents: Iterable[ExerciseDocument], stored: Stored, *, published: bool = False
) -> list[ExerciseVersions]:
    """Return the versions of a lesson's exercises, on whichever side they are, by name."""
    in_folder = {document.name: document for document in documents}
    rows = stored.exercises_of(lesson)
    return [
        ExerciseVersions(
            name, rows.get(name), in_folder.get(name), stored.records.get(name), published=published
        )
        for name in sorted({*in_folder, *rows})
    ]


def lesson_versions(
    slug: str, text: str | None, stored: Stored, *, published: bool = False
) -> LessonVersions:
    return LessonVersions(slug, stored.pages.get(slug), text, stored.records.get(slug), published=published)


def versions_of(folder: LessonFolder, stored: Stored) -> list[Versions]:
    """Return the versions of all that a lesson's folder and the database have of it, exercises first."""
    slug = folder.row.slug
    return [
        *exercise_versions(slug, folder.exercises, stored),
        lesson_versions(slug, folder.text, stored),
    ]
