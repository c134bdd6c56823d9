"""A tool that does what a text tells it to: the worst that a hole in one can come to."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.jail import Jail, Project, grade, tools
from sandbox.jail.lockdown.programs import inspect
from sandbox.jail.tests.serving import serving
from sandbox.jail.tests.test_tools import CHECKS, DOCKERFILE
from sandbox.jail.toolbox import TOOLS

ATTACKER = """
import sysconfig, sys
from pathlib import Path
from sandbox.jail import toolbox
from sandbox.jail.lockdown.programs import Program, inspect

class Attacker(toolbox.Tool):
    def find(self):
        found = inspect(Path(sys.executable))
        modules = [Path(sysconfig.get_path("stdlib")).resolve()]
        # What ctypes and json need of the system's libraries.
        shared = Path("/usr/lib", sysconfig.get_config_var("MULTIARCH"))
        libraries = (*found.libraries, *modules, shared)
        return Program(binary=found.binary, loader=found.loader, libraries=libraries)

toolbox.TOOLS["attacker"] = Attacker(
    name="attacker", what="attack.py", sample={}, arguments=("-I", "-S", "attack.py"), places=()
)
"""
PRELUDE = """
import ctypes, errno, json, os, resource, signal, socket, sys, threading, time
libc = ctypes.CDLL(None, use_errno=True)
REPOSITORY = {repository!r}
def call(*arguments):
    value = libc.syscall(*(ctypes.c_long(a) if isinstance(a, int) else a for a in arguments))
    if value < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return value
"""
TRY = """
def attempt(source):
    names = dict(globals(), got=None)
    try:
        exec(source, names)
    except OSError as error:
        refused = error.errno in (errno.EPERM, errno.EACCES, errno.ENOSYS)
        return "refused" if refused else f"other: {error!r}"
    return f"got through: {names['got']!r}"
print(json.dumps({name: attempt(source) for name, source in json.loads(open("cases.json").read()).items()}))
"""


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jail]:
    """A jail in whose toolbox is Python, running a file of the tree."""
    scope: dict[str, object] = {}
    exec(ATTACKER, scope)
    with serving(tmp_path_factory.mktemp("bad") / "s", ATTACKER) as jail:
        yield jail
    del TOOLS["attacker"]


def attack(jail: Jail, source: str, *, wall: float = 10, **files: str) -> tools.ToolResult:
    repository = str(Path(__file__).resolve().parents[3])
    prelude = PRELUDE.replace("{repository!r}", repr(repository))
    return tools.run("attacker", {"attack.py": prelude + source, **files}, jail=jail, wall=wall)


def test_an_attacker_inside_a_tool_gets_nothing(bad: Jail) -> None:
    from sandbox.jail.tests.test_attacks import REFUSED

    more = {
        "exec_by_the_descriptor_that_may": (
            "fd = os.open('/bin/true', os.O_PATH); os.dup2(fd, 9)\ngot = call(322, 9, b'', 0, 0, 0x1000)"
        ),
        "exec_by_another_descriptor": "fd = os.open('.', os.O_PATH)\ngot = call(322, fd, b'', 0, 0, 0x1000)",
        "exec_another_way": "got = call(59, b'/bin/true', 0, 0)",
        "new_file": "got = open('attack2.py', 'w')",
        "the_platform_s_packages": "import sysconfig\ngot = os.listdir("
        + repr(os.path.dirname(pytest.__file__))
        + ")",
        "another_tool": f"got = open({str(TOOLS['hadolint'].places[0])!r}, 'rb')",
        "listen": "got = call(50, 0, 1)",
    }
    cases = {**REFUSED, **more}
    # Each has its reason to be refused in a module that such a Python does not have.
    cases = {name: source for name, source in cases.items() if "django" not in source}
    result = attack(bad, TRY, **{"cases.json": json.dumps(cases), "urls.py": ""})
    assert result.exit == 0, result
    assert {name: told for name, told in result.json().items() if told != "refused"} == {}
    assert len(result.json()) > 90


def test_nothing_but_its_outputs_is_open_in_a_tool(bad: Jail) -> None:
    count = "print([n for n in range(1000) if not os.system is None and is_open(n)])"
    define = "def is_open(n):\n    try: os.fstat(n)\n    except OSError: return False\n    return True\n"
    # The script itself is what Python reads just then.
    result = attack(bad, define + count)
    assert result.json()[:3] == [0, 1, 2]
    assert len(result.json()) <= 4
    environment = attack(bad, "print(json.dumps(sorted(os.environ)))").json()
    assert set(environment) <= {"HOME", "LANG", "PATH", "TZ", "LC_CTYPE"}


def test_a_tool_can_load_itself_again_and_nothing_else(bad: Jail) -> None:
    source = """
fd = os.open(LOADER, os.O_PATH)
os.dup2(fd, 9, inheritable=True)
argv = (ctypes.c_char_p * 3)(b"ld.so", b"/bin/true", None)
call(322, 9, b"", argv, 0, 0x1000)
"""
    loader = inspect(Path("/bin/true")).loader
    result = attack(bad, f"LOADER = {str(loader)!r}\n{source}")
    assert result.exit not in (0, None)
    assert "Permission denied" in result.stderr or "refused" in result.stderr, result


@pytest.mark.parametrize(
    "source",
    [
        "while True: pass",
        "time.sleep(1000)",
        "for n in range(1, 65):\n    try: signal.signal(n, signal.SIG_IGN)\n"
        "    except (OSError, ValueError): pass\n"
        "while True: pass",
        "os.close(1); os.close(2); time.sleep(1000)",
    ],
)
def test_a_tool_without_end_is_ended(bad: Jail, source: str) -> None:
    began = time.monotonic()
    result = attack(bad, source, wall=1)
    assert (result.exit, result.timed_out) == (None, True)
    assert time.monotonic() - began < 6


def test_a_tool_without_measure_is_ended(bad: Jail) -> None:
    flood = attack(bad, "while True: os.write(1, b'x' * 65536)")
    assert (flood.exit, flood.cut, flood.timed_out) == (None, True, False)
    assert len(flood.stdout) == tools.OUTPUT_BYTES
    assert attack(bad, "x = bytearray(4 << 30)").exit == 1
    threads = attack(
        bad, "for _ in range(600): threading.Thread(target=time.sleep, args=(9,), daemon=True).start()"
    )
    assert threads.exit != 0
    assert tools.run("hadolint", {"Dockerfile": DOCKERFILE}, jail=bad).exit == 0


def test_a_tool_that_crashes_says_so(bad: Jail) -> None:
    assert attack(bad, "ctypes.string_at(0)").exit == -11
    assert attack(bad, "sys.exit(3)").exit == 3


def test_a_tool_that_takes_the_learner_s_time_is_a_timeout(jail: Jail, bad: Jail) -> None:
    checks = CHECKS.replace('"hadolint"', '"attacker"')
    verdict = grade(bad, Project(files={"attack.py": "while True: pass"}), checks, time_limit=1.5)
    assert verdict.state == "timeout", verdict
