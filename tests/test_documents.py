"""The README and the documents name paths, commands and targets: each has to exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
PLACES = r"(?:lms|content|lessons|sandbox|templates|static|benchmarks|docs|tests|\.ci|\.github|requirements)/"


def text_of(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def named_paths(text: str) -> set[str]:
    spans = re.findall(r"`([^`\n]+)`", text)
    paths = {span for span in spans if re.fullmatch(PLACES + r"[\w./-]*", span)}
    return {path for path in paths if "<" not in path}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_path_that_a_document_names_exists(document: Path) -> None:
    # static/dist and the like are named with their folder; a file that is built is committed as well.
    missing = sorted(path for path in named_paths(text_of(document)) if not (ROOT / path).exists())
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_to_a_file_leads_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#|mailto:|xray:)([^)\s#]+)", text_of(document))
    missing = sorted(target for target in targets if not (document.parent / target).exists())
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_management_command_that_a_document_names_exists(document: Path) -> None:
    named = set(re.findall(r"manage\.py ([a-z_]+)", text_of(document)))
    assert named - set(get_commands()) == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_make_target_that_a_document_names_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z-]+)", text_of(document)))
    words = {"sure", "it", "them", "a", "the", "one", "something", "is"}
    assert named - targets - words == set()


def test_every_decision_has_a_number_of_its_own() -> None:
    records = sorted((ROOT / "docs" / "adr").glob("*.md"))
    headings = [re.match(r"# (\d+)\. ", text_of(record)) for record in records]
    found = [
        (int(record.name[:4]), heading and int(heading[1]))
        for record, heading in zip(records, headings, strict=True)
    ]
    assert found == [(number, number) for number in range(1, len(records) + 1)]


def test_the_readme_names_every_folder_of_the_house() -> None:
    readme = text_of(ROOT / "README.md")
    for folder in (
        "lms",
        "content",
        "lessons",
        "sandbox/jail",
        "sandbox/demos",
        "sandbox/xray",
        "templates",
        "static",
    ):
        assert f"`{folder}/`" in readme


@pytest.mark.parametrize("module", ["sandbox.jail", "sandbox.demos", "benchmarks"])
def test_every_module_that_is_a_command_explains_itself(module: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", module, "--help"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 0, run.stderr
    assert "usage" in run.stdout.lower()
