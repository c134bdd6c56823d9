"""What the database was asked: every statement of a block of code, laid out for reading."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

from django.db import connection

CLAUSE = re.compile(r"(?:SELECT|FROM|WHERE|GROUP BY|HAVING|ORDER BY|LIMIT)\b")
JOIN = re.compile(r"(?:INNER|LEFT OUTER) JOIN\b")
CAST, CAST_END = "(CAST(", " AS NUMERIC))"


@dataclass(frozen=True)
class Statement:
    sql: str
    ms: float

    @property
    def clauses(self) -> list[tuple[str, str]]:
        """(clause, its text) of the shortened statement; joins belong to FROM."""
        return [
            (CLAUSE.match(text)[0] if CLAUSE.match(text) else "SQL", text) for text in _laid_out(self.sql)
        ]


@contextmanager
def watched() -> Iterator[list[Statement]]:
    """Collect the statements of the block, with their parameters filled in as the backend's log would."""
    seen: list[Statement] = []

    def wrapper(execute, sql, params, many, context):
        start = perf_counter()
        result = execute(sql, params, many, context)
        ms = (perf_counter() - start) * 1000
        text = connection.ops.last_executed_query(context["cursor"], sql, params)
        seen.append(Statement(text, ms))
        return result

    with connection.execute_wrapper(wrapper):
        yield seen


def shorten(sql: str) -> str:
    """Leave out what hides the shape: quotes, the app's table prefix, SQLite's casts of decimals."""
    start = sql.find(CAST)
    while start >= 0:
        end = _closing(sql, start) + 1
        whole = sql[start:end]
        if whole.endswith(CAST_END):
            sql = sql[:start] + whole[len(CAST) : -len(CAST_END)] + sql[end:]
            start = sql.find(CAST, start)
        else:
            start = sql.find(CAST, start + 1)
    return re.sub(r'"(?:aggregation_)?(\w+)"', r"\1", sql)


def _laid_out(sql: str) -> list[str]:
    """One text for each clause; columns, joins and conditions on lines of their own, subqueries indented."""
    return [_break_lines(clause) for clause in _split(shorten(sql), CLAUSE)]


def _break_lines(clause: str) -> str:
    if clause.startswith("SELECT"):
        columns = [
            _indented_subquery(text) for text in _split(clause.removeprefix("SELECT "), re.compile(", "))
        ]
        return "SELECT " + ",\n       ".join(columns)
    if clause.startswith("FROM"):
        return "\n  ".join(_split(clause, JOIN))
    return clause


def _indented_subquery(column: str) -> str:
    start = column.find("(SELECT ")
    if start < 0 or len(column) < 60:
        return column
    end = _closing(column, start)
    inner = "\n".join(_break_lines(clause) for clause in _split(column[start + 1 : end], CLAUSE))
    return column[: start + 1] + inner.replace("\n", "\n          ") + column[end:]


def _split(text: str, separator: re.Pattern) -> list[str]:
    """Cut at each match outside parentheses and strings; a comma is dropped, a word is kept."""
    parts, depth, quoted, begin = [], 0, False, 0
    for index, char in enumerate(text):
        if char == "'":
            quoted = not quoted
        elif not quoted and char in "()":
            depth += 1 if char == "(" else -1
        elif (
            not quoted
            and depth == 0
            and (found := separator.match(text, index))
            and _starts_word(text, index)
        ):
            parts.append(text[begin:index].strip())
            begin = found.end() if found[0] == ", " else index
    parts.append(text[begin:].strip())
    return [part for part in parts if part]


def _starts_word(text: str, index: int) -> bool:
    return index == 0 or not (text[index - 1].isalnum() and text[index].isalnum())


def _closing(sql: str, start: int) -> int:
    """The index of the parenthesis that closes the one at `start`; strings are passed over."""
    depth, quoted = 0, False
    for index in range(start, len(sql)):
        if sql[index] == "'":
            quoted = not quoted
        elif not quoted and sql[index] in "()":
            depth += 1 if sql[index] == "(" else -1
            if depth == 0:
                return index
    return len(sql) - 1
