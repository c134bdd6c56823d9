"""The roadmap as lessons/ has it: six tracks, their rows, and which of them are written."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from content.errors import ContentError
from content.lesson_format.front_matter import SLUG

_TRACK_KEYS = {"title", "position", "lesson"}
_ROW_KEYS = {"slug", "feature", "why"}


@dataclass(frozen=True)
class Row:
    """A row of the roadmap. `feature` and `why` are in its own words; `folder` may not exist yet."""

    slug: str
    track: str
    feature: str
    why: str
    folder: Path

    @property
    def is_written(self) -> bool:
        return (self.folder / "lesson.md").is_file()


@dataclass(frozen=True)
class Track:
    slug: str
    title: str
    position: int
    rows: tuple[Row, ...]


def read_syllabus(root: Path | None = None) -> tuple[Track, ...]:
    """Return the tracks below `root` (settings.LESSONS_DIR) in the roadmap's order. Raises ContentError."""
    root = Path(root or settings.LESSONS_DIR)
    files = sorted(root.glob("*/track.toml"))
    if not files:
        raise ContentError("There is no <track>/track.toml here.", path=root)
    return _read(tuple((file, file.stat().st_mtime_ns) for file in files))


def rows(root: Path | None = None) -> tuple[Row, ...]:
    """Return all rows of the roadmap in their order."""
    return tuple(row for track in read_syllabus(root) for row in track.rows)


def lesson_folder(track: str, lesson: str) -> Path:
    return Path(settings.LESSONS_DIR) / track / lesson


@lru_cache(maxsize=16)
def _read(files: tuple[tuple[Path, int], ...]) -> tuple[Track, ...]:
    tracks = sorted((_read_track(file) for file, _ in files), key=lambda track: track.position)
    seen: dict[str, str] = {}
    for track in tracks:
        for row in track.rows:
            if row.slug in seen:
                raise ContentError(
                    f"The lesson {row.slug} is already in the track {seen[row.slug]}.",
                    path=row.folder.parent / "track.toml",
                )
            seen[row.slug] = track.slug
    return tuple(tracks)


def _read_track(file: Path) -> Track:
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ContentError(f"This is not TOML: {error}.", path=file) from error
    unknown = set(data) - _TRACK_KEYS
    if unknown or not isinstance(data.get("title"), str) or not isinstance(data.get("position"), int):
        raise ContentError(
            "A track has title (text), position (number) and its [[lesson]] tables.", path=file
        )
    slug = file.parent.name
    found = tuple(_read_row(row, slug, file) for row in data.get("lesson", []))
    return Track(slug=slug, title=data["title"], position=data["position"], rows=found)


def _read_row(data: dict[str, object], track: str, file: Path) -> Row:
    if set(data) != _ROW_KEYS or not all(isinstance(value, str) and value for value in data.values()):
        raise ContentError(f"A [[lesson]] has slug, feature and why; this one has {data!r}.", path=file)
    slug = str(data["slug"])
    if not SLUG.match(slug):
        raise ContentError(f"{slug!r} is not a slug: small letters, digits and underscores.", path=file)
    return Row(
        slug=slug,
        track=track,
        feature=str(data["feature"]),
        why=str(data["why"]),
        folder=file.parent / slug,
    )
