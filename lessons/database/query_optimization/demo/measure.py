"""How long it took, and what the database was asked meanwhile."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connections
from django.db.models import QuerySet

from .models import Measurement, Parcel

NEW_LINE = re.compile(r" (?=(?:FROM|INNER JOIN|LEFT OUTER JOIN|WHERE|GROUP BY|ORDER BY|LIMIT) )")
NAMES = re.compile(r'"query_optimization_(?:parcel"\."(\w+)"|(\w+)")')
PLAN_LINE = re.compile(r"\d+ \d+ \d+ (.*)")


@dataclass
class Statement:
    sql: str
    at: float  # ms since the block began
    ms: float = 0.0


@dataclass
class Watch:
    """A block of code: its time, and its statements in the order in which they were sent."""

    ms: float = 0.0
    statements: list[Statement] = field(default_factory=list)


@contextmanager
def watched(alias: str) -> Iterator[Watch]:
    watch, connection = Watch(), connections[alias]
    connection.ensure_connection()  # opening the file is not what is measured
    began = time.perf_counter()

    def wrapper(execute, sql, params, many, context):
        sent = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            read = connection.ops.last_executed_query(context["cursor"], sql, params)
            ms = (time.perf_counter() - sent) * 1000
            watch.statements.append(Statement(laid_out(read), (sent - began) * 1000, ms))

    with connection.execute_wrapper(wrapper):
        yield watch
    watch.ms = (time.perf_counter() - began) * 1000


def laid_out(sql: str) -> str:
    """A line for each clause, without the quotes and the prefix that hide the shape."""
    sql = NAMES.sub(lambda found: found[1] or found[2], sql)
    every = ", ".join(column.column for column in Parcel._meta.concrete_fields)
    return NEW_LINE.sub("\n", sql.replace(every, "*").replace('"', ""))


def run(question: Callable[[QuerySet], QuerySet], alias: str) -> Measurement:
    """Ask the question of one file, and write down what came of it."""
    rows = question(Parcel.objects.using(alias))
    with watched(alias) as watch:
        found = len(rows)
    return Measurement.objects.create(
        question=question.__name__,
        alias=alias,
        ms=watch.ms,
        rows=found,
        sql=watch.statements[0].sql,
        plan=question(Parcel.objects.using(alias)).explain(),
    )


def steps(plan: str) -> list[dict[str, str]]:
    """The plan line by line: a mark where everything is read, and where SQLite sorts by itself."""
    found = []
    for line in plan.splitlines():
        text = PLAN_LINE.fullmatch(line)[1].replace("query_optimization_", "")
        mark, says = "", ""
        if text.startswith("SCAN"):
            mark, says = "scan", "reads the whole index" if "INDEX" in text else "reads the whole table"
        elif "TEMP B-TREE" in text:
            mark, says = "sort", "sorts by itself"
        found.append({"text": text, "mark": mark, "says": says})
    return found
