"""Every folder of lessons/ that has a lesson.md keeps to the format, and is done as a lesson has to be."""

from __future__ import annotations

import re

import pytest

from content.exercise_export import write_text
from content.folders import LessonFolder, read_folder
from content.lesson_format import Demo, ExerciseCard, Prose, Quiz, Source, count_words, export
from content.lesson_format.lines import fenced_lines, numbered
from content.syllabus import Row, read_syllabus, rows

ROWS = rows()
WRITTEN = [row for row in ROWS if row.is_written]
PARTS = ["See it", "How it works", "Build it", "Break it", "In production", "Check yourself", "Go on"]


@pytest.fixture(params=WRITTEN, ids=lambda row: f"{row.track}/{row.slug}", scope="module")
def folder(request: pytest.FixtureRequest) -> LessonFolder:
    return read_folder(request.param, known={row.slug for row in ROWS})


def headings_of(folder: LessonFolder) -> list[str]:
    """Return the headings of the second level, as the reader meets them."""
    return [
        line.text[3:].strip()
        for prose in folder.lesson.of_kind(Prose)
        for line in fenced_lines(numbered(prose.markdown))
        if not line.in_fence and line.text.startswith("## ")
    ]


def part_of(folder: LessonFolder) -> dict[type, set[str]]:
    """Return the parts in which each class of block stands."""
    places: dict[type, set[str]] = {}
    part = ""
    for block in folder.lesson.blocks:
        if isinstance(block, Prose):
            found = re.findall(r"^## (.+)$", block.markdown, re.MULTILINE)
            part = found[-1].strip() if found else part
        places.setdefault(type(block), set()).add(part)
    return places


def test_the_roadmap_has_its_six_tracks_and_26_rows():
    tracks = read_syllabus()
    assert [track.title for track in tracks] == [
        *("Authentication", "Backend & APIs", "Database / ORM"),
        *("Frontend Integration", "Security", "Deployment"),
    ]
    assert [len(track.rows) for track in tracks] == [5, 6, 4, 2, 4, 5]


def test_every_folder_of_a_lesson_is_a_row():
    root = ROWS[0].folder.parent.parent
    folders = {path.parent for path in root.glob("*/*/lesson.md")}
    assert folders == {row.folder for row in WRITTEN}


def test_export_is_the_same_bytes(folder: LessonFolder):
    assert export(folder.lesson).encode() == (folder.row.folder / "lesson.md").read_bytes()


def test_export_of_exercises_is_the_same_text(folder: LessonFolder):
    for exercise in folder.exercises:
        file = folder.row.folder / "exercises" / exercise.slug / "exercise.md"
        assert write_text(exercise) == file.read_text(encoding="utf-8"), (
            "manage.py format_lessons rewrites it"
        )


def test_feature_and_why_are_the_roadmaps(folder: LessonFolder):
    row: Row = folder.row
    assert (folder.lesson.front.feature, folder.lesson.front.why) == (row.feature, row.why)


def test_objectives_are_three_to_five(folder: LessonFolder):
    assert 3 <= len(folder.lesson.front.objectives) <= 5


def test_parts_stand_in_their_order(folder: LessonFolder):
    assert headings_of(folder) == PARTS


def test_blocks_stand_where_the_reader_looks_for_them(folder: LessonFolder):
    places = part_of(folder)
    assert places[Demo] == {"See it"}
    assert places[ExerciseCard] == {"Build it"}
    assert places[Quiz] == {"Check yourself"}


def test_prose_is_800_to_1800_words(folder: LessonFolder):
    assert 800 <= count_words(folder.lesson) <= 1800


def test_three_missions_with_a_hint(folder: LessonFolder):
    assert len(folder.missions) >= 3
    assert all(mission.hint for mission in folder.missions)


def test_three_excerpts(folder: LessonFolder):
    assert len({source.reference for source in folder.lesson.of_kind(Source)}) >= 3


def test_four_questions(folder: LessonFolder):
    assert sum(len(quiz.questions) for quiz in folder.lesson.of_kind(Quiz)) >= 4


def test_a_repair_and_a_build_each_on_the_page(folder: LessonFolder):
    assert {exercise.kind for exercise in folder.exercises} == {"repair", "build"}
    shown = [card.slug for card in folder.lesson.of_kind(ExerciseCard)]
    assert sorted(shown) == sorted(exercise.slug for exercise in folder.exercises)


def test_three_wrong_cases_an_other_right_one_and_hints_per_exercise(folder: LessonFolder):
    for exercise in folder.exercises:
        assert len(exercise.wrong) >= 3, exercise.name
        assert exercise.also_right, exercise.name
        assert exercise.solution, exercise.name
        assert len(exercise.hints) >= 2, exercise.name


def test_checks_say_what_they_check(folder: LessonFolder):
    for exercise in folder.exercises:
        for number, line in enumerate(exercise.checks.split("\n")):
            if re.match(r"\s+(async )?def test_", line):
                assert '"""' in exercise.checks.split("\n")[number + 1], f"{exercise.name}: {line.strip()}"
