"""Secrets of an installation that nobody configured: made once, kept in the ignored var/ folder."""

import os
import secrets
from pathlib import Path


def read_or_create(path: Path, *, nbytes: int = 48) -> str:
    """Return the secret that `path` holds; make it, readable by its owner only, if there is none.

    Two processes that start together agree: the file appears whole, under its name, or not at all.
    """
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(nbytes))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # The other process was first; its secret is the one.
    finally:
        draft.unlink()
    return path.read_text().strip()
