"""Pages and exercises to the files of their folders: what was edited here goes into git."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from content.differences import short_files_diff
from content.errors import ContentError
from content.exercise_export import write_exercise
from content.exercise_format import parse_exercise, read_exercise
from content.lesson_format import check_canonical
from content.models import LessonPage
from content.pictures import FOLDER as PICTURES
from content.pictures import pictures_in, read_picture, write_pictures
from content.syllabus import rows
from content.versions import (
    LESSON_FILE,
    ExerciseVersions,
    Files,
    LessonVersions,
    Stored,
    Versions,
    exercise_versions,
    lesson_versions,
)


@dataclass
class Exported:
    """What an export does to one lesson's folder: names of the lesson and of its exercises.

    `behind` changed in the folder only, and is left; `conflicts` changed on both sides, and is refused;
    `withdrawn` has no folder any more; `broken` says of each why no load would take it.
    """

    slug: str
    written: list[str] = field(default_factory=list)
    behind: list[str] = field(default_factory=list)
    conflicts: list[Versions] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)
    diff: list[str] = field(default_factory=list)


def export_lesson(page: LessonPage, stored: Stored, *, write: bool, draft: bool) -> Exported:
    """Bring the lesson's folder to what the page and its exercises say, or only say what would change.

    Raises ContentError for a folder that cannot be read, and OSError for one that cannot be written.
    """
    outcome = Exported(page.slug)
    for versions in _versions(page, stored, draft=draft):
        name, state = versions.name, versions.state
        if state == "changed_in_folder":
            outcome.behind.append(name)
        elif state == "conflict":
            outcome.conflicts.append(versions)
        elif state == "withdrawn":
            outcome.withdrawn.append(name)
        elif state in ("changed_here", "new_here"):
            _export(page, versions, stored, outcome, write=write)
    if write and outcome.written:
        add_row(page)
    return outcome


def archive(pages: Iterable[LessonPage], stored: Stored) -> bytes:
    """Return a zip of all files that an export of these pages makes, paths as below lessons/."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as folder:
        for page in pages:
            files = {LESSON_FILE: page.export()}
            for row in stored.exercises_of(page.slug).values():
                if not row.live:
                    continue
                files |= {
                    f"exercises/{row.slug}/{path}": text
                    for path, text in write_exercise(row.document()).items()
                }
            packed_files = {path: text.encode() for path, text in files.items()}
            for name in pictures_in(files.values()):
                packed_files[f"{PICTURES}/{name}"] = read_picture(name)
            for path, data in packed_files.items():
                entry = zipfile.ZipInfo(f"{page.track_slug}/{page.slug}/{path}", (1980, 1, 1, 0, 0, 0))
                entry.external_attr = 0o644 << 16
                folder.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def add_row(page: LessonPage) -> bool:
    """Give a lesson that was written in the admin its row in track.toml; return whether it had none."""
    if page.slug in {row.slug for row in rows()}:
        return False
    path = page.folder.parent / "track.toml"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    row = "".join(
        f"{key} = {_toml(value)}\n"
        for key, value in (("slug", page.slug), ("feature", page.feature), ("why", page.why))
    )
    replace_file(path, f"{text.rstrip()}\n\n[[lesson]]\n{row}")
    return True


def replace_file(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(text.encode())
    draft.replace(path)


def _versions(page: LessonPage, stored: Stored, *, draft: bool) -> Iterator[Versions]:
    path = page.folder / LESSON_FILE
    text = path.read_bytes().decode(errors="replace") if path.exists() else None
    yield lesson_versions(page.slug, text, stored, published=not draft)
    folders = sorted((page.folder / "exercises").glob("*/exercise.md"))
    documents = [read_exercise(found.parent) for found in folders]
    yield from exercise_versions(page.slug, documents, stored, published=not draft)


def _export(page: LessonPage, versions: Versions, stored: Stored, outcome: Exported, *, write: bool) -> None:
    name, files = versions.name, versions.here
    try:
        _check(versions)
    except ContentError as error:
        outcome.broken[name] = str(error if error.path else error.at("export"))
        return
    outcome.written.append(name)
    outcome.diff += short_files_diff(versions.folder, files)
    if not write:
        return
    write_pictures(pictures_in(files.values()), page.folder)
    root, revision_id = page.folder, None
    if isinstance(versions, LessonVersions):
        revision_id = page.live_revision_id if versions.published else page.latest_revision_id
    else:
        root = root / "exercises" / name.partition("/")[2]
    _write(root, versions.folder, files)
    digest = versions.here_digest
    assert digest is not None
    stored.remember(name, digest, lambda: files, revision_id)


def _check(versions: Versions) -> None:
    """Raise ContentError for what `load_lessons` would not take."""
    if isinstance(versions, ExerciseVersions):
        lesson, _, slug = versions.name.partition("/")
        parse_exercise(versions.here, lesson=lesson, slug=slug)
    else:
        check_canonical(versions.here[LESSON_FILE])


def _write(root: Path, before: Files, after: Files) -> None:
    """Write the files that say something else than before, and remove those that are gone.

    What only looks different, an exercise.md in another form for one, is left as its author wrote it.
    """
    for path, text in after.items():
        if before.get(path) != text:
            replace_file(root / path, text)
    for path in before.keys() - after.keys():
        (root / path).unlink(missing_ok=True)


def _toml(value: str) -> str:
    # TOML's basic strings have JSON's escapes.
    return json.dumps(value, ensure_ascii=False)
