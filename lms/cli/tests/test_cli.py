from __future__ import annotations

import json
from pathlib import Path

import pytest

from lms.cli import show
from lms.cli.folder import MARK, create, find
from lms.cli.http import CliError, checked_origin

EXERCISE = {
    "name": "counting/repair_fence",
    "title": "Repair the fence",
    "task": "Do it.",
    "hints": [{"title": "A nudge", "body": "Look."}],
    "starter": {"farm/views.py": "x = 1\n", "farm/urls.py": "y = 1\n", "farm/extra/old.py": ""},
    "editable": ["farm/views.py", "farm/extra/"],
}


@pytest.fixture
def work(tmp_path: Path):
    return create(tmp_path / "work", EXERCISE, {}, force=False)


def test_only_what_was_changed_is_handed_in(work):
    assert work.changes() == {}
    (work.folder / "farm/views.py").write_text("x = 2\n")
    (work.folder / "farm/extra/old.py").unlink()
    (work.folder / "farm/extra/new.py").write_text("z = 3\n")
    # What an editor, Git and Python leave behind is nobody's answer.
    for path in ("farm/__pycache__/views.pyc", ".git/HEAD", ".venv/x.py", "db.sqlite3"):
        (work.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (work.folder / path).write_bytes(b"\xff")
    found = find(work.folder / "farm")
    assert found.changes() == {
        "farm/views.py": "x = 2\n",
        "farm/extra/old.py": None,
        "farm/extra/new.py": "z = 3\n",
    }
    assert found.complaints() == []


def test_line_ends_are_handed_in_as_they_are(work):
    (work.folder / "farm/views.py").write_bytes(b"x = 2\r\n")
    assert work.changes() == {"farm/views.py": "x = 2\r\n"}


@pytest.mark.parametrize(
    ("path", "text", "complaint"),
    [
        ("farm/views.py", "def x(:\n", "farm/views.py:1: "),
        ("farm/views.py", "x = 1\0\n", "farm/views.py:1: "),
        ("farm/urls.py", "y = 2\n", "not yours to change"),
        ("other.py", "", "has no place here"),
    ],
)
def test_what_would_be_refused_is_said_before(work, path: str, text: str, complaint: str):
    (work.folder / path).write_text(text)
    [said] = work.complaints()
    assert complaint in said


def test_a_file_that_is_no_text_is_named(work):
    (work.folder / "farm/extra/picture.png").write_bytes(b"\x89PNG\xff")
    with pytest.raises(CliError, match=r"picture\.png is not UTF-8 text"):
        work.changes()


def test_changes_are_never_overwritten_unless_that_is_wanted(work):
    (work.folder / "farm/views.py").write_text("hours of work\n")
    with pytest.raises(CliError, match=r"farm/views\.py"):
        create(work.folder, EXERCISE, {}, force=False)
    assert (work.folder / "farm/views.py").read_text() == "hours of work\n"
    create(work.folder, EXERCISE, {}, force=True)
    assert (work.folder / "farm/views.py").read_text() == "x = 1\n"


def test_a_draft_is_laid_over_the_starter(tmp_path: Path):
    work = create(
        tmp_path / "work", EXERCISE, {"farm/views.py": "x = 9\n", "farm/extra/old.py": None}, force=False
    )
    assert work.changes() == {"farm/views.py": "x = 9\n", "farm/extra/old.py": None}


@pytest.mark.parametrize("path", ["../outside.py", "/tmp/outside.py", "farm/../../outside.py"])
def test_a_site_cannot_write_outside_of_the_folder(tmp_path: Path, path: str):
    exercise = {**EXERCISE, "starter": {path: "gotcha"}}
    with pytest.raises(CliError, match="outside"):
        create(tmp_path / "work", exercise, {}, force=False)
    assert not (tmp_path / "outside.py").exists()


def test_a_symbolic_link_is_not_followed_out_of_the_folder(work, tmp_path: Path):
    (tmp_path / "secret").write_text("secret")
    (work.folder / "farm/extra/link.py").symlink_to(tmp_path / "secret")
    assert "farm/extra/link.py" not in work.files()


def test_a_folder_that_is_none_is_named(tmp_path: Path):
    with pytest.raises(CliError, match="Begin with: get"):
        find(tmp_path)
    (tmp_path / MARK).write_text(json.dumps([]))
    with pytest.raises(CliError, match="damaged"):
        find(tmp_path)


@pytest.mark.parametrize(
    "address", ["http://course.example.org", "ftp://x", "https://", "file:///etc/passwd", "https://x/y"]
)
def test_a_key_does_not_travel_to_what_is_no_safe_site(address: str):
    with pytest.raises(CliError):
        checked_origin(address)


def test_an_address_without_a_scheme_is_https():
    assert checked_origin("course.example.org") == "https://course.example.org"
    assert checked_origin("http://localhost:8000/") == "http://localhost:8000"


def test_what_code_printed_does_nothing_to_the_terminal():
    check = {"title": "\x1b]0;owned\x07", "status": "failed", "message": "\x1b[2J", "frames": []}
    assert "\x1b" not in "".join(show.check_lines(check))
