"""What stands in for a load in other tests leaves the database as the load does."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pytest
from django.db import transaction
from wagtail.models import Page

from content.models import LessonPage
from content.tests import loaded
from content.tests.loaded import load_syllabus, rows_of

pytestmark = pytest.mark.django_db
SEARCHED = "wagtailsearch_indexentry_fts"


class Undone(Exception):
    pass


@pytest.fixture(autouse=True)
def _nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loaded, "_loads", {})


def loaded_and_undone() -> dict:
    """Return all rows that there are after it."""
    with pytest.raises(Undone), transaction.atomic():
        load_syllabus()
        found = rows_of([*loaded._tables(), SEARCHED])
        raise Undone
    return found


def test_the_second_time_every_row_is_the_same_and_nothing_is_loaded(lesson_folder: Path):
    first = loaded_and_undone()
    assert not LessonPage.objects.exists()
    with patch.object(loaded, "_load") as load:
        assert loaded_and_undone() == first
    assert load.call_count == 0


def test_another_folder_is_loaded(lesson_folder: Path):
    loaded_and_undone()
    file = lesson_folder / "lesson.md"
    file.write_text(file.read_text().replace("why: Sleep", "why: Rest"))
    load_syllabus()
    assert LessonPage.objects.get().why == "Rest"


def test_where_other_pages_are_it_is_loaded(lesson_folder: Path):
    loaded_and_undone()
    Page.get_first_root_node().add_child(instance=Page(title="Another", slug="another"))
    load_syllabus()
    assert LessonPage.objects.get().slug == "counting"
    assert Page.objects.filter(slug="another").exists()
