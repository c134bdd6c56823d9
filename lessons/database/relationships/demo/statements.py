"""What the database was asked: every statement of a block of code, laid out for reading."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

NEW_LINE = re.compile(r"(?<!DELETE) (?=(?:FROM|INNER JOIN|LEFT OUTER JOIN|WHERE|ORDER BY|LIMIT|VALUES|SET) )")


@contextmanager
def watched() -> Iterator[list[str]]:
    """Collect the statements of the block, with their parameters filled in as the backend's log would."""
    seen: list[str] = []

    def wrapper(execute, sql, params, many, context):
        try:
            return execute(sql, params, many, context)
        finally:
            seen.append(laid_out(connection.ops.last_executed_query(context["cursor"], sql, params)))

    with connection.execute_wrapper(wrapper):
        yield seen


def laid_out(sql: str) -> str:
    """A line for each clause, without the quotes and the app's prefix that hide the shape."""
    return NEW_LINE.sub("\n", re.sub(r'"(?:relationships_)?(\w+)"', r"\1", sql))
