"""What GitHub runs for this repository: by the schemas, by zizmor, and by what we have promised ourselves."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.stack import ROOT

GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
PROGRAMS = Path(sys.executable).parent


def loaded(path: Path) -> dict:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    # YAML 1.1 takes `on` for the boolean.
    return {("on" if key is True else key): value for key, value in document.items()}


def ran(*command: str) -> subprocess.CompletedProcess[str]:
    program, *rest = command
    return subprocess.run(
        [str(PROGRAMS / program), *rest], cwd=ROOT, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize(
    ("schema", "files"),
    [("vendor.github-workflows", WORKFLOWS), ("vendor.dependabot", [GITHUB / "dependabot.yml"])],
)
def test_each_fits_its_schema(schema: str, files: list[Path]):
    run = ran("check-jsonschema", "--builtin-schema", schema, *map(str, files))
    assert run.returncode == 0, run.stdout + run.stderr


def test_zizmor_finds_nothing_even_at_its_most_pedantic():
    run = ran("zizmor", "--offline", "--no-progress", "--persona", "auditor", "--no-ignores", str(GITHUB))
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_to_a_commit_and_say_which_version_that_is(path: Path):
    used = re.findall(r"^\s*-?\s*uses: (.+)$", path.read_text(), re.MULTILINE)
    assert used
    assert [one for one in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one)] == []
    commits: dict[str, set[str]] = {}
    for action, commit in re.findall(r"uses: ([\w./-]+)@([0-9a-f]{40})", path.read_text()):
        commits.setdefault(action, set()).add(commit)
    assert all(len(found) == 1 for found in commits.values())


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_job_has_the_rights_that_it_names_and_an_end(path: Path):
    workflow = loaded(path)
    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        assert job["permissions"], name
        assert job["timeout-minutes"] <= 60, name
        writes = {scope for scope, right in job["permissions"].items() if right == "write"}
        # Only a release may write anywhere, and it waits for the environment's rules.
        assert not writes or (path.stem == "release" and job["environment"] == "release"), name


def test_ci_covers_what_the_project_says_it_runs_on():
    jobs = loaded(GITHUB / "workflows/ci.yml")["jobs"]
    assert {"lint", "test", "postgresql", "images", "audit"} <= jobs.keys()
    versions = jobs["test"]["strategy"]["matrix"]["python"]
    assert versions == ["3.11", "3.12", "3.13"]
    requires = re.search(r'requires-python = ">=([\d.]+)"', (ROOT / "pyproject.toml").read_text())
    assert requires
    assert requires[1] == versions[0]


def test_ci_calls_what_is_there():
    text = "\n".join(path.read_text() for path in WORKFLOWS)
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"run: make ([a-z-]+)", text):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    for folder in re.findall(r"pytest [^\n]*? (tests/\w+|lms|content)\b", text):
        assert (ROOT / folder).is_dir(), folder
    for stage in loaded(GITHUB / "workflows/release.yml")["jobs"]["image"]["strategy"]["matrix"]["target"]:
        assert re.search(rf"^FROM \S+ AS {stage}$", (ROOT / "Dockerfile").read_text(), re.MULTILINE), stage


def test_dependabot_looks_at_everything_that_is_pinned():
    updates = loaded(GITHUB / "dependabot.yml")["updates"]
    assert {update["package-ecosystem"] for update in updates} == {
        "pip",
        "npm",
        "github-actions",
        "docker",
        "docker-compose",
    }
    for update in updates:
        assert (ROOT / update["directory"].lstrip("/")).is_dir()
