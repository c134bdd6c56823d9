"""Static files over the wire as small as gzip makes them, where no collectstatic has run."""

from __future__ import annotations

import gzip
import hashlib
import os
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

from django.conf import settings
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

COMPRESSIBLE = {".css", ".js", ".json", ".svg", ".txt"}
WORTH_IT = 500  # bytes; below that the headers weigh more than what is saved


class CompressingWhiteNoise(WhiteNoiseMiddleware):
    """WhiteNoise that compresses this repository's own files when it finds them at the start.

    Files of collectstatic come with their compressed copies, by the storage; finders have none. The copies
    are below settings.VAR_DIR, named by what is in them, so that none can be out of date.
    """

    def get_static_file(self, path: str, url: str, stat_cache: dict[str, Any] | None = None) -> StaticFile:
        if not self.use_finders or not _is_ours(Path(path)):
            return super().get_static_file(path, url, stat_cache=stat_cache)
        headers = Headers([])
        self.add_mime_headers(headers, path, url)
        self.add_cache_headers(headers, path, url)
        return StaticFile(path, headers.items(), encodings={"gzip": str(compressed_copy(Path(path)))})


def compressed_copy(path: Path) -> Path:
    """Return the gzipped copy of `path`, made unless it is there already."""
    content = path.read_bytes()
    copy = settings.VAR_DIR / "compressed" / f"{hashlib.sha256(content).hexdigest()}.gz"
    if not copy.exists():
        copy.parent.mkdir(parents=True, exist_ok=True)
        # Several processes may start at once, and none may see half a file.
        part = copy.with_suffix(f".{os.getpid()}")
        part.write_bytes(gzip.compress(content, compresslevel=9, mtime=0))
        part.replace(copy)
    return copy


def _is_ours(path: Path) -> bool:
    inside = path.is_relative_to(settings.BASE_DIR) and not path.is_relative_to(settings.BASE_DIR / ".venv")
    return inside and path.suffix in COMPRESSIBLE and path.stat().st_size >= WORTH_IT
