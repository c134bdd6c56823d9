"""Finds the lessons that have a demo, by looking at folders and `track.toml` files; imports nothing."""

import ast
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True)
class Root:
    """A folder of tracks, and the package name that it has in Python."""

    folder: Path
    package: str


@dataclass(frozen=True)
class Row:
    """One line of the roadmap, whether its lesson has a demo or not."""

    track: str
    slug: str
    feature: str
    why: str
    track_title: str


@dataclass(frozen=True)
class Demo:
    row: Row
    folder: Path  # the lesson's
    package: str  # the lesson's, as "lessons.database.aggregation"
    shared: tuple[str, ...] = ()  # aliases of databases that all visitors read: see sandbox.demos.shared

    @property
    def slug(self) -> str:
        return self.row.slug

    @property
    def track(self) -> str:
        return self.row.track

    @property
    def module(self) -> str:
        return f"{self.package}.demo"

    @cached_property
    def prefix(self) -> str:
        """Where it is mounted, as "/database/aggregation/"."""
        return f"/{self.track}/{self.slug}/"


def find_rows(roots: Iterable[Root]) -> list[Row]:
    """Every row of every `track.toml`, in the order of the tracks' positions."""
    tracks = []
    for root in roots:
        for file in sorted(root.folder.glob("*/track.toml")):
            track = _read_track(file)
            tracks.append((track.get("position", 0), file.parent.name, track))
    rows = [
        _row(entry, name, track)
        for _, name, track in sorted(tracks, key=_position)
        for entry in track["lesson"]
    ]
    slugs = [row.slug for row in rows]
    twice = sorted({slug for slug in slugs if slugs.count(slug) > 1})
    if twice:
        raise ImproperlyConfigured(f"Lesson slugs must be unique in the whole course: {', '.join(twice)}")
    return rows


def find_demos(roots: Iterable[Root], only: Iterable[str] = ()) -> tuple[Demo, ...]:
    """The demos that exist (with a `demo/apps.py`), in the roadmap's order; `only` these slugs, if any."""
    roots, only = list(roots), set(only)
    demos = []
    for row in find_rows(roots):
        if only and row.slug not in only:
            continue
        for root in roots:
            folder = root.folder / row.track / row.slug
            if (folder / "demo" / "apps.py").is_file():
                demo = Demo(
                    row=row,
                    folder=folder.resolve(),
                    package=f"{root.package}.{row.track}.{row.slug}",
                    shared=_shared_aliases(folder / "demo" / "shared.py"),
                )
                _check_files(demo)
                demos.append(demo)
    if not only:
        _check_listed(roots, demos)
    return tuple(demos)


def _read_track(file: Path) -> dict[str, Any]:
    where = f"{file.parent.name}/track.toml"
    try:
        track = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{where}: {error}") from error
    for entry in track.setdefault("lesson", []):
        missing = [key for key in ("slug", "feature", "why") if not isinstance(entry.get(key), str)]
        if missing:
            raise ImproperlyConfigured(f"{where}: a [[lesson]] lacks {', '.join(missing)}")
        if not entry["slug"].isidentifier():
            raise ImproperlyConfigured(
                f"{where}: {entry['slug']!r} is no Python identifier, as a slug has to be"
            )
    return track


def _position(track: tuple[int, str, dict[str, Any]]) -> tuple[int, str]:
    return track[:2]


def _row(entry: dict[str, str], name: str, track: dict[str, Any]) -> Row:
    title = str(track.get("title", name))
    return Row(track=name, slug=entry["slug"], feature=entry["feature"], why=entry["why"], track_title=title)


def _shared_aliases(file: Path) -> tuple[str, ...]:
    """`ALIASES = ["parcels"]` as it is written: models can't be imported while settings are being made."""
    if not file.is_file():
        return ()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "ALIASES":
            return tuple(ast.literal_eval(node.value))
    raise ImproperlyConfigured(f"{file.parts[-3]}/demo/shared.py: a list of names, ALIASES, is missing")


def _check_files(demo: Demo) -> None:
    folder = demo.folder / "demo"
    where = f"{demo.track}/{demo.slug}/demo"
    if not (folder / "urls.py").is_file():
        raise ImproperlyConfigured(f"{where}: urls.py is missing (with app_name = {demo.slug!r})")
    migrations = folder / "migrations"
    if migrations.is_dir() and not (migrations / "__init__.py").is_file():
        raise ImproperlyConfigured(f"{where}: migrations/ needs an __init__.py, or Django does not see them")


def _check_listed(roots: Iterable[Root], demos: list[Demo]) -> None:
    listed = {demo.folder for demo in demos}
    for root in roots:
        for apps in sorted(root.folder.glob("*/*/demo/apps.py")):
            if apps.parents[1].resolve() not in listed:
                track, slug = apps.parts[-4:-2]
                raise ImproperlyConfigured(
                    f"{track}/{slug}/demo exists, but {track}/track.toml does not list {slug}"
                )
