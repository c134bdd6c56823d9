"""A syllabus on disk is loaded once in each test process: a load takes longer than most tests do."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from wagtail.models import Site

Rows = dict[Any, tuple[Any, ...]]  # by SQLite's rowid
# Rows that a load refers to and does not write.
_READ = {"django_content_type"}
# SQLite's own: the highest id that each table has had.
_HIGHEST = "sqlite_sequence"


@dataclass(frozen=True)
class Load:
    """What the tables that a load writes to had before it and have after it, by table."""

    before: dict[str, Rows]
    after: dict[str, Rows]

    @property
    def tables(self) -> list[str]:
        return list(self.before)


_loads: dict[str, list[Load]] = {}


def load_syllabus() -> None:
    """Do what `load_lessons` does, by the rows that it wrote the last time that it met this folder.

    That is so where the tables are as they were then. Otherwise the command runs, and so it does on another
    database than SQLite. What the command itself does is for tests that call it.
    """
    if connection.vendor != "sqlite":
        _load()
        return
    known = _loads.setdefault(_digest(Path(settings.LESSONS_DIR)), [])
    for load in known:
        if rows_of(load.tables) == load.before:
            _write(load)
            Site.clear_site_root_paths_cache()
            return
    tables = _tables()
    before = rows_of(tables)
    _load()
    after = rows_of(tables)
    written = {table for table in tables if before[table] != after[table]} | _READ
    known.append(Load(*({table: rows[table] for table in written} for rows in (before, after))))


def rows_of(tables: Iterable[str]) -> dict[str, Rows]:
    """Return what is in these tables, and the highest id that each has had as one more row of it."""
    found: dict[str, Rows] = {}
    with connection.cursor() as cursor:
        highest = dict(cursor.execute(f"SELECT name, seq FROM {_HIGHEST}").fetchall())
        for table in tables:
            rows = cursor.execute(f'SELECT rowid, * FROM "{table}"').fetchall()
            found[table] = {row[0]: row[1:] for row in rows}
            found[table][_HIGHEST] = (highest.get(table),)
    return found


def _load() -> None:
    call_command("load_lessons", stdout=StringIO(), stderr=StringIO())


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{file.relative_to(folder)}\0{file.stat().st_size}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _tables() -> list[str]:
    """Return the tables with rows of their own: what a search looks into follows from them by triggers."""
    with connection.cursor() as cursor:
        found = cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
    searched = tuple(name for name, sql in found if sql and sql.startswith("CREATE VIRTUAL"))
    return [name for name, _ in found if not name.startswith((*searched, "sqlite_"))]


def _write(load: Load) -> None:
    """Make the tables what they were after that load."""
    with connection.cursor() as cursor:
        for table, after in load.after.items():
            before = load.before[table]
            columns = [row[0] for row in cursor.execute(f'SELECT * FROM "{table}" LIMIT 0').description]
            names = ", ".join(f'"{column}"' for column in columns)
            marks = ", ".join(["%s"] * len(columns))
            (highest,) = after[_HIGHEST]
            rows = {key: row for key, row in after.items() if key != _HIGHEST}
            gone = [(key,) for key in before.keys() - after.keys()]
            new = [row for key, row in rows.items() if key not in before]
            other = [(*row, key) for key, row in rows.items() if key in before and before[key] != row]
            cursor.executemany(f'DELETE FROM "{table}" WHERE rowid = %s', gone)
            cursor.executemany(f'UPDATE "{table}" SET ({names}) = ({marks}) WHERE rowid = %s', other)
            cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', new)
            if highest is not None:
                # An insert has made the row where there was none.
                cursor.execute(f"UPDATE {_HIGHEST} SET seq = %s WHERE name = %s", [highest, table])
