"""For demos that run something beside the site, as a server of their own: when to begin, and when to end it.

A demo may have `demo/lifecycle.py` with any of these functions, none of which takes an argument:

- `site_started()`: the site is about to take requests. What an earlier run has left behind can be ended.
- `site_stopped()`: it takes no more. Not called when the site is killed.
- `before_reset()`: a visitor puts their world back. Their rows are still there, and are gone afterwards.
"""

import functools
import logging
from collections.abc import Iterable
from importlib import import_module
from types import ModuleType

from django.db import connections

from sandbox.demos import places
from sandbox.demos.discovery import Demo
from sandbox.demos.worlds import World

log = logging.getLogger(__name__)


def site_started(demos: Iterable[Demo]) -> None:
    for demo in demos:
        _tell(demo, "site_started")


def site_stopped(demos: Iterable[Demo]) -> None:
    for demo in demos:
        _tell(demo, "site_stopped")


def before_reset(world: World) -> None:
    if _part(world.demo) is None:
        return  # or its database would be made only to be removed
    with places.at(world):
        try:
            _tell(world.demo, "before_reset")
        finally:
            connections.close_all()


def _tell(demo: Demo, name: str) -> None:
    """A demo that fails at it stops neither the site nor the reset."""
    try:
        function = getattr(_part(demo), name, None)
        if function is not None:
            function()
    except Exception:
        log.exception("%s of %s failed", name, demo.slug)


@functools.cache
def _part(demo: Demo) -> ModuleType | None:
    file = demo.folder / "demo" / "lifecycle.py"
    return import_module(f"{demo.module}.lifecycle") if file.is_file() else None
