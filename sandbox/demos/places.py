"""Which database file the current context works on."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from django.db import OperationalError


class Place(Protocol):
    @property
    def identity(self) -> tuple[Any, ...]:
        """Equal for two places if a connection to one may serve the other."""

    def file(self) -> Path:
        """The SQLite file; made when it is not there."""


@dataclass(frozen=True)
class PlainFile:
    """A file that belongs to no visitor: an original being built, an author's scratch database."""

    path: Path

    @property
    def identity(self) -> tuple[Any, ...]:
        return ("file", self.path)

    def file(self) -> Path:
        return self.path


class NoWorldError(OperationalError):
    """A query was made where it is not known whose database to ask."""


# A context variable: it follows a request through coroutines and into the threads of sync_to_async.
_current: ContextVar[Place | None] = ContextVar("demos_place", default=None)


def current_place() -> Place:
    """Raises NoWorldError outside of any world."""
    place = _current.get()
    if place is None:
        raise NoWorldError(
            "No visitor's world is set here. In a thread or a task that a request started, use "
            "`with world(visitor, lesson):` from sandbox.demos.worlds."
        )
    return place


def place_or_none() -> Place | None:
    return _current.get()


@contextmanager
def at(place: Place) -> Iterator[None]:
    token = _current.set(place)
    try:
        yield
    finally:
        _current.reset(token)


def enter(place: Place | None) -> Place | None:
    """Set the place for the rest of this context, and return the one before."""
    before = _current.get()
    _current.set(place)
    return before
