from typing import Any

from django.db.backends.sqlite3 import base

from sandbox.demos.database import guard
from sandbox.demos.places import Place, current_place


class DatabaseWrapper(base.DatabaseWrapper):
    """Each statement goes to the file of the place that is current when it is executed.

    Threads are reused by other visitors' requests, so an open connection is no promise that it is the
    right one.
    """

    opened: tuple[Any, ...] | None = None
    clock: guard.Clock

    def get_connection_params(self) -> dict[str, Any]:
        place: Place = current_place()
        params = super().get_connection_params()
        params["database"] = str(place.file())
        self.opened = place.identity
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        self.clock = guard.install(connection)
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(factory=lambda connection: guard.GuardedCursor(connection, self.clock))

    def ensure_connection(self) -> None:
        if self.connection is not None and self.opened != current_place().identity:
            if self.in_atomic_block:
                raise RuntimeError("The world was left or reset in the middle of a transaction.")
            self.close()
        super().ensure_connection()

    def close_if_unusable_or_obsolete(self) -> None:
        # Django's own asks for the autocommit state first, which would need a world; CONN_MAX_AGE is 0
        # anyway.
        if self.connection is not None and not self.in_atomic_block:
            self.close()
