"""What no statement may do in a visitor's world, whoever wrote it: one lesson lets visitors write SQL.

A world is a file. Without this a statement could open a second one (ATTACH, VACUUM INTO), load a library,
learn where the file lies, or keep a core and the memory busy for as long as it likes.
"""

import sqlite3
import time
from typing import Any

from django.db.backends.sqlite3.base import SQLiteCursorWrapper

MAX_SECONDS = 5.0  # of this thread's own CPU time, so that waiting for a lock or for a reader is free
MAX_VALUE = 20_000_000  # bytes of one value or row
_EVERY = 20_000  # of SQLite's virtual instructions: well below a millisecond

_ACTIONS = {sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH}
# fts3_tokenizer() gives the address of a function.
_FUNCTIONS = {"load_extension", "fts3_tokenizer"}
_PRAGMAS = {"database_list", "temp_store_directory", "data_store_directory"}


class Clock:
    """When the statement of a connection began, in CPU seconds of its thread."""

    def __init__(self) -> None:
        self.began = time.thread_time()

    def start(self) -> None:
        self.began = time.thread_time()

    def is_over(self) -> bool:
        return time.thread_time() - self.began > MAX_SECONDS


class GuardedCursor(SQLiteCursorWrapper):
    def __init__(self, connection: sqlite3.Connection, clock: Clock) -> None:
        super().__init__(connection)
        self.clock = clock

    def execute(self, query: str, params: Any = None) -> Any:
        self.clock.start()
        return super().execute(query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        self.clock.start()
        return super().executemany(query, param_list)


def install(connection: sqlite3.Connection) -> Clock:
    clock = Clock()
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE)
    connection.set_progress_handler(clock.is_over, _EVERY)
    connection.set_authorizer(_judge)
    return clock


def _judge(
    action: int, first: str | None, second: str | None, database: str | None, trigger: str | None
) -> int:
    refused = (
        action in _ACTIONS
        or (action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in _FUNCTIONS)
        or (action == sqlite3.SQLITE_PRAGMA and (first or "").lower() in _PRAGMAS)
    )
    return sqlite3.SQLITE_DENY if refused else sqlite3.SQLITE_OK
