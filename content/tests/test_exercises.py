"""Exercises: their folders, and the projects that learners' files make."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.bundles import join_files, split_files
from content.errors import ContentError
from content.exercise_export import write_exercise
from content.exercise_format import read_exercise, read_files
from content.exercises import ExerciseDocument, LearnerPathError, NotEditable
from content.models import Exercise


@pytest.fixture
def folder(lesson_folder: Path) -> Path:
    return lesson_folder / "exercises" / "repair_fence"


@pytest.fixture
def exercise(folder: Path) -> ExerciseDocument:
    return read_exercise(folder)


def test_folder_is_read(exercise: ExerciseDocument):
    assert exercise.name == "counting/repair_fence"
    assert (exercise.kind, exercise.points, exercise.time_limit) == ("repair", 20, 10)
    assert exercise.task == "The gate is **stuck**."
    assert [hint["title"] for hint in exercise.hints] == ["Where to look", "Nearly the answer"]
    assert exercise.wrong["gone"].caught_by == "test_gate"
    assert exercise.wrong["gone"].why == "they take the view away"


def test_export_is_the_same_bytes(folder: Path, exercise: ExerciseDocument):
    assert write_exercise(exercise) == read_files(folder)


def test_learner_sees_what_is_not_hidden(exercise: ExerciseDocument):
    assert set(exercise.visible_files()) == {"farm/views.py", "farm/extra/old.py", "urls.py"}
    assert set(exercise.starter_files()) == {*exercise.visible_files(), "farm/seed.py"}


def test_learners_files_are_laid_over_the_starter(exercise: ExerciseDocument):
    project = exercise.project_files(
        {"farm/views.py": "mine", "farm/extra/a.py": "new", "urls.py": "urlpatterns = []\n"}
    )
    assert project == {
        "farm/views.py": "mine",
        "farm/extra/a.py": "new",
        "farm/extra/old.py": "old\n",
        "farm/seed.py": "secret\n",
        "urls.py": "urlpatterns = []\n",
    }


@pytest.mark.parametrize("path", ["urls.py", "farm/seed.py", "settings.py", "farm/extra"])
def test_what_is_not_editable_is_refused(exercise: ExerciseDocument, path: str):
    with pytest.raises(NotEditable, match=path):
        exercise.project_files({path: "mine"})


def test_hidden_file_is_refused_even_unchanged(exercise: ExerciseDocument):
    with pytest.raises(NotEditable):
        exercise.project_files({"farm/seed.py": "secret\n"})


def test_hidden_wins_inside_an_editable_directory(exercise: ExerciseDocument):
    wide = replace(exercise, editable=("farm/",))
    assert wide.is_editable("farm/urls.py")
    with pytest.raises(NotEditable):
        wide.project_files({"farm/seed.py": "mine"})


@pytest.mark.parametrize(
    "path",
    [
        "farm/extra/../seed.py",
        "/etc/passwd",
        "farm/extra//a.py",
        "farm/extra/",
        "",
        "a\\b",
        "farm/extra/a\x00",
        "./urls.py",
    ],
)
def test_path_that_is_not_plain_is_refused(exercise: ExerciseDocument, path: str):
    with pytest.raises(LearnerPathError, match="not a path"):
        exercise.project_files({path: "mine"})


def test_cases(exercise: ExerciseDocument):
    assert list(exercise.cases()) == [
        ("starter", ""),
        ("solution", ""),
        ("also_right", "other"),
        ("wrong", "gone"),
    ]
    assert exercise.case_files("starter")["farm/views.py"] == "broken\n"
    assert exercise.case_files("solution")["farm/views.py"] == "right\n"
    assert "farm/extra/old.py" not in exercise.case_files("solution")
    assert "farm/extra/old.py" in exercise.case_files("also_right", "other")
    assert exercise.case_files("also_right", "other")["farm/views.py"] == "right too\n"
    assert "farm/views.py" not in exercise.case_files("wrong", "gone")
    with pytest.raises(KeyError):
        exercise.case_files("wrong", "none")


def test_database_row_has_the_same_files_and_digests(exercise: ExerciseDocument, db):
    row = Exercise.objects.create(**exercise.fields())
    row.refresh_from_db()
    assert row.document_digest() == exercise.digest()
    assert row.digest == exercise.grading_digest()
    assert {case: row.case_files(*case) for case in row.cases()} == {
        case: exercise.case_files(*case) for case in exercise.cases()
    }


def test_digest_follows_what_grading_depends_on(exercise: ExerciseDocument, db):
    row = Exercise.objects.create(**exercise.fields())
    before = row.digest
    row.title = "Another"
    row.save()
    assert row.digest == before
    row.checks += "\n"
    row.save(update_fields=["checks"])
    assert Exercise.objects.get().digest not in ("", before)


@pytest.mark.parametrize(
    ("name", "old", "new", "place", "words"),
    [
        ("exercise.md", "kind: repair", "kind: mend", "exercise.md:3", "one of repair, build"),
        ("exercise.md", "points: 20", "points: 0", "exercise.md:4", "above 0"),
        ("exercise.md", "points: 20\n", "", "exercise.md:1", "lacks points"),
        ("exercise.md", "urls: urls", "urls: a b", "exercise.md:9", "dotted path"),
        ("exercise.md", "entry: /", "entry: shop", "exercise.md:10", "begins with /"),
        ("exercise.md", "[farm/seed.py]", "[farm/none.py]", "exercise.md", "not in starter/"),
        ("exercise.md", "[farm/seed.py]", "[farm/views.py]", "exercise.md", "hidden and editable"),
        ("exercise.md", "The gate is **stuck**.", "", "exercise.md:13", "no task"),
        ("exercise.md", "Return the number.", "", "exercise.md:22", "says nothing"),
        ("exercise.md", "## Hints\n", "## Hints\ntext\n", "exercise.md:17", "Each hint begins"),
        ("checks.py", "class Checks", "class Check", "checks.py", "no class Checks"),
        ("checks.py", "def test_gate", "def 1_gate", "checks.py:5", "invalid decimal"),
        ("wrong/gone/CASE", "caught by: ", "", "CASE:1", "caught by: test_name"),
        ("wrong/gone/CASE", "test_gate", "test_other", "CASE:1", "checks.py has no test_other"),
        ("wrong/gone/REMOVED", "farm/views.py", "urls.py", "wrong/gone", "cannot be removed"),
    ],
)
def test_fault_is_told_with_its_place(folder: Path, name: str, old: str, new: str, place: str, words: str):
    path = folder / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(ContentError) as caught:
        read_exercise(folder)
    assert words in str(caught.value)
    assert f"{place}: " in str(caught.value)


def test_solution_that_no_learner_could_hand_in_is_a_fault(folder: Path):
    (folder / "solution" / "urls.py").write_text("changed\n")
    with pytest.raises(ContentError, match=r"solution.*urls.py cannot be changed"):
        read_exercise(folder)


NAMES = st.lists(st.from_regex(r"[a-z]{1,3}(/[a-z]{1,3})?\.py", fullmatch=True), max_size=4, unique=True)
TEXTS = st.text(st.sampled_from("=\\ ab\n"), max_size=40) | st.sampled_from(
    ["=== a.py ===\n", "\\=== a ===", "=== b === no newline at the end\n", "", "\n", "x\n\n"]
)


# Machines that test are busy: how long a text takes to make says nothing.
@given(NAMES, st.lists(TEXTS, min_size=4, max_size=4))
def test_files_in_one_text_come_back(names: list[str], texts: list[str]):
    files = dict(zip(names, texts, strict=False))
    assert split_files(join_files(files)) == files
    assert split_files(join_files(files).replace("\n", "\r\n")) == files


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = 1\n", "begins with a line"),
        ("=== a ===\n=== a ===\n", "twice"),
        ("=== ../a ===\n", "not a path"),
    ],
)
def test_text_that_is_no_files_is_refused(text: str, words: str):
    with pytest.raises(ValueError, match=words):
        split_files(text)


def test_missing_and_unreadable_files_are_faults(folder: Path):
    (folder / "solution" / "farm" / "views.py").write_bytes(b"\xff")
    with pytest.raises(ContentError, match="not UTF-8"):
        read_exercise(folder)
    (folder / "checks.py").unlink()
    (folder / "solution" / "farm" / "views.py").write_text("right\n")
    with pytest.raises(ContentError, match=r"checks.py: This file is missing"):
        read_exercise(folder)


EXAMPLES = json.loads(
    (Path(__file__).parents[2] / "static/src/js/tests/bundles.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_admins_script_writes_the_same_text(example):
    assert join_files(example["files"]) == example["text"]
    assert split_files(example["text"]) == example["files"]
