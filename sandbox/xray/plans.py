"""How SQLite would go about a statement: EXPLAIN QUERY PLAN as a list of steps.

A step is `{"depth": 0, "text": "SCAN shop_order", "mark": "scan"}`. `mark` is "scan" where every row of a
table or an index is read, "sort" where SQLite has to sort by itself, null otherwise; `depth` is that in
the tree.
"""

import re
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3._functions import register

from sandbox.xray.bounds import MAX_ENTRIES, MAX_STRING, clip

Step = dict[str, Any]

PREFIX = "EXPLAIN QUERY PLAN "
_EXPLAINABLE = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|REPLACE|WITH)\b", re.IGNORECASE)
_NOT_FILLED_IN = re.compile(r" -- (executed with .* sets of parameters|\d+ parameters)$")
# A row that is a constant, and rows that the statement itself brought, are no table.
_SCAN = re.compile(r"SCAN (?!CONSTANT ROW|\d+ CONSTANT ROW|\d+-ROW VALUES)(?!.*VIRTUAL TABLE)")
_SORT = re.compile(r"USE TEMP B-TREE")
_ALLOWED = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_INSERT,
    sqlite3.SQLITE_UPDATE,
    sqlite3.SQLITE_DELETE,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
}
_WAIT = 2  # seconds for somebody who is writing


class NoPlanError(ValueError):
    """There is no plan to show; the message is a sentence that says why."""


def can_have_plan(sql: str) -> bool:
    return _EXPLAINABLE.match(sql) is not None


def plan_in_file(file: Path, sql: str) -> list[Step]:
    """The plan for a trace's statement, asked of a database that is opened for reading only.

    Raises NoPlanError. Nothing is executed: the statement is only prepared, and may neither attach files nor
    change settings even then.
    """
    statement = _statement_of_trace(sql)
    try:
        address = f"file:{quote(str(file))}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=_WAIT, isolation_level=None)) as connection:
            register(connection)
            connection.set_authorizer(_authorize)
            return steps_of(connection.execute(PREFIX + statement).fetchall())
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise NoPlanError(f"SQLite cannot explain this statement: {error}.") from error


def plan_in_place(connection: BaseDatabaseWrapper, sql: str, params: Any) -> list[Step] | None:
    """The plan of a statement that has just run, of the connection that ran it; None where it has none."""
    if connection.vendor != "sqlite" or not can_have_plan(sql):
        return None
    try:
        with closing(connection.create_cursor()) as cursor:
            return steps_of(cursor.execute(PREFIX + sql, params).fetchall())
    except (sqlite3.Error, DatabaseError):
        return None  # The statement itself did what it should; it is shown without a plan.


def steps_of(rows: Iterable[Sequence[Any]]) -> list[Step]:
    """SQLite's rows (id, parent's id, nothing, text), each parent before its children."""
    depths: dict[int, int] = {}
    steps = []
    for number, parent, _, text in rows:
        depths[number] = depths.get(parent, -1) + 1
        steps.append({"depth": depths[number], "text": clip(str(text)), "mark": _mark(str(text))})
    return steps[:MAX_ENTRIES]


def _mark(text: str) -> str | None:
    if _SCAN.match(text):
        return "scan"
    return "sort" if _SORT.match(text) else None


def _statement_of_trace(sql: str) -> str:
    if not can_have_plan(sql):
        raise NoPlanError("Only SELECT, INSERT, UPDATE and DELETE have a plan.")
    if len(sql) > MAX_STRING:
        raise NoPlanError("The statement is too long to be kept whole, so it cannot be explained.")
    if note := _NOT_FILLED_IN.search(sql):
        # The plan does not depend on what is inserted.
        return sql[: note.start()].replace("%s", "NULL").replace("%%", "%")
    return sql


def _authorize(action: int, *_: str | None) -> int:
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY
