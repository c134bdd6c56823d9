"""An exercise's fixed part, booted once in a process that forks: settings, apps, models, the seeded database.

It never sees a learner's file. What could import one, or be replaced by one, makes the exercise unfit for a
template; it is then booted as a whole for each grade, as ever.
"""

import gc
import importlib
import resource
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.staticfiles.finders import get_finder
from django.db import connections
from django.template.utils import get_app_template_dirs
from django.test.utils import override_settings
from django.utils.module_loading import autodiscover_modules, import_string

from sandbox.jail.harness import applied
from sandbox.jail.harness.database import Database
from sandbox.jail.limits import TEMPLATE_BYTES
from sandbox.jail.project import is_editable

# Checks of these need not be repeated for each learner: they look at the models and the settings,
_CHECKED = frozenset({"models", "translation", "caches", "files"})
# and these at template tags too.
_CHECKED_WITH_TAGS = _CHECKED | {"templates", "staticfiles"}


class Unfit(Exception):
    """The fixed part depends on what a learner writes."""


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What a template hands to its children, beside what Python has in memory."""

    fixed: Path
    seeded: bool
    overrides: Mapping[str, Any]
    checked: frozenset[str]
    later: tuple[str, ...]  # admin modules that a learner may write
    modules: tuple[ModuleType, ...]  # the fixed ones: a child that looked at all would copy their memory

    def move(self, job: dict[str, Any], slot: Path) -> None:
        """From the template's directory into the child's, which has all files, the learner's too."""
        for module in self.modules:
            _move_module(module, self.fixed, slot)
        for config in apps.get_app_configs():
            config.path = _moved(config.path, self.fixed, slot)
        get_app_template_dirs.cache_clear()  # type: ignore[attr-defined]
        get_finder.cache_clear()  # type: ignore[attr-defined]
        boot = importlib.import_module("sandbox.jail.harness.boot")
        changed = {name: _moved(value, self.fixed, slot) for name, value in self.overrides.items()}
        changed = {name: value for name, value in changed.items() if value != self.overrides[name]}
        if (slot / "static").is_dir():
            changed.setdefault("STATICFILES_DIRS", [slot / "static"])
        override_settings(**{**changed, "ROOT_URLCONF": boot.urlconf(job, slot)}).enable()
        if self.later:
            autodiscover_modules("admin", register_to=admin.site)


_prepared: Prepared | None = None


def prepared() -> Prepared | None:
    """In a template's child: what the template prepared."""
    return _prepared


def lay_out(slot: Path, files: Mapping[str, str]) -> tuple[Path, Path]:
    """Writes the fixed files; gives their directory, and the one for the children's."""
    fixed, slots = slot / "fixed", slot / "children"
    fixed.mkdir()
    slots.mkdir()
    for name, text in files.items():
        path = fixed / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    return fixed, slots


def prepare(job: dict[str, Any], fixed: Path, database: Database) -> None:
    """`job` is `Project.fixed_part()`. Raises Unfit, and whatever the exercise's own code raises."""
    global _prepared
    boot = importlib.import_module("sandbox.jail.harness.boot")
    guard = _Guard(job)
    sys.meta_path.insert(0, guard)
    _require_fixed(job)
    held = _most_memory()
    boot.enter(fixed)
    overrides = boot.project_settings(job, fixed)
    applied.apply(overrides)
    tags_are_open = any(path.endswith("/") or "/templatetags/" in path for path in job["editable"])
    checked = _CHECKED if tags_are_open else _CHECKED_WITH_TAGS
    boot.run_checks(only=checked)
    boot.fill_tables(database)
    module, _, _ = job["seed"].rpartition(".")
    seeded = not (module and guard.is_open(module))
    if seeded and module:
        import_string(job["seed"])()
    if seeded:
        database.remember()
    connections.close_all()
    if guard.touched:
        raise Unfit(f"it imports what a learner may write: {', '.join(sorted(guard.touched))}")
    if _most_memory() - held > TEMPLATE_BYTES:
        raise Unfit("it holds too much memory to be kept")
    sys.meta_path.remove(guard)
    later = tuple(sorted(guard.later))
    modules = tuple(_modules_below(fixed))
    _prepared = Prepared(
        fixed=fixed, seeded=seeded, overrides=overrides, checked=checked, later=later, modules=modules
    )
    gc.collect()
    gc.freeze()


def _most_memory() -> int:
    """Bytes, since the process began."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _require_fixed(job: dict[str, Any]) -> None:
    """What decides about the apps and the tables has to be fixed."""
    parts = ("__init__.py", "apps.py", "models.py", "models/__init__.py", "migrations/__init__.py")
    needed = ["settings.py"]
    needed += [
        f"{app.partition('.apps.')[0].replace('.', '/')}/{part}" for app in job["apps"] for part in parts
    ]
    found = [path for path in needed if is_editable(path, job["editable"])]
    if found:
        raise Unfit(f"a learner may write {', '.join(found)}")


class _Guard(MetaPathFinder):
    """Notices when a module is wanted that a learner may write, and lets nobody have it."""

    def __init__(self, job: dict[str, Any]) -> None:
        self._editable = job["editable"]
        self._admin = {f"{app.partition('.apps.')[0]}.admin" for app in job["apps"]}
        self.touched: set[str] = set()
        self.later: set[str] = set()

    def is_open(self, name: str) -> bool:
        path = name.replace(".", "/")
        return any(is_editable(f"{path}{end}", self._editable) for end in (".py", "/__init__.py"))

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        if self.is_open(name):
            # The admin looks for these by itself, and does so again in the child.
            (self.later if name in self._admin else self.touched).add(name)
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def _modules_below(directory: Path) -> Iterator[ModuleType]:
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and file.startswith(f"{directory}/"):
            yield module


def _move_module(module: ModuleType, source: Path, target: Path) -> None:
    module.__file__ = _moved(module.__file__, source, target)
    spec = module.__spec__
    if spec is not None:
        spec.origin = module.__file__
        if spec.submodule_search_locations is not None:
            moved = _moved(list(spec.submodule_search_locations), source, target)
            spec.submodule_search_locations = module.__path__ = moved


def _moved(value: Any, source: Path, target: Path) -> Any:
    if isinstance(value, str) and (value == str(source) or value.startswith(f"{source}/")):
        return f"{target}{value[len(str(source)) :]}"
    if isinstance(value, Path) and value.is_relative_to(source):
        return target / value.relative_to(source)
    if isinstance(value, list | tuple):
        return type(value)(_moved(item, source, target) for item in value)
    if isinstance(value, dict):
        return {key: _moved(item, source, target) for key, item in value.items()}
    return value
