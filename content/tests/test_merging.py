"""Three versions of a text become one, or a conflict that is shown; nothing of either side is lost."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.merging import merge, merge_files, three_way
from tests.services import need

BASE = "one\ntwo\nthree\nfour\nfive\n"
TEXTS = st.lists(st.sampled_from("abcd"), max_size=8).map(
    lambda lines: "".join(f"{line}\n" for line in lines)
)


def merged(base: str, ours: str, theirs: str) -> str | None:
    return merge(three_way(base, ours, theirs))


@pytest.mark.parametrize(
    ("ours", "theirs", "both"),
    [
        ("ONE\ntwo\nthree\nfour\nfive\n", "one\ntwo\nthree\nfour\nFIVE\n", "ONE\ntwo\nthree\nfour\nFIVE\n"),
        ("one\nthree\nfour\nfive\n", "one\ntwo\nthree\nfour\nfive\nsix\n", "one\nthree\nfour\nfive\nsix\n"),
        ("zero\none\ntwo\nthree\nfour\nfive\n", BASE, "zero\none\ntwo\nthree\nfour\nfive\n"),
        (BASE.replace("two", "TWO"), BASE.replace("two", "TWO"), BASE.replace("two", "TWO")),
    ],
)
def test_changes_apart_from_each_other_are_merged(ours: str, theirs: str, both: str):
    assert merged(BASE, ours, theirs) == both
    assert merged(BASE, theirs, ours) == both


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (BASE.replace("two", "2"), BASE.replace("two", "II")),
        (BASE.replace("two", "2"), BASE.replace("two\nthree", "II\nIII")),
        (BASE + "six\n", BASE + "SIX\n"),
        (BASE.replace("two\n", ""), BASE.replace("two", "II")),
        # Neighbours: whether they belong together, only a person can say.
        (BASE.replace("two", "2"), BASE.replace("three", "III")),
    ],
)
def test_changes_in_the_same_place_are_a_conflict(ours: str, theirs: str):
    chunks = three_way(BASE, ours, theirs)
    assert merge(chunks) is None
    assert [chunk.kind for chunk in chunks].count("conflict") == 1


@given(TEXTS, TEXTS, TEXTS)
def test_chunks_are_the_three_texts(base: str, ours: str, theirs: str):
    chunks = three_way(base, ours, theirs)
    for name, text in (("base", base), ("ours", ours), ("theirs", theirs)):
        assert "".join(line for chunk in chunks for line in getattr(chunk, name)) == text


@given(TEXTS, TEXTS)
def test_one_side_alone_is_taken_whole(base: str, other: str):
    assert merged(base, other, base) == other
    assert merged(base, base, other) == other
    assert merged(base, other, other) == other


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (BASE.replace("one", "1"), BASE.replace("five", "V")),
        (BASE.replace("one", "1"), BASE.replace("three\nfour", "III")),
        (BASE.replace("two", "2"), BASE.replace("two", "II")),
        (BASE + "six\n", "zero\n" + BASE),
        (BASE + "six\n", BASE + "SIX\n"),
    ],
)
def test_git_merges_the_same(tmp_path: Path, ours: str, theirs: str):
    for name, text in (("ours", ours), ("base", BASE), ("theirs", theirs)):
        (tmp_path / name).write_text(text)
    command = [need(shutil.which("git"), "git"), "merge-file", "-p", "ours", "base", "theirs"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert merged(BASE, ours, theirs) == (run.stdout if run.returncode == 0 else None)


def test_files_are_merged_one_by_one():
    base = {"a": BASE, "b": "b\n", "c": "c\n", "d": "d\n"}
    ours = {"a": BASE.replace("one", "1"), "b": "b\n", "d": "D\n", "new": "n\n"}
    theirs = {"a": BASE.replace("five", "V"), "b": "B\n", "c": "c\n"}
    merged, conflicts = merge_files(base, ours, theirs)
    assert merged == {"a": "1\ntwo\nthree\nfour\nV\n", "b": "B\n", "new": "n\n"}
    assert conflicts == ["d"], "changed here, removed there"
