"""The project's database: in memory, filled before a child was forked, put back before each check."""

import contextlib
import sqlite3
from importlib.util import find_spec
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.contrib.contenttypes.management import create_contenttypes
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from sandbox.jail.harness.base_settings import DATABASE_NAME, INSTALLED_APPS


class Database:
    """Holds the one connection that keeps the database alive while Django's come and go.

    It is memory and nothing else, so a fork copies it: children begin with the tables of who forked them.
    """

    def __init__(self) -> None:
        # The harness is single-threaded; the flag is for a learner's thread that outlives a check.
        self._keeper = sqlite3.connect(DATABASE_NAME, uri=True, check_same_thread=False)
        self._image: sqlite3.Connection | None = None

    def empty(self) -> None:
        connections.close_all()
        with contextlib.closing(sqlite3.connect(":memory:")) as nothing:
            nothing.backup(self._keeper)

    def remember(self) -> None:
        """From now on `restore()` comes back to how it is now."""
        connections.close_all()
        if self._image is None:
            self._image = sqlite3.connect(":memory:", check_same_thread=False)
        self._keeper.backup(self._image)

    def restore(self) -> None:
        connections.close_all()
        if self._image is not None:
            self._image.backup(self._keeper)

    def close(self) -> None:
        """The database is gone with its last connection."""
        self._keeper.close()


def build_framework_tables() -> None:
    """The tables of the base settings' apps. Some 200 ms, which no child has to spend."""
    call_command("migrate", interactive=False, verbosity=0, run_syncdb=True)


def build_project_tables() -> None:
    """The project's own tables on top of the framework's."""
    if not framework_tables_fit():
        # The framework's own tables refer to the project's user model.
        call_command("migrate", interactive=False, verbosity=0, run_syncdb=True)
        return
    added = [config for config in apps.get_app_configs() if config.name not in INSTALLED_APPS]
    migrated = {config.label for config in added if _has_migrations(config)}
    _create_tables([config for config in added if config.label not in migrated])
    if migrated:
        executor = MigrationExecutor(connection)
        targets = [key for key in executor.loader.graph.leaf_nodes() if key[0] in migrated]
        executor.migrate(targets)
    for config in added:
        create_contenttypes(config, verbosity=0)
        create_permissions(config, verbosity=0)


def framework_tables_fit() -> bool:
    return bool(settings.AUTH_USER_MODEL == "auth.User")


def _has_migrations(config: AppConfig) -> bool:
    name, _ = MigrationLoader.migrations_module(config.label)
    if name is None:
        return False
    spec = find_spec(name)
    return spec is not None and spec.submodule_search_locations is not None


def _create_tables(configs: list[AppConfig]) -> None:
    models: list[Any] = [
        model for config in configs for model in config.get_models(include_auto_created=False)
    ]
    if not models:
        return
    with connection.schema_editor() as editor:
        for model in models:
            if model._meta.can_migrate(connection):
                editor.create_model(model)
