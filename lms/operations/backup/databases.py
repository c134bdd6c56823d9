"""The database as files, and back: SQLite by its own backup, PostgreSQL by COPY in one snapshot.

COPY needs no program beside the driver and nothing of the server's version, and reads what the server wrote.
It does not hold the schema: migrations make that, so a backup is restored by the release that it is of.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

SQLITE = "course.sqlite3"
CHUNK = 1 << 20


class DatabaseProblem(Exception):
    """Why the database could not be written down or put back: a sentence."""


def dump(folder: Path) -> dict[str, Any]:
    """Write the database into `folder`; return its migrations, rows by table, and what else `load` needs."""
    return _dump_sqlite(folder) if connection.vendor == "sqlite" else _dump_postgresql(folder)


def load(folder: Path, facts: dict[str, Any]) -> None:
    """Put back what `dump` wrote, whole or not at all. Raises DatabaseProblem."""
    if connection.vendor == "sqlite":
        _load_sqlite(folder, facts)
    else:
        _load_postgresql(folder, facts)


def applied() -> list[str]:
    """Return the migrations that this database has, as "app.name"."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def people() -> int:
    """Return how many accounts and visitors this database knows: what a restore would overwrite."""
    tables = connection.introspection.table_names()
    if "accounts_learner" not in tables:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM accounts_user) + (SELECT count(*) FROM accounts_learner)"
        )
        return int(cursor.fetchone()[0])


# --- SQLite -----------------------------------------------------------------------------------------


def _dump_sqlite(folder: Path) -> dict[str, Any]:
    copy = folder / SQLITE
    if connection.in_atomic_block:
        # SQLite would wait for the end of the transaction, and it for the backup.
        raise DatabaseProblem("a transaction is open on the connection that is to be copied.")
    connection.ensure_connection()
    with contextlib.closing(sqlite3.connect(copy)) as target:
        connection.connection.backup(target)
        # One file that opens without those beside it.
        target.execute("PRAGMA journal_mode=DELETE")
        return _facts_of(target)


def _load_sqlite(folder: Path, facts: dict[str, Any]) -> None:
    copy, name = folder / SQLITE, str(connection.settings_dict["NAME"])
    with contextlib.closing(sqlite3.connect(copy)) as source:
        problems = [row[0] for row in source.execute("PRAGMA integrity_check") if row[0] != "ok"]
        problems += [
            f"{row[0]} refers to a row that is not there"
            for row in source.execute("PRAGMA foreign_key_check")
        ]
        if problems:
            raise DatabaseProblem(f"The database in the backup is damaged: {problems[0]}")
        if _facts_of(source)["rows"] != facts["rows"]:
            raise DatabaseProblem("The database in the backup does not have the rows that it should have.")
    connection.close()
    target = Path(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    moved = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with copy.open("rb") as source, moved.open("wb") as file:
            shutil.copyfileobj(source, file, CHUNK)
            # The old one goes once this one would outlive a loss of power.
            file.flush()
            os.fsync(file.fileno())
        moved.chmod(0o600)
        for ending in ("-wal", "-shm"):
            target.with_name(target.name + ending).unlink(missing_ok=True)
        moved.replace(target)
    finally:
        # Where the disk is full, half a database would keep it so.
        moved.unlink(missing_ok=True)


def _facts_of(database: sqlite3.Connection) -> dict[str, Any]:
    tables = [
        name
        for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        if not name.startswith("sqlite_")
    ]
    rows = {}
    for name in tables:
        quoted = name.replace('"', '""')
        rows[name] = int(database.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()[0])  # noqa: S608
    applied = database.execute("SELECT app || '.' || name FROM django_migrations").fetchall()
    return {"rows": rows, "migrations": sorted(name for (name,) in applied)}


# --- PostgreSQL -------------------------------------------------------------------------------------


@contextlib.contextmanager
def _own_connection() -> Iterator[psycopg.Connection[Any]]:
    """Another connection than Django's: it has a transaction of its own."""
    parameters = {**connection.get_connection_params(), "autocommit": False}
    try:
        with psycopg.connect(**parameters) as own:
            yield own
    except psycopg.Error as error:
        raise DatabaseProblem(f"PostgreSQL refused: {str(error).strip()}") from error


def _dump_postgresql(folder: Path) -> dict[str, Any]:
    rows: dict[str, int] = {}
    with _own_connection() as own:
        # All tables as they were at one moment, while others go on writing.
        own.isolation_level, own.read_only = psycopg.IsolationLevel.REPEATABLE_READ, True
        with own.transaction(), own.cursor() as cursor:
            columns = _columns(cursor)
            for table, names in columns.items():
                with (
                    (folder / f"{table}.copy").open("wb") as file,
                    cursor.copy(_copy(table, names, "TO STDOUT")) as out,
                ):
                    for chunk in out:
                        file.write(chunk)
                rows[table] = cursor.rowcount
            cursor.execute("SELECT app || '.' || name FROM django_migrations")
            migrations = sorted(row[0] for row in cursor.fetchall())
            cursor.execute(
                "SELECT sequencename, last_value FROM pg_sequences "
                "WHERE schemaname = current_schema() AND last_value IS NOT NULL"
            )
            sequences = {row[0]: row[1] for row in cursor.fetchall()}
    return {"migrations": migrations, "rows": rows, "columns": columns, "sequences": sequences}


def _load_postgresql(folder: Path, facts: dict[str, Any]) -> None:
    """In one transaction: whatever goes wrong leaves the database as it was."""
    with _own_connection() as own, own.transaction(), own.cursor() as cursor:
        if _columns(cursor) != facts["columns"]:
            raise DatabaseProblem(
                "The tables here are not those of the backup; restore it with its own release."
            )
        tables = sql.SQL(", ").join(map(sql.Identifier, facts["columns"]))
        cursor.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(tables))
        for table, names in facts["columns"].items():
            with (
                (folder / f"{table}.copy").open("rb") as file,
                cursor.copy(_copy(table, names, "FROM STDIN")) as into,
            ):
                while chunk := file.read(CHUNK):
                    into.write(chunk)
            if cursor.rowcount != facts["rows"][table]:
                raise DatabaseProblem(f"{table} has {cursor.rowcount} rows and not {facts['rows'][table]}.")
        for name, value in facts["sequences"].items():
            cursor.execute("SELECT setval(%s::regclass, %s)", [f'"{name}"', value])


def _columns(cursor: psycopg.Cursor[Any]) -> dict[str, list[str]]:
    """Return the columns of every table, without those that PostgreSQL computes."""
    cursor.execute(
        "SELECT c.table_name, c.column_name FROM information_schema.columns c "
        "JOIN information_schema.tables t USING (table_schema, table_name) "
        "WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' "
        "AND c.is_generated = 'NEVER' "
        "ORDER BY c.table_name, c.ordinal_position"
    )
    found: dict[str, list[str]] = {}
    for table, column in cursor.fetchall():
        found.setdefault(table, []).append(column)
    return found


def _copy(table: str, columns: list[str], way: str) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("COPY {} ({}) " + way).format(sql.Identifier(table), names)
