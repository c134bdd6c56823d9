"""Both sides have changed: it is shown in three versions, merged where that is safe, never overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management.base import CommandError

from content.differences import differences_of
from content.folders import read_folder
from content.loading import Choice, load_lesson
from content.models import Exercise, LessonPage, LoadRecord, TrackPage
from content.site_tree import ensure_tree
from content.syllabus import read_syllabus, rows
from content.tests.folders import EXERCISE, LESSON
from content.tests.test_loading import edit, fresh
from content.versions import Stored, Versions, state_of, versions_of

pytestmark = pytest.mark.django_db


def edit_prose(page: LessonPage, old: str, new: str) -> None:
    """What an instructor does to a text of the lesson."""
    page = page.get_latest_revision_as_object()
    for block in page.body:
        if block.block_type == "prose" and old in block.value:
            block.value = block.value.replace(old, new)
    page.save_revision().publish()


def edit_exercise(**values) -> Exercise:
    row = Exercise.objects.get()
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    row.save_revision()
    return row


def change_folder(folder: Path, old: str, new: str, path: str = "lesson.md") -> None:
    file = folder / path
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


def conflict(run, *args: str) -> str:
    """Run a command that ends with a conflict; return what it said."""
    with pytest.raises(CommandError) as caught:
        run(*args)
    assert caught.value.returncode == 2
    return "".join(caught.value.__notes__)


def versions(name: str = "counting") -> Versions:
    folder = read_folder(rows()[0], known={row.slug for row in rows()})
    return next(found for found in versions_of(folder, Stored.fetch()) if found.name == name)


@pytest.mark.parametrize(
    ("base", "here", "folder", "state"),
    [
        ("a", "a", "a", "same"),
        ("a", "b", "b", "same"),
        (None, "b", "b", "same"),
        ("a", "b", "a", "changed_here"),
        ("a", "a", "b", "changed_in_folder"),
        ("a", "b", "c", "conflict"),
        (None, "b", "c", "conflict"),
        (None, None, "c", "new_in_folder"),
        ("a", None, "c", "new_in_folder"),
        (None, "b", None, "new_here"),
        ("a", "a", None, "withdrawn"),
    ],
)
def test_states(base, here, folder, state):
    assert state_of(base, here, folder) == state


def test_both_sides_changed_the_same_line(lesson_page: LessonPage, lesson_folder: Path, run):
    edit(lesson_page, why="To dream")
    change_folder(lesson_folder, "why: Sleep", "why: To rest")
    before = (fresh(lesson_page).latest_revision_id, (lesson_folder / "lesson.md").read_text())
    for command in (["load_lessons"], ["load_lessons", "--merge"], ["export_lessons"]):
        out = conflict(run, *command)
        assert "conflict   counting" in out
        assert "base   | why: Sleep" in out
        assert "here   | why: To dream" in out
        assert "folder | why: To rest" in out
    assert (fresh(lesson_page).latest_revision_id, (lesson_folder / "lesson.md").read_text()) == before


def test_changes_of_neighbouring_keys_and_of_other_blocks_are_merged(
    lesson_page: LessonPage, lesson_folder: Path, run
):
    edit(lesson_page, why="To dream")
    edit_prose(lesson_page, "Sheep jump", "Sheep leap")
    change_folder(lesson_folder, "minutes: 20", "minutes: 25")
    change_folder(lesson_folder, "One at most", "At most one")
    assert "changed here and in the folder" in conflict(run, "load_lessons")
    assert "1 merged" in run("load_lessons", "--merge")
    wanted = (
        LESSON.replace("why: Sleep", "why: To dream")
        .replace("Sheep jump", "Sheep leap")
        .replace("minutes: 20", "minutes: 25")
        .replace("One at most", "At most one")
    )
    page = fresh(lesson_page)
    assert page.export() == wanted
    assert not page.has_unpublished_changes
    # Now only this side has more than the folder, and an export brings them together.
    assert "1 kept (edited)" in run("load_lessons")
    run("export_lessons")
    assert (lesson_folder / "lesson.md").read_text() == wanted
    assert "1 unchanged, 0 kept" in run("load_lessons")


@pytest.mark.parametrize("choice", ["", "theirs", "merge"])
def test_what_is_saved_while_a_load_is_at_work_is_not_overwritten(
    lesson_page: LessonPage, lesson_folder: Path, choice: Choice
):
    change_folder(lesson_folder, "minutes: 20", "minutes: 25")
    if choice:
        edit(lesson_page, why="To rest")
    change_folder(lesson_folder, "title: ", "title: My ", "exercises/repair_fence/exercise.md")
    stored, folder = Stored.fetch(), read_folder(rows()[0], known={row.slug for row in rows()})
    edit(fresh(lesson_page), why="To dream")
    edit_exercise(points=7)
    outcome = load_lesson(folder, stored=stored, tracks=ensure_tree(read_syllabus()), choice=choice)
    assert set(outcome.refused) == {"counting", "counting/repair_fence"}
    assert outcome.status == "conflict"
    assert fresh(lesson_page).get_latest_revision_as_object().why == "To dream"
    assert Exercise.objects.get().points == 7


def test_merging_publishes_no_draft(lesson_page: LessonPage, lesson_folder: Path, run):
    edit(lesson_page, why="To dream", publish=False)
    change_folder(lesson_folder, "minutes: 20", "minutes: 25")
    assert "1 merged" in run("load_lessons", "--merge")
    page = fresh(lesson_page)
    assert (page.why, page.minutes) == ("Sleep", 20)
    draft = page.get_latest_revision_as_object()
    assert (draft.why, draft.minutes) == ("To dream", 25)


def test_merge_that_makes_no_valid_lesson_is_refused(lesson_page: LessonPage, lesson_folder: Path, run):
    edit_prose(lesson_page, "## Build it", "## Build it\n\n[Filter](xray:method=POST)")
    change_folder(lesson_folder, ":::demo\n:::\n\n", "")
    assert "not valid" in conflict(run, "load_lessons", "--merge")
    assert ":::demo" in fresh(lesson_page).export()


@pytest.mark.parametrize(("take", "why"), [("ours", "To dream"), ("theirs", "To rest")])
def test_one_side_is_taken_when_somebody_says_so(
    lesson_page: LessonPage, lesson_folder: Path, run, take: str, why: str
):
    edit(lesson_page, why="To dream")
    change_folder(lesson_folder, "why: Sleep", "why: To rest")
    with pytest.raises(CommandError, match="needs the names"):
        run("load_lessons", "--take", take)
    run("load_lessons", "--take", take, "counting")
    assert fresh(lesson_page).why == why
    run("load_lessons")
    run("export_lessons")
    assert f"why: {why}" in (lesson_folder / "lesson.md").read_text()
    assert "0 written, 1 unchanged" in run("export_lessons")


def test_dry_run_changes_nothing(lesson_page: LessonPage, lesson_folder: Path, run):
    change_folder(lesson_folder, "why: Sleep", "why: To rest")
    assert "1 loaded" in run("load_lessons", "--dry-run")
    assert fresh(lesson_page).why == "Sleep"
    run("load_lessons")
    edit(lesson_page, why="To dream")
    assert "+why: To dream" in run("export_lessons", "--dry-run")
    assert "why: To rest" in (lesson_folder / "lesson.md").read_text()
    change_folder(lesson_folder, "why: To rest", "why: To nap")
    conflict(run, "load_lessons", "--dry-run")
    assert "1 loaded" in run("load_lessons", "--dry-run", "--take", "theirs", "counting")
    assert fresh(lesson_page).why == "To dream"


def test_folder_that_is_newer_is_not_exported_over(lesson_page: LessonPage, lesson_folder: Path, run):
    change_folder(lesson_folder, "why: Sleep", "why: To rest")
    assert "behind     counting" in run("export_lessons")
    assert "why: To rest" in (lesson_folder / "lesson.md").read_text()


def test_exercise_goes_to_its_folder_and_back(lesson_page: LessonPage, lesson_folder: Path, run):
    folder = lesson_folder / "exercises" / "repair_fence"
    row = Exercise.objects.get()
    starter = {**row.starter, "farm/views.py": "more broken\n", "farm/extra/new.py": "new\n"}
    del starter["farm/extra/old.py"]
    edit_exercise(starter=starter, solution_removed=[], title="Mend the fence")
    assert "kept       counting" in run("load_lessons")
    out = run("export_lessons")
    assert "written    counting/repair_fence" in out
    assert "+title: Mend the fence" in out
    assert (folder / "exercise.md").read_text() == EXERCISE.replace("title: Repair", "title: Mend")
    assert (folder / "starter/farm/extra/new.py").read_text() == "new\n"
    assert not (folder / "starter/farm/extra/old.py").exists()
    assert not (folder / "solution/REMOVED").exists()
    assert (folder / "wrong/gone/CASE").read_text().startswith("caught by: test_gate")
    assert "1 unchanged, 0 kept" in run("load_lessons")
    assert "0 written, 1 unchanged" in run("export_lessons")


def test_exercise_changed_in_different_files_is_merged(lesson_page: LessonPage, lesson_folder: Path, run):
    row = edit_exercise(
        title="Mend the fence", starter={**Exercise.objects.get().starter, "urls.py": "x = 1\n"}
    )
    folder = "exercises/repair_fence"
    change_folder(lesson_folder, "points: 20", "points: 30", f"{folder}/exercise.md")
    change_folder(lesson_folder, "right\n", "very right\n", f"{folder}/solution/farm/views.py")
    out = conflict(run, "load_lessons")
    assert "counting/repair_fence changed here and in the folder" in out
    assert "1 merged" in run("load_lessons", "--merge")
    assert Exercise.objects.get().points == 20, "nobody has verified what both together are"
    merged = Exercise.objects.get().get_latest_revision_as_object()
    assert (merged.pk, merged.title, merged.points) == (row.pk, "Mend the fence", 30)
    assert (merged.starter["urls.py"], merged.solution["farm/views.py"]) == ("x = 1\n", "very right\n")


def test_exercise_changed_in_the_same_file_is_refused_with_its_file(
    lesson_page: LessonPage, lesson_folder: Path, run
):
    edit_exercise(starter={**Exercise.objects.get().starter, "farm/views.py": "mine\n"})
    change_folder(lesson_folder, "broken", "yours", "exercises/repair_fence/starter/farm/views.py")
    out = conflict(run, "load_lessons", "--merge")
    assert "same place in starter/farm/views.py" in out
    assert "here   | mine" in out
    assert "folder | yours" in out
    assert Exercise.objects.get().starter["farm/views.py"] == "mine\n"


def test_exercise_that_is_only_here_is_exported(lesson_page: LessonPage, lesson_folder: Path, run):
    values = {**Exercise.objects.get().document().fields(), "slug": "build_gate"}
    Exercise.objects.create(**values)
    assert "1 unchanged" in run("load_lessons")
    assert "written    counting/build_gate" in run("export_lessons")
    assert (lesson_folder / "exercises/build_gate/exercise.md").read_text() == EXERCISE
    assert "1 unchanged" in run("load_lessons")


def test_lesson_that_was_written_here_gets_its_folder_and_its_row(lesson_page: LessonPage, run):
    track = TrackPage.objects.get()
    page = LessonPage(title="Dreaming", slug="dreaming", feature="Dreaming", why='Of "sheep"')
    page.body = [("prose", "## See it\n\nClose your eyes.")]
    track.add_child(instance=page)
    page.save_revision().publish()
    assert "1 loaded" not in run("load_lessons")
    assert "written    dreaming" in run("export_lessons")
    assert "Close your eyes." in (page.folder / "lesson.md").read_text()
    row = next(row for row in rows() if row.slug == "dreaming")
    assert (row.track, row.feature, row.why) == ("farm", "Dreaming", 'Of "sheep"')
    assert "0 loaded, 2 unchanged" in run("load_lessons")
    assert "0 written, 2 unchanged" in run("export_lessons")


def test_differences_say_in_which_block_they_stand(lesson_page: LessonPage, lesson_folder: Path, run):
    edit(lesson_page, why="To dream")
    edit_prose(lesson_page, "Sheep jump", "Sheep leap")
    change_folder(lesson_folder, "Sheep jump", "Sheep hop")
    change_folder(lesson_folder, "One at most", "At most one")
    found = {difference.path: difference for difference in differences_of(versions())}
    assert [change.said for change in found["lesson.md: why"].changes] == ["changed here"]
    body = found["lesson.md"]
    assert body.is_conflict
    assert [(change.place, change.said) for change in body.changes] == [
        ("text: See it", "changed on both sides"),
        ("quiz", "changed in the folder"),
    ]
    assert body.changes[0].sides["folder"].startswith("Sheep hop")


def test_base_of_long_ago_is_known_where_a_side_still_has_it(
    lesson_page: LessonPage, lesson_folder: Path, run
):
    LoadRecord.objects.update(base=None)
    edit(lesson_page, why="To dream")
    assert "1 kept (edited)" in run("load_lessons")
    change_folder(lesson_folder, "minutes: 20", "minutes: 25")
    assert "Nobody knows the version" in conflict(run, "load_lessons", "--merge")
    assert fresh(lesson_page).why == "To dream"


def test_next_load_learns_the_base_of_what_is_the_same(lesson_page: LessonPage, run):
    LoadRecord.objects.update(base=None)
    run("load_lessons")
    assert LoadRecord.objects.get(name="counting").base == {"lesson.md": LESSON}
    assert set(LoadRecord.objects.get(name="counting/repair_fence").base) >= {"exercise.md", "checks.py"}
