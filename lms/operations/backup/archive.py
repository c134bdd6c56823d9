"""The file itself: a compressed tar, whose last member says what the others have to be."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.db import connection

from lms.operations.backup import databases

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1 << 20


class BackupError(Exception):
    """Why there is no backup, or why this one cannot be used: a sentence."""


@dataclass
class Manifest:
    """What a backup holds. `files` are bytes and SHA-256 by name, `database` is the engine's own account."""

    made_at: str
    engine: str
    migrations: list[str]
    release: str = ""
    format: int = FORMAT
    database: dict[str, Any] = field(default_factory=dict)
    files: dict[str, tuple[int, str]] = field(default_factory=dict)


class _Hashed:
    """A file that is hashed while something else reads it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest, self.size = file, hashlib.sha256(), 0

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        self.size += len(data)
        return data


def write(target: Path, *, now: datetime, with_secrets: bool = False) -> Manifest:
    """Write a backup of this installation to `target`, whole or not at all, and read it once more.

    Raises BackupError.
    """
    if target.exists():
        raise BackupError(f"{target} exists already.")
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BackupError(f"There is no backup: {error}") from error
    try:
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as staging:
            manifest = _write(part, Path(staging), now, with_secrets)
        if asdict(read(part)) != asdict(manifest):
            raise BackupError("What was written is not what was to be written.")
        os.link(part, target)
    except FileExistsError as error:
        raise BackupError(f"{target} exists already.") from error
    except (OSError, databases.DatabaseProblem) as error:
        raise BackupError(f"There is no backup: {error}") from error
    finally:
        part.unlink(missing_ok=True)
    return manifest


def read(path: Path, into: Path | None = None) -> Manifest:
    """Read a backup and check every byte of it; with `into`, unpack it there. Raises BackupError."""
    found: dict[str, tuple[int, str]] = {}
    manifest: Manifest | None = None
    try:
        with tarfile.open(path, "r:gz") as archive:
            for member in archive:
                if not member.isfile() or not _is_safe(member.name):
                    raise BackupError(f"{path.name} has something in it that no backup has: {member.name}")
                source = archive.extractfile(member)
                assert source is not None
                if member.name == MANIFEST:
                    manifest = _parse(source.read())
                    continue
                hashed = _Hashed(source)
                _unpack(hashed, into / member.name if into else None)
                found[member.name] = (hashed.size, hashed.digest.hexdigest())
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise BackupError(f"{path.name} cannot be read: {error}") from error
    if manifest is None:
        raise BackupError(f"{path.name} ends too early: it is not whole.")
    for name in sorted(manifest.files.keys() | found.keys()):
        if manifest.files.get(name) != found.get(name):
            raise BackupError(f"{path.name} is damaged: {name} is not what was backed up.")
    return manifest


def _write(part: Path, staging: Path, now: datetime, with_secrets: bool) -> Manifest:
    database = staging / "database"
    database.mkdir()
    facts = databases.dump(database)
    manifest = Manifest(
        made_at=now.isoformat(timespec="seconds"),
        engine=connection.vendor,
        migrations=facts.pop("migrations"),
        release=settings.RELEASE,
        database=facts,
    )
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as raw:
        with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=6) as archive:
            for name, file in _members(database, with_secrets):
                # Somebody may remove a picture at this moment.
                with contextlib.suppress(FileNotFoundError):
                    manifest.files[name] = _add(archive, name, file)
            text = json.dumps(asdict(manifest), indent=1, sort_keys=True).encode()
            info = tarfile.TarInfo(MANIFEST)
            info.size, info.mode = len(text), 0o600
            with tempfile.TemporaryFile() as source:
                source.write(text)
                source.seek(0)
                archive.addfile(info, source)
        raw.flush()
        os.fsync(raw.fileno())
    return manifest


def _members(database: Path, with_secrets: bool) -> Iterator[tuple[str, Path]]:
    folders = {"database": database, "media": Path(settings.MEDIA_ROOT)}
    if with_secrets:
        folders["secrets"] = Path(settings.VAR_DIR) / "secrets"
    for name, folder in folders.items():
        for file in sorted(folder.rglob("*")):
            if file.is_file() and not file.is_symlink():
                yield f"{name}/{file.relative_to(folder).as_posix()}", file


def _add(archive: tarfile.TarFile, name: str, path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        info = tarfile.TarInfo(name)
        info.size, info.mode = os.fstat(file.fileno()).st_size, 0o600
        hashed = _Hashed(file)
        archive.addfile(info, hashed)
    return hashed.size, hashed.digest.hexdigest()


def _unpack(source: _Hashed, target: Path | None) -> None:
    if target is None:
        while source.read(CHUNK):
            pass
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        while chunk := source.read(CHUNK):
            file.write(chunk)


def _is_safe(name: str) -> bool:
    path = PurePosixPath(name)
    known = name == MANIFEST or path.parts[0] in ("database", "media", "secrets")
    return known and not path.is_absolute() and ".." not in path.parts


def _parse(text: bytes) -> Manifest:
    try:
        told = json.loads(text)
        if told["format"] != FORMAT:
            raise BackupError(f"This backup has format {told['format']}; this release reads {FORMAT}.")
        told["files"] = {name: (size, digest) for name, (size, digest) in told["files"].items()}
        return Manifest(**told)
    except (ValueError, KeyError, TypeError) as error:
        raise BackupError("The backup's manifest makes no sense: it is not one of ours.") from error
