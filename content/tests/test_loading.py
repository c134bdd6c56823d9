"""load_lessons, export_lessons, format_lessons, lessons: files to Wagtail and back."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from django.core.management.base import CommandError
from django.db import OperationalError
from wagtail.models import Site

from content.commands import database_errors
from content.models import Exercise, LessonPage, LoadRecord, RoadmapPage, TrackPage
from content.tests.folders import EXERCISE, LESSON

pytestmark = pytest.mark.django_db


def edit(page: LessonPage, *, why: str = "Edited", publish: bool = True) -> None:
    """What an instructor does in the admin."""
    page = page.get_latest_revision_as_object()
    page.why = why
    revision = page.save_revision()
    if publish:
        revision.publish()


def fresh(page: LessonPage) -> LessonPage:
    return LessonPage.objects.get(pk=page.pk)


def test_first_load_makes_the_whole_tree(lesson_folder: Path, run):
    out = run("load_lessons")
    assert "loaded     counting" in out
    assert "1 loaded, 0 unchanged, 0 kept (edited)" in out
    roadmap = RoadmapPage.objects.get()
    assert Site.objects.get(is_default_site=True).root_page_id == roadmap.pk
    assert TrackPage.objects.child_of(roadmap).get().slug == "farm"
    page = LessonPage.objects.get()
    assert (page.slug, page.live, page.url) == ("counting", True, "/farm/counting/")
    assert page.export() == LESSON
    assert Exercise.objects.get().name == "counting/repair_fence"


def test_second_load_changes_nothing(lesson_page: LessonPage, run, django_assert_max_num_queries):
    before = (lesson_page.latest_revision_id, LoadRecord.objects.get(name="counting").loaded_at)
    with django_assert_max_num_queries(12):
        out = run("load_lessons")
    assert "0 loaded, 1 unchanged, 0 kept (edited)" in out
    page = fresh(lesson_page)
    assert (page.latest_revision_id, LoadRecord.objects.get(name="counting").loaded_at) == before


def test_changed_file_is_loaded_and_blocks_keep_their_ids(lesson_page: LessonPage, lesson_folder: Path, run):
    ids = [block.id for block in lesson_page.body]
    path = lesson_folder / "lesson.md"
    path.write_text(LESSON.replace("why: Sleep", "why: Sleep well").replace("One at most", "At most one"))
    assert "1 loaded" in run("load_lessons")
    page = fresh(lesson_page)
    assert page.why == "Sleep well"
    assert [block.id for block in page.body] == ids


@pytest.mark.parametrize("publish", [True, False])
def test_edited_page_is_kept_and_reported(lesson_page: LessonPage, run, publish: bool):
    edit(lesson_page, publish=publish)
    out = run("load_lessons")
    assert "kept       counting" in out
    assert "-why: Sleep" in out
    assert "+why: Edited" in out
    assert "0 loaded, 0 unchanged, 1 kept (edited)" in out
    page = fresh(lesson_page).get_latest_revision_as_object()
    assert (page.why, page.minutes) == ("Edited", 20)


def test_force_takes_the_file(lesson_page: LessonPage, run):
    edit(lesson_page)
    assert "1 loaded" in run("load_lessons", "--force")
    assert fresh(lesson_page).export() == LESSON
    assert "1 unchanged" in run("load_lessons")


def test_going_back_to_an_older_revision_counts_as_an_edit(lesson_page: LessonPage, lesson_folder: Path, run):
    old = lesson_page.latest_revision
    (lesson_folder / "lesson.md").write_text(LESSON.replace("minutes: 20", "minutes: 25"))
    run("load_lessons")
    old.as_object().save_revision().publish()
    assert "1 kept (edited)" in run("load_lessons")
    assert fresh(lesson_page).minutes == 20


def test_edit_goes_to_the_file_and_loads_as_unchanged(lesson_page: LessonPage, lesson_folder: Path, run):
    edit(lesson_page)
    with pytest.raises(CommandError):
        run("export_lessons", "--check")
    assert (lesson_folder / "lesson.md").read_text() == LESSON
    out = run("export_lessons", "counting")
    assert "+why: Edited" in out
    assert (lesson_folder / "lesson.md").read_text() == LESSON.replace("why: Sleep", "why: Edited")
    assert "0 would change" in run("export_lessons", "--check")
    assert "0 loaded, 1 unchanged, 0 kept (edited)" in run("load_lessons")


def test_export_of_an_unedited_lesson_is_the_same_bytes(lesson_page: LessonPage, lesson_folder: Path, run):
    before = (lesson_folder / "lesson.md").stat().st_mtime_ns
    assert "0 written, 1 unchanged" in run("export_lessons")
    assert (lesson_folder / "lesson.md").read_bytes() == LESSON.encode()
    assert (lesson_folder / "lesson.md").stat().st_mtime_ns == before


def test_export_takes_what_is_published_unless_the_draft_is_asked_for(
    lesson_page: LessonPage, lesson_folder: Path, run
):
    edit(lesson_page, publish=False)
    assert "0 written" in run("export_lessons")
    assert "1 written" in run("export_lessons", "--draft")
    assert "why: Edited" in (lesson_folder / "lesson.md").read_text()


def test_export_refuses_what_could_not_be_loaded(lesson_page: LessonPage, lesson_folder: Path, run):
    lesson_page.body = [("prose", "text\n:::nope")]
    lesson_page.save_revision().publish()
    with pytest.raises(CommandError) as caught:
        run("export_lessons")
    assert "export:15: Unknown directive :::nope" in "".join(caught.value.__notes__)
    assert (lesson_folder / "lesson.md").read_text() == LESSON


def test_edited_exercise_is_kept_until_forced(lesson_page: LessonPage, run):
    exercise = Exercise.objects.get()
    exercise.title = "Mend the fence"
    exercise.save()
    out = run("load_lessons")
    assert "counting/repair_fence was edited" in out
    assert Exercise.objects.get().title == "Mend the fence"
    run("load_lessons", "--force")
    assert Exercise.objects.get().title == "Repair the fence"
    assert Exercise.objects.get().pk == exercise.pk


def test_changed_exercise_is_loaded_into_the_same_row(lesson_page: LessonPage, lesson_folder: Path, run):
    exercise = Exercise.objects.get()
    (lesson_folder / "exercises" / "repair_fence" / "starter" / "urls.py").write_text("urlpatterns = [1]\n")
    assert "1 loaded" in run("load_lessons")
    again = Exercise.objects.get()
    assert (again.pk, again.starter["urls.py"]) == (exercise.pk, "urlpatterns = [1]\n")
    assert again.digest != exercise.digest


def test_unpublished_page_stays_unpublished(lesson_page: LessonPage, lesson_folder: Path, run):
    lesson_page.unpublish()
    (lesson_folder / "lesson.md").write_text(LESSON.replace("minutes: 20", "minutes: 25"))
    assert "(not published)" in run("load_lessons")
    page = fresh(lesson_page)
    assert not page.live
    assert page.get_latest_revision_as_object().minutes == 25


def test_faulty_lesson_is_named_and_the_others_are_loaded(lesson_folder: Path, run):
    other = lesson_folder.parent / "shearing"
    shutil.copytree(lesson_folder, other)
    shutil.rmtree(lesson_folder / "exercises")
    (lesson_folder / "demo" / "views.py").write_text("nothing = 1\n")
    with pytest.raises(CommandError) as caught:
        run("load_lessons")
    out = "".join(caught.value.__notes__)
    assert f"{lesson_folder}/lesson.md:23: demo/views.py has no Fence.jump." in out
    assert "lesson.md:37: The lesson has no exercise 'repair_fence'." in out
    assert "loaded     shearing" in out
    assert [page.slug for page in LessonPage.objects.all()] == ["shearing"]


def test_nothing_of_a_faulty_lesson_is_written(lesson_page: LessonPage, lesson_folder: Path, run):
    (lesson_folder / "exercises" / "repair_fence" / "exercise.md").write_text("---\n---\n")
    (lesson_folder / "lesson.md").write_text(LESSON.replace("minutes: 20", "minutes: 25"))
    with pytest.raises(CommandError) as caught:
        run("load_lessons")
    assert "exercise.md:1: The front matter lacks title" in "".join(caught.value.__notes__)
    assert fresh(lesson_page).minutes == 20


def test_value_that_the_database_refuses_is_a_fault_of_the_file(lesson_folder: Path, run):
    (lesson_folder / "lesson.md").write_text(LESSON.replace("why: Sleep", "why: " + "z" * 301))
    with pytest.raises(CommandError) as caught:
        run("load_lessons")
    assert "at most 300 characters" in "".join(caught.value.__notes__)
    assert not LessonPage.objects.exists()
    assert not Exercise.objects.exists()


def test_withdrawn_lesson_and_exercise_are_reported(lesson_page: LessonPage, lesson_folder: Path, run):
    shutil.move(lesson_folder / "exercises" / "repair_fence", lesson_folder / "exercises" / "mend_fence")
    (lesson_folder / "lesson.md").write_text(LESSON.replace("repair_fence", "mend_fence"))
    assert "counting/repair_fence has no folder any more" in run("load_lessons")
    assert Exercise.objects.count() == 2
    (lesson_folder / "lesson.md").unlink()
    assert "withdrawn  counting" in run("load_lessons")
    assert LessonPage.objects.exists()


def test_lesson_that_moved_to_another_track_takes_its_page_along(
    lesson_page: LessonPage, lesson_folder: Path, run
):
    barn = lesson_folder.parent.parent / "barn"
    barn.mkdir()
    track = lesson_folder.parent / "track.toml"
    barn_text = track.read_text().replace("Farm", "Barn").replace("shearing", "milking").replace("= 1", "= 2")
    (barn / "track.toml").write_text(barn_text)
    track.write_text(
        'title = "Farm"\nposition = 1\n\n[[lesson]]\nslug = "shearing"\nfeature = "S"\nwhy = "W"\n'
    )
    shutil.move(lesson_folder, barn / "counting")
    assert "moved to barn" in run("load_lessons")
    assert fresh(lesson_page).url == "/barn/counting/"


@pytest.mark.parametrize("command", ["load_lessons", "export_lessons"])
def test_unknown_lesson_is_an_error(lesson_page: LessonPage, run, command: str):
    with pytest.raises(CommandError, match="counting"):
        run(command, "nothing")


def test_unwritten_lesson_cannot_be_loaded(lesson_folder: Path, run):
    with pytest.raises(CommandError, match="Not written yet: shearing"):
        run("load_lessons", "farm/shearing")


def test_faulty_track_is_an_error(lesson_folder: Path, run):
    (lesson_folder.parent / "track.toml").write_text("title = \n")
    with pytest.raises(CommandError, match=r"track.toml: This is not TOML"):
        run("load_lessons")


def test_format_lessons(lesson_folder: Path, run):
    path = lesson_folder / "lesson.md"
    path.write_text(LESSON.replace("---\n\n## See it", "---\n## See it").replace("title: C", "title:   C"))
    with pytest.raises(CommandError) as caught:
        run("format_lessons", "--check")
    assert f"{path}:2: Not in the canonical form" in "".join(caught.value.__notes__)
    assert "formatted" in run("format_lessons", str(lesson_folder))
    assert path.read_text() == LESSON
    exercise = lesson_folder / "exercises/repair_fence/exercise.md"
    exercise.write_text(EXERCISE.replace("points: 20", "points:   20"))
    with pytest.raises(CommandError):
        run("format_lessons", "--check")
    run("format_lessons")
    assert exercise.read_text() == EXERCISE
    path.write_text("nothing")
    with pytest.raises(CommandError):
        run("format_lessons")
    assert path.read_text() == "nothing"


def test_lessons_counts(lesson_page: LessonPage, run):
    rows = json.loads(run("lessons", "--json"))
    assert rows[0] == {
        "slug": "counting",
        "track": "farm",
        "published": True,
        "words": rows[0]["words"],
        "sources": 2,
        "missions": 1,
        "exercises": 1,
        "cases": 4,
        "quiz": 2,
    }
    assert 30 < rows[0]["words"] < 60
    assert rows[1] == {"slug": "shearing", "track": "farm", "published": False} | dict.fromkeys(
        list(rows[0])[3:], 0
    )
    assert "counting" in run("lessons")


def test_lessons_names_a_faulty_folder(lesson_folder: Path, run):
    (lesson_folder / "missions.py").write_text("def jump(trace, earlier):\n    return True\n")
    with pytest.raises(CommandError) as caught:
        run("lessons")
    assert "missions.py:1: The mission jump has no docstring" in "".join(caught.value.__notes__)


@pytest.mark.parametrize("command", ["load_lessons", "export_lessons", "format_lessons", "lessons"])
def test_commands_have_help(run, capsys, command: str):
    with pytest.raises(SystemExit) as ended:
        run(command, "--help")
    assert ended.value.code == 0
    assert "usage: " in capsys.readouterr().out


def test_database_without_tables_is_one_clear_line():
    with (
        pytest.raises(CommandError, match=r"no such table: x.*Has `manage.py migrate` been run"),
        database_errors(),
    ):
        raise OperationalError("no such table: x")
