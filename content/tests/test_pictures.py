"""Uploaded pictures go with their lesson into its folder, and come back from there."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from content.exporting import archive
from content.models import LessonPage
from content.pictures import load_pictures, pictures_in
from content.tests.test_conflicts import edit_prose
from content.versions import Stored

pytestmark = pytest.mark.django_db
NAME = "images/sheep.max-1600x1600.png"
SHOWN = f"![A sheep](/media/{NAME})"


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def test_picture_goes_into_the_folder_and_comes_back(
    lesson_page: LessonPage, lesson_folder: Path, run, media: Path
):
    default_storage.save(NAME, ContentFile(b"wool"))
    edit_prose(lesson_page, "Sheep jump", f"{SHOWN}\n\nSheep jump")
    run("export_lessons")
    assert (lesson_folder / "pictures" / NAME).read_bytes() == b"wool"
    packed = zipfile.ZipFile(BytesIO(archive([LessonPage.objects.get()], Stored.fetch())))
    assert packed.read(f"farm/counting/pictures/{NAME}") == b"wool"

    default_storage.delete(NAME)
    assert "1 unchanged" in run("load_lessons")
    assert (media / NAME).read_bytes() == b"wool"


def test_picture_that_is_there_stays(lesson_folder: Path, media: Path):
    default_storage.save(NAME, ContentFile(b"wool"))
    file = lesson_folder / "pictures" / NAME
    file.parent.mkdir(parents=True)
    file.write_bytes(b"other wool")
    assert load_pictures(lesson_folder) == []
    assert (media / NAME).read_bytes() == b"wool"


@pytest.mark.parametrize("name", ["../secret.png", "images/page.svg", "notes.txt", "images/gone.png"])
def test_only_pictures_of_the_media_are_taken(name: str, media: Path):
    media.mkdir()
    for other in ("secret.png", "images/page.svg", "notes.txt"):
        path = media.parent / other if other == "secret.png" else media / other
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    assert pictures_in([f"![x](/media/{name})"]) == []
