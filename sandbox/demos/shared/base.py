from typing import Any
from urllib.parse import quote

from django.db.backends.sqlite3 import base

from sandbox.demos import shared
from sandbox.demos.database import guard


class DatabaseWrapper(base.DatabaseWrapper):
    """Reads the shared file of its alias. Only who builds that file may write, and is not guarded."""

    clock: guard.Clock | None = None

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        written = shared.written_here(self.alias)
        if written is None:
            # A finished file never changes: no locks, for as many readers as there are.
            address = f"file:{quote(str(shared.file_of(self.alias)))}?mode=ro&immutable=1"
            return {**params, "database": address, "uri": True}
        return {**params, "database": str(written)}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        self.clock = guard.install(connection) if shared.written_here(self.alias) is None else None
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        clock = self.clock
        if clock is None:
            return super().create_cursor(name)
        return self.connection.cursor(factory=lambda connection: guard.GuardedCursor(connection, clock))
