"""Where a race takes place: on the site's own SQLite file, or on PostgreSQL where there is one."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connections

from .models import Account

POSTGRESQL = "postgresql"  # the alias in DATABASES


@dataclass
class Ring:
    """The database and the account that are raced for, and how a session opens its connection."""

    alias: str
    pk: int
    open: Callable


@dataclass(frozen=True)
class OnSQLite:
    title: str
    atomic: bool
    mode: str | None = None

    @contextmanager
    def prepared(self, owner: Account) -> Iterator[Ring]:
        yield Ring("default", owner.pk, self.open)

    # region: mode
    def open(self, connection) -> None:
        """In settings: DATABASES["default"]["OPTIONS"]["transaction_mode"]."""
        connection.ensure_connection()
        connection.transaction_mode = self.mode

    # endregion: mode


@dataclass(frozen=True)
class OnPostgreSQL:
    title: str
    atomic: bool
    level: str = "READ COMMITTED"

    @contextmanager
    def prepared(self, owner: Account) -> Iterator[Ring]:
        """The account's twin, in a schema that is this race's own."""
        schema = f"race_{uuid.uuid4().hex}"

        def opened(connection) -> None:
            with connection.cursor() as cursor:
                cursor.execute(f"SET search_path TO {schema}")
                cursor.execute(f"SET default_transaction_isolation TO '{self.level.lower()}'")

        connection = connections[POSTGRESQL]
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"CREATE SCHEMA {schema}")
            opened(connection)
            with connection.schema_editor() as editor:
                editor.create_model(Account)
            twin = Account.objects.using(POSTGRESQL).create(
                owner=owner.owner, opening=0, balance=owner.balance
            )
            yield Ring(POSTGRESQL, twin.pk, opened)
        finally:
            connection.close()
            with connection.cursor() as cursor:
                cursor.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
            connection.close()


ON_SQLITE = {
    "autocommit": OnSQLite("SQLite, no transaction", atomic=False),
    "deferred": OnSQLite("SQLite, atomic(), BEGIN", atomic=True),
    "immediate": OnSQLite("SQLite, atomic(), BEGIN IMMEDIATE", atomic=True, mode="IMMEDIATE"),
}
ON_POSTGRESQL = {
    "pg_autocommit": OnPostgreSQL("PostgreSQL, no transaction", atomic=False),
    "pg_committed": OnPostgreSQL("PostgreSQL, atomic(), READ COMMITTED", atomic=True),
    "pg_repeatable": OnPostgreSQL(
        "PostgreSQL, atomic(), REPEATABLE READ", atomic=True, level="REPEATABLE READ"
    ),
}


def places() -> dict:
    return ON_SQLITE | (ON_POSTGRESQL if POSTGRESQL in connections.databases else {})
