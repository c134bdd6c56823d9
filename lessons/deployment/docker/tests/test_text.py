"""The text's claims, tried on the demo's own rules and files."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema
from jsonschema.validators import validator_for

from lessons.deployment.docker.demo import cache, compose, context, reading
from lessons.deployment.docker.demo.seed import EXAMPLES, FILES, example

TEXT = (Path(__file__).parents[1] / "lesson.md").read_text()
ROOT = Path(__file__).parents[4]
TREE = FILES | {"Dockerfile": "", "compose.yaml": ""}


def ran(name: str, **changed: str) -> list[str]:
    """Steps of an example that run again after the change."""
    read = reading.read(example(f"{name}.Dockerfile"))
    before = {one.key for one in cache.plan(read, TREE).planned}
    after = cache.plan(read, TREE | {path: TREE[path] + text for path, text in changed.items()})
    return [one.step.text for one in after.planned if one.key and one.key not in before]


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", TEXT, re.DOTALL)


def services_of_the_course() -> dict:
    return yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]


def test_twenty_files():
    assert len(TREE) == 20
    assert "your twenty files" in TEXT


def test_the_figure():
    """Two orders of the same steps after a change of menu/views.py."""
    changed = {"menu/views.py": "# x\n"}
    assert [text.split()[0] for text in ran("first", **changed)] == ["COPY", "RUN", "RUN"]
    again = ran("ordered", **changed)
    assert again[0] == "COPY . ."
    assert not any("pip" in text for text in again)


def test_the_dotted_stage_is_not_built():
    read = reading.read(example("stages.Dockerfile"))
    assert {stage.title for stage in read.stages} - {stage.title for stage in read.needed()} == {"test"}


def test_patterns_of_the_text():
    [ignore] = [block for block in blocks("text") if ".env" in block]
    left = context.visible(TREE | {".dockerignore": ignore, "menu/__pycache__/views.pyc": ""})
    assert not {".env", ".git/config", "db.sqlite3", "menu/__pycache__/views.pyc"} & set(left)
    assert "manage.py" in left
    for pattern, kept in (("*.pyc", {"a/b.pyc"}), ("**/*.pyc", set())):
        assert (
            set(context.visible({"a/b.pyc": "", "c.pyc": "", ".dockerignore": pattern})) - {".dockerignore"}
            == kept
        )
    files = {"a.sqlite3": "", "keep.sqlite3": ""}
    assert "keep.sqlite3" in context.visible(files | {".dockerignore": "*.sqlite3\n!keep.sqlite3"})
    assert "keep.sqlite3" not in context.visible(files | {".dockerignore": "!keep.sqlite3\n*.sqlite3"})


def test_ignored_and_asked_for_is_not_found():
    files = TREE | {".dockerignore": "*.txt\n"}
    assert (
        '"/requirements.txt": not found'
        in cache.plan(reading.read(example("ordered.Dockerfile")), files).error
    )


def test_the_schema_has_nothing_against_a_circle():
    document = {
        "services": {"a": {"image": "x", "depends_on": ["b"]}, "b": {"image": "x", "depends_on": ["a"]}}
    }
    schema = get_builtin_schema("vendor.compose-spec")
    assert not list(validator_for(schema)(schema).iter_errors(document))
    assert compose.read(yaml.safe_dump(document)).circle == ["a", "b", "a"]


def test_web_does_without_a_healthy_redis():
    found = compose.read(example("compose.yaml"))
    assert compose.outcome(found, "redis", "sick")["web"] == "starts"
    assert compose.outcome(found, "db", "sick")["web"] != "starts"


def test_all_three_kinds_of_waiting():
    assert {arrow.condition for arrow in compose.read(example("compose.yaml")).arrows} == set(
        compose.WAITS_FOR
    )


def test_the_courses_own_compose_file():
    """What the text says of it, and shows."""
    text = (ROOT / "compose.yaml").read_text()
    document = yaml.safe_load(text)
    [shown] = [block for block in blocks("yaml") if "x-locked" in block]
    assert shown in text
    for body in services_of_the_course().values():
        assert body["read_only"] is True
        assert body["cap_drop"] == ["ALL"]
        assert body["security_opt"] == ["no-new-privileges:true"]
    for name in ("db", "redis"):
        assert services_of_the_course()[name]["user"] in ("postgres", "redis")
    [network] = services_of_the_course()["db"]["networks"]
    assert document["networks"][network] == {"internal": True}


def test_the_courses_own_dockerfile():
    """Seven stages, three images, and what the text says of `proxy`."""
    found = reading.read((ROOT / "Dockerfile").read_text())
    assert len(found.stages) == 7
    assert "seven stages" in TEXT
    targets = {body["build"]["target"] for body in services_of_the_course().values() if "build" in body}
    assert targets == {"app", "jail", "proxy"} <= {stage.name for stage in found.stages}
    assert {stage.name for stage in found.stages if stage.parent and stage.parent.name == "base"} == {
        "app",
        "jail",
    }
    assert ["app"] in [step.flags.get("from") for step in found.stage("proxy").steps]


def test_a_moved_virtual_environment_has_the_old_path(tmp_path):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True)
    assert str(tmp_path / "venv") in (tmp_path / "venv/bin/activate").read_text()


@pytest.mark.parametrize("name", ["first", "ordered", "stages"])
def test_examples_are_what_hadolint_can_read(name):
    hadolint = shutil.which("hadolint") or str(Path(sys.executable).parent / "hadolint")
    done = subprocess.run(
        [hadolint, "--no-fail", str(EXAMPLES / f"{name}.Dockerfile")], capture_output=True, text=True
    )
    assert done.returncode == 0
    assert "DL1000" not in done.stdout


def test_settings_of_an_image_are_named_in_the_table():
    read = reading.read("FROM x\nCMD a\nEXPOSE 1\nLABEL a=b\n")
    assert not any(one.key for one in cache.plan(read, {}).planned)
