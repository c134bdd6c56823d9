"""A backup is whole or is not there; what was destroyed comes back; what is damaged is refused."""

from __future__ import annotations

import contextlib
import errno
import gzip
import random
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from lms.accounts.models import Learner, User
from lms.operations.backup import BackupError, databases, read, restore, write
from lms.operations.backup.restoring import replaced
from tests.conftest import made_once
from tests.database.base import copy_migrated
from tests.stack import Stack

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture
def media(settings, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path / "var"
    settings.MEDIA_ROOT = tmp_path / "var" / "media"
    (settings.MEDIA_ROOT / "images").mkdir(parents=True)
    (settings.MEDIA_ROOT / "images" / "a.png").write_bytes(b"picture")
    return settings.MEDIA_ROOT


@pytest.mark.django_db(transaction=True)
def test_a_backup_has_the_rows_the_files_and_their_checksums(media, tmp_path):
    User.objects.create_user("jo@example.org", "x")
    path = tmp_path / "out" / "one.tar.gz"
    manifest = write(path, now=NOW)
    assert manifest.database["rows"]["accounts_user"] == 1
    assert manifest.files["media/images/a.png"][0] == len(b"picture")
    assert path.stat().st_mode & 0o077 == 0, "it holds people's addresses"
    assert read(path, into=tmp_path / "unpacked").files == manifest.files
    with sqlite3.connect(tmp_path / "unpacked/database/course.sqlite3") as database:
        assert database.execute("SELECT email FROM accounts_user").fetchall() == [("jo@example.org",)]
    assert [entry.name for entry in path.parent.iterdir()] == ["one.tar.gz"], "nothing half made is left"


@pytest.mark.django_db(transaction=True)
def test_secrets_are_in_it_only_where_somebody_asked(media, tmp_path):
    (media.parent / "secrets").mkdir()
    (media.parent / "secrets" / "badges").write_text("s3cret")
    assert not any(name.startswith("secrets/") for name in write(tmp_path / "a.tar.gz", now=NOW).files)
    assert "secrets/badges" in write(tmp_path / "b.tar.gz", now=NOW, with_secrets=True).files


@pytest.mark.django_db(transaction=True)
def test_damage_is_found_whatever_it_is(media, tmp_path):
    path = tmp_path / "one.tar.gz"
    write(path, now=NOW)
    whole = path.read_bytes()

    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BackupError, match=r"cannot be read|ends too early"):
        read(cut)

    flipped = tmp_path / "flipped.tar.gz"
    flipped.write_bytes(whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:])
    with pytest.raises(BackupError):
        read(flipped)

    # Damage in the middle of what is compressed, wherever it is.
    noise = random.Random(7).randbytes(4096)
    for place in range(len(whole) // 8, len(whole) * 7 // 8, len(whole) // 8):
        torn = tmp_path / f"torn-{place}.tar.gz"
        torn.write_bytes(whole[:place] + noise + whole[place + len(noise) :])
        with pytest.raises(BackupError):
            read(torn)

    # Of a kind that tarfile does not know: in the middle of a file, a block that is none.
    packer, content = zlib.compressobj(wbits=31), gzip.decompress(whole)
    begun = packer.compress(content[: len(content) // 2]) + packer.flush(zlib.Z_FULL_FLUSH)
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(begun + b"\x07" + noise)
    with pytest.raises(BackupError, match="while decompressing"):
        read(broken)

    for name, change in {"changed": "media/images/a.png", "smuggled": "../../etc/passwd"}.items():
        other = tmp_path / f"{name}.tar.gz"
        _rewrite(path, other, change)
        with pytest.raises(BackupError, match=r"not what was backed up|no backup has"):
            read(other)

    with pytest.raises(BackupError, match="cannot be read"):
        read(Path(__file__))


def _rewrite(source: Path, target: Path, name: str) -> None:
    """Copy an archive with other content under `name`."""
    import io

    with tarfile.open(source) as old, tarfile.open(target, "w:gz") as new:
        for member in old:
            if member.name != name:
                new.addfile(member, old.extractfile(member))
            if member.name != "manifest.json":
                continue
        info = tarfile.TarInfo(name)
        info.size = 5
        new.addfile(info, io.BytesIO(b"other"))


@pytest.mark.django_db(transaction=True)
def test_only_the_latest_are_kept_where_a_number_is_given(media, tmp_path, capsys):
    for day in (1, 2, 3):
        (tmp_path / f"course-2026010{day}-000000.tar.gz").touch()
    (tmp_path / "holiday.tar.gz").touch()
    call_command("backup", "--to", str(tmp_path), "--keep", "2")
    names = sorted(path.name for path in tmp_path.glob("*.tar.gz"))
    assert len(names) == 3
    assert "course-20260103-000000.tar.gz" in names
    assert "holiday.tar.gz" in names
    assert "whole" in capsys.readouterr().out


def test_a_folder_that_cannot_be_written_is_said(media, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match="There is no backup"):
        call_command("backup", "--to", str(tmp_path / "file" / "below"))


# --- Destroyed, and restored: with the commands, as somebody does it ---------------------------------


def test_a_site_that_is_destroyed_comes_back(tmp_path_factory, tmp_path):
    def make(folder: Path) -> None:
        if not copy_migrated(folder / "lms.sqlite3"):
            Stack(folder).manage("migrate", "--verbosity", "0")

    stack = Stack(tmp_path / "var")
    stack.var_dir.mkdir()
    database = stack.var_dir / "lms.sqlite3"
    prepared = made_once("migrated", tmp_path_factory, make)
    database.write_bytes((prepared / "lms.sqlite3").read_bytes())
    key = "0" * 31 + "7"
    with sqlite3.connect(database) as rows:
        rows.execute("INSERT INTO accounts_learner (key, created_at) VALUES (?, '2026-01-01')", [key])
    (stack.var_dir / "media").mkdir()
    (stack.var_dir / "media" / "a.txt").write_text("kept")
    (stack.var_dir / "secrets").mkdir()
    (stack.var_dir / "secrets" / "badges").write_text("key of certificates")

    stack.manage("backup", "--to", str(tmp_path / "out"), "--with-secrets")
    (backup,) = (tmp_path / "out").iterdir()

    refused = stack.manage("restore", str(backup), check=False)
    assert refused.returncode == 1
    assert "1 accounts and visitors" in refused.stderr

    for path in (*stack.var_dir.glob("lms.sqlite3*"), stack.var_dir / "media/a.txt"):
        path.unlink()
    (stack.var_dir / "secrets" / "badges").write_text("another")
    assert "Restored" in stack.manage("restore", str(backup)).stdout
    with sqlite3.connect(database) as rows:
        assert rows.execute("SELECT key FROM accounts_learner").fetchall() == [(key,)]
    assert (stack.var_dir / "media" / "a.txt").read_text() == "kept"
    assert (stack.var_dir / "secrets" / "badges").read_text() == "key of certificates"
    assert (stack.var_dir / "secrets" / "badges").stat().st_mode & 0o077 == 0
    assert not list(stack.var_dir.glob(".restore-*"))


# --- Each step undone where a later one fails ----------------------------------------------------------


@pytest.fixture
def elsewhere() -> Iterator[Path]:
    """A folder on another file system than that of `tmp_path`."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        yield Path(folder)


@pytest.fixture
def backup_of_media(media: Path, tmp_path: Path) -> Path:
    """A backup in which there is one picture, `images/a.png`."""
    write(tmp_path / "one.tar.gz", now=NOW)
    return tmp_path / "one.tar.gz"


def found(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.mark.django_db(transaction=True)
def test_uploads_on_a_file_system_of_their_own_are_restored(
    settings, backup_of_media, elsewhere, tmp_path, monkeypatch
):
    if elsewhere.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("/dev/shm is no file system of its own here")
    monkeypatch.setattr(databases, "load", lambda folder, facts: None)
    settings.MEDIA_ROOT = elsewhere
    (elsewhere / "images").mkdir()
    (elsewhere / "images" / "b.png").write_bytes(b"newer")
    # Of a mount: neither ours to move nor to remove.
    (elsewhere / "lost+found").mkdir()
    restore(backup_of_media, overwrite=True)
    assert found(elsewhere) == {"images/a.png": b"picture"}
    assert sorted(path.name for path in elsewhere.iterdir()) == ["images", "lost+found"]


@pytest.mark.django_db(transaction=True)
def test_where_the_database_is_refused_the_uploads_stay_as_they_were(media, backup_of_media, monkeypatch):
    (media / "images" / "a.png").write_bytes(b"newer")

    def refused(folder: Path, facts: dict) -> None:
        assert found(media)["images/a.png"] == b"picture", "all else is in place by then"
        raise databases.DatabaseProblem("the tables are not those of the backup")

    monkeypatch.setattr(databases, "load", refused)
    with pytest.raises(BackupError, match="tables are not those"):
        restore(backup_of_media, overwrite=True)
    assert found(media) == {"images/a.png": b"newer"}
    assert [path.name for path in media.iterdir()] == ["images"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["move", "rename"])
def test_a_disk_that_fails_is_noticed_before_the_database_is_touched(
    media, backup_of_media, monkeypatch, step: str
):
    (media / "images" / "a.png").write_bytes(b"newer")
    (media / "z.txt").write_bytes(b"kept")
    monkeypatch.setattr(databases, "load", lambda folder, facts: pytest.fail("the database was replaced"))
    rename = Path.rename

    def full(*arguments: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def not_this_one(self: Path, target: Path) -> Path:
        # As of a mount point: the second entry cannot be moved, and the first one has to come back.
        return rename(self, target) if self.name != "z.txt" else full()

    monkeypatch.setattr(*{"move": (shutil, "move", full), "rename": (Path, "rename", not_this_one)}[step])
    with pytest.raises(BackupError, match="No space left"):
        restore(backup_of_media, overwrite=True)
    monkeypatch.undo()
    assert found(media) == {"images/a.png": b"newer", "z.txt": b"kept"}
    assert sorted(path.name for path in media.iterdir()) == ["images", "z.txt"]


def test_an_interrupt_between_two_steps_loses_nothing(tmp_path, monkeypatch):
    folder, new = tmp_path / "media", tmp_path / "new"
    for place, text in ((folder, "kept"), (new, "of the backup")):
        place.mkdir()
        (place / "a.txt").write_text(text)
    rename = Path.rename

    def interrupted(self: Path, target: Path) -> Path:
        moved = rename(self, target)
        if self.parent == folder:
            raise KeyboardInterrupt
        return moved

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt), replaced(folder, new):
        pytest.fail("it went on")
    assert found(folder) == {"a.txt": b"kept"}


def test_a_full_disk_leaves_the_old_database_and_no_half_one(tmp_path, monkeypatch):
    (tmp_path / "lms.sqlite3").write_text("the old one")
    (tmp_path / "backup").mkdir()
    with contextlib.closing(sqlite3.connect(tmp_path / "backup" / databases.SQLITE)) as copy:
        copy.execute("CREATE TABLE django_migrations (app, name)")
        facts = databases._facts_of(copy)

    def full(source: Any, target: Any, length: int) -> None:
        target.write(source.read(length))
        raise OSError(errno.ENOSPC, "No space left on device")

    here = SimpleNamespace(settings_dict={"NAME": tmp_path / "lms.sqlite3"}, close=lambda: None)
    monkeypatch.setattr(databases, "connection", here)
    monkeypatch.setattr(shutil, "copyfileobj", full)
    with pytest.raises(OSError, match="No space left"):
        databases._load_sqlite(tmp_path / "backup", facts)
    assert found(tmp_path)["lms.sqlite3"] == b"the old one"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup", "lms.sqlite3"]


@pytest.mark.django_db(transaction=True)
def test_what_does_not_fit_is_refused_before_anything_is_touched(media, tmp_path, monkeypatch):
    from lms.operations.backup import archive, databases

    Learner.objects.create()
    path = tmp_path / "other.tar.gz"
    facts = databases.dump

    def of_another_release(folder: Path) -> dict:
        found = facts(folder)
        return {**found, "migrations": [*found["migrations"], "grading.9999_later"]}

    monkeypatch.setattr(archive.databases, "dump", of_another_release)
    write(path, now=NOW)
    with pytest.raises(CommandError, match=r"another release.*grading\.9999_later"):
        call_command("restore", str(path), "--overwrite")
    assert Learner.objects.count() == 1
    assert (media / "images/a.png").exists()
