"""What a demo may bring that is a project's and not an app's, for packages that ask for it.

All demos share one process and one settings module. A package such as allauth takes settings without a
lesson in their names, and reverses URLs without a namespace ("account_login"). So a demo may have

- `demo/project.py` with `package_setting(name, default)`, asked in place of the settings module while a
  request of this lesson is answered;
- `demo/project_urls.py` with `urlpatterns`, mounted below the lesson's prefix without a namespace, and
  seen by requests of this lesson only.
"""

import functools
import hashlib
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

from django.conf import settings
from django.urls import include, path

from sandbox.demos.discovery import Demo
from sandbox.demos.places import place_or_none
from sandbox.demos.worlds import World


def package_setting(name: str, default: Any) -> Any:
    """For a package's own hook, as ALLAUTH_SETTING_GETTER: the lesson's answer, or the settings module's."""
    place = place_or_none()
    if isinstance(place, World):
        own = _part(place.demo, "project")
        if own is not None:
            ask: Callable[[str, Any], Any] = own.package_setting
            return ask(name, default)
    return getattr(settings, name, default)


@functools.cache
def urlconf_of(demo: Demo) -> ModuleType | None:
    """The site's URLs and the demo's own ones without a namespace; None where it has none."""
    own = _part(demo, "project_urls")
    if own is None:
        return None
    urlconf = ModuleType(f"{demo.module}.urlconf")
    site = import_module(settings.ROOT_URLCONF)
    below = path(demo.prefix.lstrip("/"), include(own.urlpatterns))
    urlconf.urlpatterns = [*site.urlpatterns, below]  # type: ignore[attr-defined]
    return urlconf


def cache_key(key: str, prefix: str, version: int) -> str:
    """A cache of their own for each visitor in each lesson, empty after a reset.

    Throttles count by address or user name there, and all visitors are called ada.
    """
    place = place_or_none()
    identity = "" if place is None else hashlib.sha256(repr(place.identity).encode()).hexdigest()
    return f"{prefix}:{version}:{identity}:{key}"


@functools.cache
def _part(demo: Demo, name: str) -> ModuleType | None:
    file = demo.folder / "demo" / f"{name}.py"
    return import_module(f"{demo.module}.{name}") if file.is_file() else None
