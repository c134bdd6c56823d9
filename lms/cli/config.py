"""Which site, and the key for it: one file that only its owner can read."""

from __future__ import annotations

import json
import os
from pathlib import Path

from .http import CliError, Site

DEFAULT_SITE = "http://localhost:8000"


def path() -> Path:
    folder = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(folder) / "django-mastery" / "config.json"


def read() -> Site:
    """Return the site that somebody has signed in to. Raises CliError where nobody has."""
    try:
        stored = json.loads(path().read_text())
        return Site(stored["site"], stored["key"])
    except FileNotFoundError as error:
        raise CliError("You are not signed in. Run: login") from error
    except (ValueError, KeyError, TypeError) as error:
        raise CliError(f"{path()} cannot be read. Run: login") from error


def write(site: Site) -> None:
    path().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        os.fchmod(descriptor, 0o600)
        json.dump({"site": site.origin, "key": site.key}, file)


def forget() -> None:
    path().unlink(missing_ok=True)
