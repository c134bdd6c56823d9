"""A jail that surprises itself gets no work, and is ready again when the cause is gone."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from sandbox.jail import Jail, JailUnavailable, Limits, Project, grade, readiness, tools
from sandbox.jail.tests.conftest import PING, PONG
from sandbox.jail.tests.serving import serving

# An attack that succeeds while a file is there: whether one is, Landlock does not hide.
LEAK = """
import os
from sandbox.jail.harness import canary

def leak():
    if not os.path.exists({flag!r}):
        raise PermissionError

canary.ATTACKS["a leak"] = leak
"""


@pytest.fixture
def flag() -> Iterator[Path]:
    # Where a child, who is another user, can see it.
    with tempfile.TemporaryDirectory() as directory:
        Path(directory).chmod(0o711)
        yield Path(directory) / "leak"


@pytest.fixture
def leaky(tmp_path: Path, flag: Path) -> Iterator[Jail]:
    with serving(tmp_path / "s", LEAK.format(flag=str(flag))) as jail:
        yield jail


def test_no_work_for_a_jail_that_let_an_attack_pass(
    leaky: Jail, flag: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "GOOD_FOR", 0.0)
    monkeypatch.setattr(readiness, "BAD_FOR", 0.0)
    project = Project(files=PONG)
    assert grade(leaky, project, PING, time_limit=20).state == "passed"
    flag.touch()
    told = r"the jail let an attack of its own pass \(a leak: succeeded\)"
    with pytest.raises(JailUnavailable, match=told):
        leaky.check()
    with pytest.raises(JailUnavailable, match=told):
        grade(leaky, project, PING, time_limit=20)
    with pytest.raises(JailUnavailable, match=told), leaky.boot(project):
        pass
    with pytest.raises(JailUnavailable, match=told):
        tools.run("hadolint", {"Dockerfile": "FROM scratch\n"}, jail=leaky)
    flag.unlink()
    assert grade(leaky, project, PING, time_limit=20).state == "passed"


def test_a_finding_is_remembered_for_a_moment(
    leaky: Jail, flag: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = [1000.0]
    monkeypatch.setattr(readiness, "time", SimpleNamespace(monotonic=lambda: moments[0]))
    leaky.confirm()
    flag.touch()
    moments[0] += readiness.GOOD_FOR - 1
    leaky.confirm()
    moments[0] += 2
    with pytest.raises(JailUnavailable, match="a leak"):
        leaky.confirm()
    flag.unlink()
    moments[0] += readiness.BAD_FOR - 1
    with pytest.raises(JailUnavailable, match="a leak"), leaky.child(Limits()):
        pass
    moments[0] += 2
    leaky.confirm()


def test_nothing_is_remembered_of_a_jail_that_was_there_before(tmp_path: Path, flag: Path) -> None:
    path, change = tmp_path / "s", LEAK.format(flag=str(flag))
    with serving(path, change) as jail:
        jail.confirm()
    with pytest.raises(JailUnavailable, match="no jail answers"):
        Jail(path).confirm()
    flag.touch()
    with serving(path, change) as jail, pytest.raises(JailUnavailable, match="a leak"):
        jail.confirm()
    flag.unlink()
    with serving(path, change) as jail:
        jail.confirm()
