"""What a connection was asked, and when: BEGIN, COMMIT and ROLLBACK as well, each measured."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Statement:
    sql: str
    start: float  # seconds since the watch began
    end: float
    error: str = ""
    step: str = ""

    @property
    def ms(self) -> float:
        return (self.end - self.start) * 1000

    @property
    def kind(self) -> str:
        word = self.sql.split()[0].lower()
        return word if word in ("begin", "commit", "rollback", "savepoint", "release") else "query"


class Watch:
    """`step` is written beside each statement that comes while it is set."""

    def __init__(self, zero: float | None = None) -> None:
        self.zero = time.perf_counter() if zero is None else zero
        self.statements: list[Statement] = []
        self.step = ""

    @contextmanager
    def on(self, connection) -> Iterator[None]:
        def asked(execute, sql, params, many, context):
            with self._timed(sql) as statement:
                try:
                    return execute(sql, params, many, context)
                finally:
                    shown = connection.ops.last_executed_query(context["cursor"], sql, params)
                    statement.sql = readable(str(shown or sql))

        def ending(name, original):
            def timed():
                with self._timed(name):
                    return original()

            return timed

        # A transaction is ended by the driver's own methods, which are no statements to Django.
        connection._commit = ending("COMMIT", connection._commit)
        connection._rollback = ending("ROLLBACK", connection._rollback)
        try:
            with connection.execute_wrapper(asked):
                yield
        finally:
            del connection._commit, connection._rollback

    @contextmanager
    def _timed(self, sql: str) -> Iterator[Statement]:
        statement = Statement(sql, time.perf_counter() - self.zero, 0.0, step=self.step)
        self.statements.append(statement)
        try:
            yield statement
        except Exception as error:
            statement.error = f"{type(error).__name__}: {error}".strip()
            raise
        finally:
            statement.end = time.perf_counter() - self.zero


def readable(sql: str) -> str:
    """Without the quotes, the app's prefix and the list of all columns."""
    sql = re.sub(r'"(?:transactions_)?(\w+)"', r"\1", sql)
    sql = re.sub(r"SELECT account\.id, .* FROM", "SELECT … FROM", sql)
    sql = re.sub(r"\b(?:account|transfer|entry)\.(?=\w)", "", sql)
    return re.sub(r"(SAVEPOINT) s\d+_x(\d+)", r"\1 x\2", sql)
