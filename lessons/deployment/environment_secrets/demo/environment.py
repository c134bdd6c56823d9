"""What the settings module reads: in an ordinary project `env = environ.FileAwareEnv()` and the disk.

Here it is a visitor's environment and files, and never this server's own.
"""

import errno
import io
from collections.abc import Iterator, Mapping, MutableMapping
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import environ
from environ.fileaware_mapping import FileAwareMapping

ENVIRONMENT, DOTENV, DEFAULT = "environment", ".env", "default"


class Place(NamedTuple):
    """One of the places that had a value, the winner first."""

    where: str  # "/run/secrets/…", "environment", ".env" or "default"
    value: str


@dataclass
class Sources(FileAwareMapping):
    """A `FileAwareMapping` whose files are the visitor's, and which notes what was asked of it."""

    variables: Mapping[str, str]
    files: Mapping[str, str]  # text by path
    asked: dict[str, list[Place]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(env=dict(self.variables), cache=False)
        self._dotenv: dict[str, str] = {}

    def open(self, path: str) -> io.StringIO:
        if path not in self.files:
            raise FileNotFoundError(errno.ENOENT, "No such file or directory", path)
        return io.StringIO(self.files[path])

    def __getitem__(self, key: str) -> str:
        path = self.env.get(f"{key}_FILE")
        if path:
            return self.open(path).read()
        return self.env[key]

    def places(self, key: str, default: Any) -> list[Place]:
        path = self.env.get(f"{key}_FILE")
        found = [Place(path, self.files[path])] if path in self.files else []
        for where, values in ((ENVIRONMENT, self.variables), (DOTENV, self._dotenv)):
            if key in values:
                found.append(Place(where, values[key]))
        if default is not environ.Env.NOTSET:
            found.append(Place(DEFAULT, str(default)))
        return found

    def remember_dotenv(self, values: Mapping[str, str]) -> None:
        self._dotenv = dict(values)


_sources: ContextVar[Sources] = ContextVar("sources")


class _Visitors(MutableMapping[str, str]):
    """The sources of whoever is being served."""

    def __getitem__(self, key: str) -> str:
        return _sources.get()[key]

    def __setitem__(self, key: str, value: str) -> None:
        _sources.get()[key] = value

    def __delitem__(self, key: str) -> None:
        del _sources.get()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(_sources.get())

    def __len__(self) -> int:
        return len(_sources.get())


class VisitorEnv(environ.FileAwareEnv):
    """django-environ's own, on another mapping, and with a note of each variable that is asked for."""

    ENVIRON = _Visitors()

    def get_value(self, var: str, cast: Any = None, default: Any = environ.Env.NOTSET, **options: Any) -> Any:
        sources = _sources.get()
        sources.asked.setdefault(var, sources.places(var, default))
        return super().get_value(var, cast=cast, default=default, **options)


env = VisitorEnv()


def file(path: str) -> io.StringIO:
    """Open a file of the visitor's; an empty one where there is none, as `read_env` passes over that."""
    sources = _sources.get()
    text = sources.files.get(path, "")
    sources.remember_dotenv(parsed(text))
    return io.StringIO(text)


def use(sources: Sources) -> Token[Sources]:
    """Let the settings module read these, until `done`."""
    return _sources.set(sources)


def done(token: Token[Sources]) -> None:
    _sources.reset(token)


def parsed(text: str) -> dict[str, str]:
    """The variables of a .env file, as django-environ reads it: without quotes, without what is no line."""

    class Alone(environ.Env):
        ENVIRON: MutableMapping[str, str] = {}

    Alone.read_env(io.StringIO(text))
    return dict(Alone.ENVIRON)
