"""The noun: a set of files that boots as a Django project. Checked here before anything of it travels."""

import hashlib
import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

MAX_FILES = 200
MAX_FILE_BYTES = 256 * 1024
MAX_BYTES = 1024 * 1024
MAX_PATH_BYTES = 200
MAX_PART_BYTES = 100
MAX_DEPTH = 12
MAX_APPS = 20

# Modules that the jail or Django import by these names. `startapp` refuses an app named like any module it
# can import.
_RESERVED_PACKAGES = frozenset(
    [
        "django",
        "rest_framework",
        "channels",
        "asgiref",
        "sqlparse",
        "bs4",
        "soupsieve",
        "sandbox",
        "celery",
        "redis",
        "kombu",
        "yaml",
        "pytest",
        "_pytest",
        "sitecustomize",
        "usercustomize",
        "pip",
        "setuptools",
        "pkg_resources",
    ]
)
_RESERVED = _RESERVED_PACKAGES | frozenset(sys.stdlib_module_names)
_RESERVED_PARTS = frozenset({"__pycache__", ".git"})
_DOTTED = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*", re.ASCII)
_SHOWN = 80


class InvalidProject(Exception):
    """The files can't be a project; the message is for the learner."""


@dataclass(frozen=True, kw_only=True)
class Project:
    """`files` are text by relative POSIX path; `apps`, `urls` and `seed` are dotted names.

    `editable` are the paths (a directory ends with /) that may differ between two learners. All other files
    are the exercise's own, and may be warmed up for its learners; None where all files are a learner's.
    """

    files: Mapping[str, str]
    apps: tuple[str, ...] = ()
    urls: str = "urls"
    seed: str = ""
    editable: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "files", MappingProxyType(dict(self.files)))
        object.__setattr__(self, "apps", tuple(self.apps))

    def validate(self) -> None:
        """Raises InvalidProject with what is wrong, in a sentence."""
        check_files(self.files)
        _check_names(self)

    def fixed_files(self) -> dict[str, str]:
        """The files that no learner may change."""
        patterns = self.editable
        if patterns is None:
            return {}
        return {path: text for path, text in self.files.items() if not is_editable(path, patterns)}

    def fixed_part(self) -> dict[str, Any]:
        """All that a template is made from."""
        names = {"apps": list(self.apps), "urls": self.urls, "seed": self.seed}
        return {"files": self.fixed_files(), "editable": list(self.editable or ()), **names}

    def template_key(self) -> bytes:
        """32 bytes that name the fixed part, or nothing where there is none."""
        if not self.fixed_files():
            return b""
        return hashlib.sha256(json.dumps(self.fixed_part(), sort_keys=True).encode()).digest()


def is_editable(path: str, patterns: Iterable[str]) -> bool:
    """Whether one of `patterns` is the path, or a directory, ending with /, above it."""
    return any(
        path == pattern or (pattern.endswith("/") and path.startswith(pattern)) for pattern in patterns
    )


def check_files(files: Mapping[str, str]) -> None:
    """Whether the files may be written below a directory. Raises InvalidProject."""
    if len(files) > MAX_FILES:
        raise InvalidProject(f"{len(files)} files; a project has at most {MAX_FILES}.")
    total = 0
    for path, text in files.items():
        _check_path(path)
        total += _check_text(path, text)
    if total > MAX_BYTES:
        raise InvalidProject(f"The files are {total} bytes together; at most {MAX_BYTES} are allowed.")
    _check_clashes(files)


def _quoted(text: str) -> str:
    shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    return "'" + "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in shown) + "'"


def _check_path(path: object) -> None:
    if not isinstance(path, str):
        raise InvalidProject("A file's path has to be text.")
    name = _quoted(path)
    if not path:
        raise InvalidProject("A file has no name.")
    try:
        size = len(path.encode())
    except UnicodeEncodeError:
        raise InvalidProject(f"The path {name} is not valid Unicode.") from None
    if size > MAX_PATH_BYTES:
        raise InvalidProject(f"The path {name} is too long; at most {MAX_PATH_BYTES} bytes are allowed.")
    if any(unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp") for character in path):
        raise InvalidProject(f"The path {name} has a control character in it.")
    if "\\" in path:
        raise InvalidProject(f"The path {name} has a backslash in it; use / between directories.")
    if unicodedata.normalize("NFC", path) != path:
        raise InvalidProject(f"The path {name} is not in Unicode's normal form NFC.")
    _check_parts(path, name)


def _check_parts(path: str, name: str) -> None:
    if path.startswith("/") or (len(path) > 1 and path[1] == ":"):
        raise InvalidProject(f"The path {name} is absolute; paths are relative to the project.")
    parts = path.split("/")
    if any(part in ("", ".", "..") for part in parts):
        raise InvalidProject(f"The path {name} has an empty part, '.' or '..' in it.")
    if len(parts) > MAX_DEPTH:
        raise InvalidProject(f"The path {name} is more than {MAX_DEPTH} directories deep.")
    for part in parts:
        if len(part.encode()) > MAX_PART_BYTES:
            raise InvalidProject(f"A name in the path {name} is longer than {MAX_PART_BYTES} bytes.")
        if part != part.strip() or part.endswith("."):
            raise InvalidProject(
                f"A name in the path {name} begins or ends with a space, or ends with a dot."
            )
        if part.casefold() in _RESERVED_PARTS:
            raise InvalidProject(f"The path {name} uses the reserved name '{part}'.")
    first = PurePosixPath(parts[0])
    module = first.stem if len(parts) == 1 else parts[0]
    if path.endswith(".py") and module.casefold() in _RESERVED:
        raise InvalidProject(f"The path {name} would hide the module '{module}'; choose another name.")


def _check_text(path: str, text: object) -> int:
    name = _quoted(path)
    if not isinstance(text, str):
        raise InvalidProject(f"The file {name} is not text.")
    if len(text) > MAX_FILE_BYTES:
        raise InvalidProject(f"The file {name} is larger than {MAX_FILE_BYTES} bytes.")
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise InvalidProject(f"The file {name} is not valid Unicode.") from None
    if size > MAX_FILE_BYTES:
        raise InvalidProject(f"The file {name} is larger than {MAX_FILE_BYTES} bytes.")
    return size


def _check_clashes(files: Mapping[str, str]) -> None:
    spelled: dict[str, str] = {}
    directories: dict[str, str] = {}
    for path in files:
        for above in PurePosixPath(path).parents:
            if str(above) != ".":
                known = directories.setdefault(str(above).casefold(), str(above))
                if known != str(above):
                    raise InvalidProject(f"{_quoted(known)} and {_quoted(str(above))} differ in case only.")
        other = spelled.setdefault(path.casefold(), path)
        if other != path:
            raise InvalidProject(f"{_quoted(other)} and {_quoted(path)} differ in case only.")
    for folded, path in spelled.items():
        if folded in directories:
            raise InvalidProject(f"{_quoted(path)} is a file and a directory at once.")


def _check_names(project: Project) -> None:
    if len(project.apps) > MAX_APPS:
        raise InvalidProject(f"{len(project.apps)} apps; a project has at most {MAX_APPS}.")
    for kind, name in (
        *(("app", app) for app in project.apps),
        ("URLconf", project.urls),
        *((("seed", project.seed),) if project.seed else ()),
    ):
        if not isinstance(name, str) or len(name) > MAX_PATH_BYTES or not _DOTTED.fullmatch(name):
            raise InvalidProject(f"The {kind} {_quoted(str(name))} is not a dotted Python name.")
    if project.seed and "." not in project.seed:
        raise InvalidProject(f"The seed {_quoted(project.seed)} has to name a module and a function in it.")
