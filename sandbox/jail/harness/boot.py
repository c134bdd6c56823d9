"""From files to a Django project that answers.

Whatever a learner's code does wrong here becomes BootFailed.
"""

import importlib
import os
import sys
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import checks
from django.urls import get_resolver
from django.utils.module_loading import import_string

from sandbox.jail.harness import applied, template
from sandbox.jail.harness.base_settings import FIXED, INSTALLED_APPS, templates
from sandbox.jail.harness.database import Database, build_project_tables, framework_tables_fit
from sandbox.jail.harness.errors import Own, describe

# They compare management commands, and take 5 ms.
_NEEDLESS = frozenset({"commands"})
_REPOSITORY = str(Path(__file__).resolve().parents[3])


class BootFailed(Exception):
    """`problem` is `{"type", "message", "frames", "stage"}`."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(problem["message"])
        self.problem = problem


class ChecksFailed(Exception):
    """What `manage.py check` would say."""


def boot(job: dict[str, Any], slot: Path, database: Database, own: Own) -> None:
    """`job` has `files`, `apps`, `urls`, `seed`. Raises BootFailed."""
    stage = "settings.py"
    try:
        warm = template.prepared()
        enter(slot)
        if warm:
            warm.move(job, slot)
        else:
            overrides = project_settings(job, slot)
            stage = "apps and models"
            applied.apply(overrides)
        stage = "the URLconf"
        applied.refresh_rest_framework()
        _load_urls(job)
        stage = "system checks"
        run_checks(without=warm.checked if warm else frozenset())
        stage = "tables and migrations"
        if not warm:
            fill_tables(database)
        if not (warm and warm.seeded):
            stage = "the seed"
            if job["seed"]:
                import_string(job["seed"])()
            database.remember()
    except BaseException as error:
        raise BootFailed({"stage": stage, **describe(error, own)}) from error


def fill_tables(database: Database) -> None:
    """The project's, beside those that the framework has by now."""
    if not framework_tables_fit():
        database.empty()
    build_project_tables()


def enter(slot: Path) -> None:
    os.chdir(slot)
    sys.path[:] = [str(slot), *(entry for entry in sys.path if entry not in ("", _REPOSITORY))]
    # A directory that nobody has looked into: there is nothing of it to forget.
    sys.path_importer_cache.pop(str(slot), None)


def project_settings(job: dict[str, Any], slot: Path) -> dict[str, Any]:
    overrides: dict[str, Any] = {"TEMPLATES": templates([str(slot / "templates")])}
    if (slot / "static").is_dir():
        overrides["STATICFILES_DIRS"] = [slot / "static"]
    if (slot / "settings.py").exists():
        os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
        module = importlib.import_module("settings")
        names = [name for name in dir(module) if name.isupper() and name not in FIXED]
        overrides |= {name: getattr(module, name) for name in names}
        databases = getattr(module, "DATABASES", {})
        if databases.get("default", {}).get("ATOMIC_REQUESTS"):
            # Set on what exists already: a new DATABASES would not reach the connections.
            settings.DATABASES["default"]["ATOMIC_REQUESTS"] = True
    installed = list(overrides.get("INSTALLED_APPS", INSTALLED_APPS))
    named = {entry.partition(".apps.")[0] for entry in installed}
    overrides["INSTALLED_APPS"] = installed + [app for app in job["apps"] if app not in named]
    overrides["ROOT_URLCONF"] = urlconf(job, slot)
    return overrides


def urlconf(job: dict[str, Any], slot: Path) -> str:
    name = str(job["urls"])
    path = slot / name.replace(".", "/")
    missing = name == "urls" and not path.with_suffix(".py").exists() and not (path / "__init__.py").exists()
    return "sandbox.jail.harness.no_urls" if missing else name


def _load_urls(job: dict[str, Any]) -> None:
    get_resolver().url_patterns  # noqa: B018 - loading it is the point


def run_checks(*, only: frozenset[str] = frozenset(), without: frozenset[str] = frozenset()) -> None:
    """As `manage.py check` does, of the project's own apps. Raises ChecksFailed."""
    framework = set(INSTALLED_APPS)
    own = [config for config in apps.get_app_configs() if config.name not in framework]
    tags = sorted((only or checks.registry.registry.tags_available()) - without - _NEEDLESS)
    found = checks.run_checks(app_configs=own, tags=tags)
    errors = [str(message) for message in found if message.is_serious() and not message.is_silenced()]
    if errors:
        raise ChecksFailed("\n".join(errors))
