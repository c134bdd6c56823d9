"""Folders to pages and exercises. What somebody edited in the admin is kept, and conflicts are shown."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.db import transaction

from content.differences import short_diff
from content.errors import ContentError
from content.exercise_format import parse_exercise
from content.exercises import ExerciseDocument
from content.folders import BrokenFolder, LessonFolder
from content.lesson_format import Lesson, check_canonical
from content.merging import merge_files
from content.models import Exercise, LessonPage, TrackPage
from content.pictures import load_pictures
from content.references import find_problems
from content.streams import to_stream
from content.units import join_units, split_units
from content.versions import (
    LESSON_FILE,
    ExerciseVersions,
    LessonVersions,
    Stored,
    Versions,
    versions_of,
)

Status = Literal["conflict", "merged", "kept", "loaded", "unchanged"]
# What to do where both sides have changed. `ours` keeps what is here, for good; `theirs` takes the folder,
# also over what has changed here only; `merge` takes both where they do not contradict each other.
Choice = Literal["", "merge", "ours", "theirs"]


class CannotMerge(Exception):
    """Both sides changed the same place, or their changes together make no valid lesson or exercise."""


@dataclass
class Outcome:
    """What became of a lesson: names of it and of its exercises.

    `kept` was edited here since it was loaded, and is not overwritten; `diff` shows how. `conflicts` were
    changed on both sides, and nothing was done to them; `refused` says of each why it could not be merged.
    """

    slug: str
    loaded: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    conflicts: list[Versions] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    withdrawn: list[str] = field(default_factory=list)
    diff: list[str] = field(default_factory=list)
    moved_to: str = ""
    is_draft: bool = False

    @property
    def status(self) -> Status:
        if self.conflicts:
            return "conflict"
        if self.merged:
            return "merged"
        if self.kept:
            return "kept"
        return "loaded" if self.loaded else "unchanged"


@transaction.atomic
def load_lesson(
    folder: LessonFolder,
    *,
    stored: Stored,
    tracks: dict[str, TrackPage],
    choice: Choice = "",
    only: Collection[str] | None = None,
    user: Any = None,
) -> Outcome:
    """Bring one lesson's page and exercises to what its folder says, all of them or none.

    `only` names the things to load, where not all are meant. Raises BrokenFolder where the database refuses
    a value.
    """
    outcome = Outcome(folder.row.slug)
    load_pictures(folder.row.folder)
    loader = _Loader(folder, stored, tracks[folder.row.track], user, outcome)
    try:
        for versions in versions_of(folder, stored):
            if only is None or versions.name in only:
                loader.load(versions, choice)
    except ValidationError as error:
        path = folder.row.folder / "lesson.md"
        raise BrokenFolder([ContentError(" ".join(error.messages), path=path)]) from error
    return outcome


def withdrawn_lessons(stored: Stored, written: set[str]) -> list[str]:
    """Return the slugs of lessons that were loaded once and have no lesson.md any more."""
    return sorted(slug for slug in stored.pages if slug not in written and slug in stored.records)


@dataclass
class _Loader:
    folder: LessonFolder
    stored: Stored
    track: TrackPage
    user: Any
    outcome: Outcome

    def load(self, versions: Versions, choice: Choice) -> None:
        if isinstance(versions, LessonVersions):
            self._move(versions)
        state, name = versions.state, versions.name
        if state == "same":
            self._remember(versions)
        elif state in ("new_in_folder", "changed_in_folder"):
            self._decide(versions, "theirs")
        elif state == "withdrawn":
            self.outcome.withdrawn.append(name)
        elif state == "changed_here" and choice != "theirs":
            self._keep(versions)
        elif state in ("changed_here", "conflict"):
            self._decide(versions, choice)
        if isinstance(versions, LessonVersions) and name in self.stored.pages:
            self.outcome.is_draft = not self.stored.pages[name].live

    def _decide(self, versions: Versions, choice: Choice) -> None:
        if choice in ("theirs", "merge") and _was_saved_since(versions):
            self.outcome.conflicts.append(versions)
            self.outcome.refused[versions.name] = "Somebody has saved it just now: look again."
        elif choice == "theirs":
            self._take_folder(versions)
        elif choice == "ours":
            self._remember(versions)
            self._keep(versions)
        elif choice == "merge":
            try:
                self._merge(versions)
            except CannotMerge as error:
                self.outcome.conflicts.append(versions)
                self.outcome.refused[versions.name] = str(error)
        else:
            self.outcome.conflicts.append(versions)

    def _keep(self, versions: Versions) -> None:
        self.outcome.kept.append(versions.name)
        if isinstance(versions, LessonVersions):
            self.outcome.diff = short_diff(versions.text or "", versions.page_text)

    def _merge(self, versions: Versions) -> None:
        """Write what both sides changed together. Raises CannotMerge."""
        if versions.base is None:
            raise CannotMerge("Nobody knows the version that both come from.")
        sides = (split_units(files) for files in (versions.base, versions.here, versions.folder))
        units, conflicts = merge_files(*sides)
        files = join_units(units)
        if conflicts:
            raise CannotMerge(f"Both sides changed the same place in {', '.join(conflicts)}.")
        try:
            if isinstance(versions, LessonVersions):
                self._write_merged_page(versions, files[LESSON_FILE])
            elif isinstance(versions, ExerciseVersions):
                lesson, _, slug = versions.name.partition("/")
                document = parse_exercise(files, lesson=lesson, slug=slug)
                assert versions.row is not None
                self.stored.exercises[versions.name] = write_draft(versions.row, document, user=self.user)
        except ContentError as error:
            raise CannotMerge(f"Both changes together are not valid. {error}") from error
        self.outcome.merged.append(versions.name)
        self._remember(versions)

    def _write_merged_page(self, versions: LessonVersions, text: str) -> None:
        lesson, page = check_canonical(text), versions.page
        assert page is not None
        slugs = {document.slug for document in self.folder.exercises}
        slugs |= {row.slug for row in self.stored.exercises_of(versions.name).values()}
        for problem in find_problems(lesson.blocks, self.folder.row.folder, slugs):
            raise ContentError(problem.message, path=LESSON_FILE, line=lesson.blocks[problem.index].line)
        # A draft that its author has not published is not published by a load either.
        publish = page.live and not page.has_unpublished_changes
        draft = page.get_latest_revision_as_object()
        self.stored.pages[versions.name] = write_page(lesson, draft, publish=publish, user=self.user)

    def _take_folder(self, versions: Versions) -> None:
        if isinstance(versions, LessonVersions):
            page = versions.page or LessonPage(slug=versions.name)
            # A lesson that an instructor has unpublished stays so; its draft is brought up to date.
            publish = page.pk is None or page.live
            if page.pk is None:
                fill_page(page, self.folder.lesson)
                # A treebeard node counts its children in memory; the track may have got some since.
                TrackPage.objects.get(pk=self.track.pk).add_child(instance=page)
            page = write_page(self.folder.lesson, page, publish=publish, user=self.user)
            self.stored.pages[versions.name] = page
        elif isinstance(versions, ExerciseVersions):
            assert versions.document is not None
            row = write_row(versions.row, versions.document, user=self.user)
            self.stored.exercises[versions.name] = row
        self.outcome.loaded.append(versions.name)
        self._remember(versions, taken=True)

    def _remember(self, versions: Versions, *, taken: bool = False) -> None:
        """Make what the folder has the base: this side has seen it, whatever it did about it."""
        revision_id = None
        if isinstance(versions, LessonVersions) and (taken or versions.state == "same"):
            revision_id = self.stored.pages[versions.name].latest_revision_id
        digest = versions.folder_digest
        assert digest is not None
        self.stored.remember(versions.name, digest, lambda: versions.folder, revision_id)

    def _move(self, versions: LessonVersions) -> None:
        """A lesson that went to another track takes its page along."""
        page = versions.page
        if page is None or page.track_slug == self.track.slug:
            return
        page.move(self.track, pos="last-child")
        versions.page = self.stored.pages[page.slug] = LessonPage.objects.get(pk=page.pk)
        self.outcome.loaded.append(page.slug)
        self.outcome.moved_to = self.track.slug


def _was_saved_since(versions: Versions) -> bool:
    """Whether the page or exercise has a later draft than what was compared; nobody saves one from now on."""
    row = versions.page if isinstance(versions, LessonVersions) else None
    if isinstance(versions, ExerciseVersions):
        row = versions.row
    if row is None or row.pk is None:
        return False
    held = type(row).objects.select_for_update().filter(pk=row.pk)
    return held.values_list("latest_revision_id", flat=True).get() != row.latest_revision_id


def write_row(row: Exercise | None, document: ExerciseDocument, *, user: Any = None) -> Exercise:
    """Bring an exercise to what its folder says, and publish it; one that was withdrawn stays so."""
    row = row or Exercise()
    _fill_row(row, document)
    row.save()
    revision = row.save_revision(user=user)
    if row.live:
        row.publish_from_folder(revision, user=user)
    return row


def write_draft(row: Exercise, document: ExerciseDocument, *, user: Any = None) -> Exercise:
    """Keep what the document says as the exercise's draft. Nobody has verified it yet."""
    draft = row.get_latest_revision_as_object()
    _fill_row(draft, document)
    draft.save_revision(user=user)
    row.refresh_from_db()
    return row


def _fill_row(row: Exercise, document: ExerciseDocument) -> None:
    for name, value in document.fields().items():
        setattr(row, name, value)
    row.full_clean()


def fill_page(page: LessonPage, lesson: Lesson) -> None:
    front = lesson.front
    page.title = page.draft_title = front.title
    page.feature, page.why = front.feature, front.why
    page.minutes, page.level = front.minutes, front.level
    page.needs, page.objectives = "\n".join(front.needs), "\n".join(front.objectives)
    page.packages = "\n".join(front.packages)
    page.body = LessonPage.body.field.stream_block.to_python(to_stream(lesson.blocks, page.slug))


def write_page(lesson: Lesson, page: LessonPage, *, publish: bool, user: Any = None) -> LessonPage:
    """Save what `lesson` says as a revision of the page, and publish it if so wanted."""
    fill_page(page, lesson)
    revision = page.save_revision(user=user)
    if publish:
        revision.publish(user=user)
    page.refresh_from_db()
    return page
