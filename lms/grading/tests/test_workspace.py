from __future__ import annotations

from lms.grading.tests.factories import ExerciseFactory
from lms.grading.workspace import first_to_edit

STARTER = {
    "urls.py": "urls\n",
    "shop/models.py": "models\n",
    "shop/views.py": "views\n",
    "shop/templates/shop/list.html": "<ul></ul>\n",
}
SOLUTION = {
    "shop/models.py": "models\none more\n",
    "shop/views.py": "views\nand\nmore\n",
    "shop/templates/shop/list.html": "<ul>\n<li>\n</li>\n</ul>\n",
    "shop/forms.py": "new\n" * 9,
}


def build(**fields):  # type: ignore[no-untyped-def]
    return ExerciseFactory.build(starter=STARTER, solution=SOLUTION, **fields)


def test_the_first_editable_file_is_opened_first():
    assert first_to_edit(build(editable=["urls.py", "shop/"])) == "urls.py"


def test_of_a_directory_the_file_which_the_solution_changes_most():
    assert first_to_edit(build(editable=["shop/", "urls.py"])) == "shop/views.py"
    assert first_to_edit(build(editable=["shop/templates/"])) == "shop/templates/shop/list.html"


def test_what_is_hidden_or_not_there_yet_cannot_be_opened():
    assert (
        first_to_edit(build(editable=["shop/forms.py", "shop/"], hidden=["shop/views.py"]))
        == "shop/models.py"
    )
    assert first_to_edit(build(editable=["shop/forms.py"])) is None


def test_a_file_that_the_solution_takes_away_counts_as_a_whole():
    exercise = build(editable=["shop/"], solution_removed=["shop/models.py"])
    exercise.solution = {"shop/templates/shop/list.html": "<ul>\n<li>\n</li>\n</ul>\n"}
    assert first_to_edit(exercise) == "shop/models.py"
