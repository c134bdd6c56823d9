"""Pictures that authors uploaded into Markdown: in the site's media, and in the lesson's folder `pictures/`.

Markdown names them by their address, `/media/…`; an export takes the files along, a load puts them back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage

FOLDER = "pictures"
# No SVG: opened by its address it would be a page of this site.
TYPES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif"})
_NAME = re.compile(r"[\w.-]+(?:/[\w.-]+)*\Z", re.ASCII)


def pictures_in(texts: Iterable[str]) -> list[str]:
    """Return the names in the media of the pictures that these Markdown texts show, and that are there."""
    address = re.compile(rf"!\[[^\]]*\]\({re.escape(settings.MEDIA_URL)}(?P<name>[^)\s]+)\)")
    names = sorted({found["name"] for text in texts for found in address.finditer(text)})
    return [name for name in names if _is_picture(name) and default_storage.exists(name)]


def read_picture(name: str) -> bytes:
    with default_storage.open(name) as file:
        return file.read()


def write_pictures(names: Iterable[str], lesson: Path) -> list[str]:
    """Copy pictures into a lesson's folder, where they are missing or others; return what was written."""
    written = []
    for name in names:
        target, data = lesson / FOLDER / name, read_picture(name)
        if not target.is_file() or target.read_bytes() != data:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            written.append(name)
    return written


def load_pictures(lesson: Path) -> list[str]:
    """Put the pictures of a lesson's folder into the media, where they are missing; return their names.

    One that is there stays: other lessons may show it.
    """
    loaded = []
    root = lesson / FOLDER
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_file() and _is_picture(name) and not default_storage.exists(name):
            with path.open("rb") as file:
                default_storage.save(name, File(file))
            loaded.append(name)
    return loaded


def _is_picture(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return bool(_NAME.match(name)) and ".." not in parts and PurePosixPath(name).suffix.lower() in TYPES
