"""The same question, asked in three ways. The first one is wrong."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, connection

from .models import Asking, Book

MOST = 40  # rows
SORTS = {"title": "title", "price": "price", "dear": "-price"}


@dataclass
class Answer:
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    statements: list[tuple[str, Any]] = field(default_factory=list)  # and the values that went with each
    error: str = ""


def glued(asked: str, sort: str) -> list[tuple[Any, ...]]:
    """Wrong: what was asked becomes part of the language in which it is asked."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, title, author, price FROM xss_sql_injection_book"
            f" WHERE is_public = 1 AND title LIKE '%{asked}%' ORDER BY {sort}"
        )
        return cursor.fetchmany(MOST)


def with_parameters(asked: str, sort: str) -> list[tuple[Any, ...]]:
    """The statement is fixed; values travel beside it, and a column comes from a list."""
    column = {"price": "price", "dear": "price DESC"}.get(sort, "title")
    literally = asked.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, title, author, price FROM xss_sql_injection_book"
            f" WHERE is_public = 1 AND title LIKE %s ESCAPE '\\' ORDER BY {column}",
            [f"%{literally}%"],
        )
        return cursor.fetchmany(MOST)


def by_orm(asked: str, sort: str) -> list[tuple[Any, ...]]:
    books = Book.objects.filter(is_public=True, title__icontains=asked)
    books = books.order_by(SORTS.get(sort, "title"))
    return list(books.values_list("id", "title", "author", "price")[:MOST])


WAYS: dict[str, Callable[[str, str], list[tuple[Any, ...]]]] = {
    Asking.GLUED: glued,
    Asking.PARAMETERS: with_parameters,
    Asking.ORM: by_orm,
}


@contextmanager
def overheard(statements: list[tuple[str, Any]]) -> Iterator[None]:
    """Every statement and its values, on their way to the database."""

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        yield


def search(way: str, asked: str, sort: str) -> Answer:
    """An error of the database is part of the answer: it is what an attacker looks for first."""
    answer = Answer()
    with overheard(answer.statements):
        try:
            answer.rows = WAYS[way](asked, sort)
        except DatabaseError as error:
            answer.error = f"{type(error).__name__}: {error}"
    return answer
