"""The page that the exercises' preview shows, for every answer in their folders."""

from pathlib import Path

import pytest
import yaml

from sandbox.jail import Project

EXERCISES = Path(__file__).parents[1] / "exercises"
WORKFLOW = ".github/workflows/ci.yml"
ANSWERS = sorted(EXERCISES.glob(f"*/starter/{WORKFLOW}")) + sorted(EXERCISES.glob(f"*/solution/{WORKFLOW}"))


def project(exercise: Path, workflow: str) -> Project:
    starter = exercise / "starter"
    files = {
        str(file.relative_to(starter)): file.read_text() for file in starter.rglob("*") if file.is_file()
    }
    return Project(files=files | {WORKFLOW: workflow}, apps=("reader",), urls="urls")


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: "-".join(answer.parts[-5:-3]))
def test_the_preview_lists_jobs_and_steps(jail, answer):
    with jail.boot(project(answer.parents[3], answer.read_text())) as booted:
        page = booted.request("GET", "/")
    assert page.status == 200
    for name in yaml.safe_load(answer.read_text())["jobs"]:
        assert f"<h2>{name}</h2>" in page.content.decode()


@pytest.mark.parametrize("text", ["", "jobs: [", "on: push\njobs:\n  a: 1\n", "[]"])
def test_what_cannot_be_read_is_said(jail, text):
    with jail.boot(project(EXERCISES / "repair_leak", text)) as booted:
        page = booted.request("GET", "/")
    assert (page.status, "cannot be read" in page.content.decode()) == (200, True)
