"""How large a figure is, so that its page keeps the place free while it loads."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import parse
from PIL import Image, UnidentifiedImageError

Size = tuple[int, int]


def size_of(file: Path) -> Size | None:
    """Return width and height in pixels; None for a file that is not there or does not say."""
    try:
        status = file.stat()
    except OSError:
        return None
    return _size_of(file, status.st_mtime_ns)


@lru_cache(maxsize=256)
def _size_of(file: Path, changed: int) -> Size | None:
    try:
        if file.suffix == ".svg":
            return _svg_size(file)
        with Image.open(file) as image:
            return image.size
    except (OSError, ParseError, DefusedXmlException, UnidentifiedImageError):
        # A picture that cannot be measured is shown all the same; only the place is not kept.
        return None


def _svg_size(file: Path) -> Size | None:
    root = parse(file).getroot()
    numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", root.get("viewBox", ""))]
    if len(numbers) != 4 or numbers[2] <= 0 or numbers[3] <= 0:
        return None
    return round(numbers[2]), round(numbers[3])
