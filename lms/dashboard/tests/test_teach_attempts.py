"""What a teacher sees of an attempt, and says of it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from content.models import Exercise
from lms.accounts.models import Learner, User
from lms.dashboard.teach.attempts import HIGHLIGHTED, MOST_HIGHLIGHTED, differences, source_files
from lms.grading.models import Feedback, Submission
from lms.grading.tests.people import client_of

pytestmark = pytest.mark.django_db


def test_each_attempt_shows_its_difference_from_the_last(teacher: Client, stuck_ada: Learner):
    page = teacher.get(f"/teach/learners/{stuck_ada.pk}/counting/repair_fence/")
    newest, *_others, oldest = page.context["steps"]
    assert (newest.number, oldest.number, oldest.is_first) == (5, 1, True)
    (file,) = newest.diffs
    assert [(line.kind, line.text) for line in file.lines if line.kind != "place"] == [
        ("remove", "x = 3"),
        ("add", "x = 4"),
    ]


def test_code_that_is_not_kept_any_more_is_not_taken_for_the_starter(teacher: Client, stuck_ada: Learner):
    old, new = stuck_ada.submissions.order_by("created_at")[:2]
    Submission.objects.filter(pk=old.pk).update(files={}, checks=[], cleared_at=timezone.now())
    page = teacher.get(f"/teach/attempts/{old.pk}/").text
    assert (
        "not kept any more" in page and "The starter as it is" not in page and "No line differs" not in page
    )
    after = teacher.get(f"/teach/attempts/{new.pk}/")
    assert after.context["step"].diffs is None and '<pre tabindex="0" aria-label="a.py">' in after.text
    steps = teacher.get(f"/teach/learners/{stuck_ada.pk}/counting/repair_fence/").context["steps"]
    assert [step.diffs is None for step in steps] == [False, False, False, True, True]


def test_what_takes_long_to_compare_is_not_compared(exercise: Exercise):
    long, other = (f"{word}\n" * 1001 for word in "ab")
    found = differences(
        exercise, {"a.py": long, "b.py": "x\n"}, {"a.py": other, "b.py": "y\n", "c.py": other}
    )
    assert [(file.path, len(file.lines), file.is_cut) for file in found] == [
        ("a.py", 0, True),
        ("b.py", 3, False),
        ("c.py", 400, True),
    ]


def test_a_comment_is_sanitised_and_the_learner_finds_it(teacher: Client, stuck_ada: Learner):
    latest = stuck_ada.submissions.latest("created_at")
    assert teacher.post(f"/teach/attempts/{latest.pk}/", {"text": " "}).status_code == 400
    teacher.post(f"/teach/attempts/{latest.pk}/", {"text": "Look at *line 2* <script>alert(1)</script>"})
    ada = client_of(stuck_ada.user)
    assert "1 new" in ada.get("/progress/").text
    workspace = ada.get("/exercises/counting/repair_fence/").text
    assert "Look at <em>line 2</em>" in workspace and "alert(1)</script>" not in workspace
    (comment,) = Feedback.objects.all()
    attempts = ada.get("/exercises/counting/repair_fence/attempts/").json()["attempts"]
    assert [len(one["feedback"]) for one in attempts] == [1, 0, 0, 0, 0]
    assert (
        ada.post("/feedback/read/", {"feedback": [comment.pk, "x", "9" * 20, "9" * 5000]}).status_code == 204
    )
    assert "1 new" not in ada.get("/progress/").text
    assert "not read yet" not in teacher.get(f"/teach/attempts/{latest.pk}/").text


def test_a_learner_is_told_a_teachers_name_and_never_the_address(teacher: Client, stuck_ada: Learner):
    latest = stuck_ada.submissions.latest("created_at")
    teacher.post(f"/teach/attempts/{latest.pk}/", {"text": "Nearly."})
    ada = client_of(stuck_ada.user)
    pages = ("/progress/", "/exercises/counting/repair_fence/", "/exercises/counting/repair_fence/attempts/")
    assert all("Tina" in ada.get(page).text for page in pages)
    User.objects.update(first_name="")
    assert all("Your teacher" in ada.get(page).text for page in pages)
    assert not any("tina@" in ada.get(page).text for page in pages[1:]), (
        "/progress/ says who teaches the class"
    )


def test_nobody_marks_anothers_comment_as_read(teacher: Client, stuck_ada: Learner, bob: Learner):
    latest = stuck_ada.submissions.latest("created_at")
    teacher.post(f"/teach/attempts/{latest.pk}/", {"text": "Nearly."})
    client_of(bob.user).post("/feedback/read/", {"feedback": Feedback.objects.get().pk})
    assert Feedback.objects.get().read_at is None


def test_a_learner_chooses_neither_the_lexer_nor_how_long_it_works():
    texts = {
        "shop/views.py": "import os\n",
        "shop/x.prolog": "a :- b.\n",
        "shop/long.py": "x = 1\n" * MOST_HIGHLIGHTED,
        "<b>.py": "<script>\n",
    }
    shown = dict(source_files(Submission(files=texts)))
    assert "<span" in shown["shop/views.py"]
    assert "<span" not in shown["shop/x.prolog"] + shown["shop/long.py"]
    assert "<script>" not in shown["<b>.py"]
    all_kinds = {f"shop/file{suffix}": "text" for suffix in HIGHLIGHTED}
    assert len(source_files(Submission(files=all_kinds))) == len(HIGHLIGHTED)
