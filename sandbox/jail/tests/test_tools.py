"""Grading tools of other makers: what they say of honest texts, and what hostile ones get out of them."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.jail import InvalidProject, Jail, JailUnavailable, Project, grade, tools
from sandbox.jail.harness.nginx_tree import adapt
from sandbox.jail.lockdown.programs import NotAProgram, inspect
from sandbox.jail.tests.conftest import Still
from sandbox.jail.tests.serving import serving
from sandbox.jail.toolbox import TOOLS, installed

needs_nginx = pytest.mark.skipif("nginx" not in installed(), reason="nginx is not installed here")

DOCKERFILE = 'FROM python:3.11-slim\nWORKDIR /srv\nUSER 1000\nCMD ["python3"]\n'
WORKFLOW = """
on: pull_request
permissions: {}
jobs:
  test:
    runs-on: ubuntu-24.04
    permissions: {}
    steps:
      - run: make test
"""
NGINX = """
worker_processes auto;
pid /run/nginx.pid;
events {}
http {
    include /etc/nginx/mime.types;
    access_log /var/log/nginx/shop.log;
    include conf.d/*.conf;
}
"""
SITE = """
upstream course { server web:8000; }
server {
    listen 80;
    listen unix:/run/x.sock;
    server_name shop.example;
    location / { proxy_pass http://course; include proxy_params; }
    location /cache/ { proxy_pass http://web:8000; access_log /dev/stdout; }
}
"""
NGINX_TREE = {
    "etc/nginx/nginx.conf": NGINX,
    "etc/nginx/conf.d/shop.conf": SITE,
    "etc/hosts": "127.0.0.1 localhost web # the application\n",
}


def nginx(jail: Jail, main: str, **files: str) -> tools.ToolResult:
    return tools.run("nginx", {"etc/nginx/nginx.conf": main, **files}, jail=jail)


def rules(result: tools.ToolResult) -> list[str]:
    return [finding["code"] for finding in result.json()]


def test_hadolint_reads_a_dockerfile(jail: Jail) -> None:
    clean = tools.run("hadolint", {"Dockerfile": DOCKERFILE}, jail=jail)
    assert (clean.exit, clean.json(), clean.stderr) == (0, [], "")
    broken = tools.run("hadolint", {"Dockerfile": "FROM python\nMAINTAINER späť\n"}, jail=jail)
    assert broken.exit == 1
    assert rules(broken) == ["DL3006", "DL4000"]
    assert not (broken.timed_out or broken.cut)


def test_a_tree_cannot_tell_hadolint_to_look_away(jail: Jail) -> None:
    files = {
        "Dockerfile": "# hadolint ignore=DL3006\nFROM python\n",
        ".hadolint.yaml": "ignored: [DL3006]\n",
        ".hadolint.yml": "ignored: [DL3006]\n",
        ".config/hadolint.yaml": "ignored: [DL3006]\n",
    }
    assert rules(tools.run("hadolint", files, jail=jail)) == ["DL3006"]


def test_zizmor_reads_workflows(jail: Jail) -> None:
    path = ".github/workflows/ci.yml"
    clean = tools.run("zizmor", {path: WORKFLOW}, jail=jail)
    assert (clean.exit, clean.json()) == (0, []), clean
    injection = WORKFLOW.replace("make test", "echo ${{ github.event.pull_request.title }} # zizmor: ignore")
    files = {path: injection, ".gitignore": ".github\n", "zizmor.yml": "rules: {}\n"}
    found = tools.run("zizmor", files, jail=jail)
    assert found.exit != 0
    assert [finding["ident"] for finding in found.json()] == ["template-injection"]


def test_ruff_reads_a_project(jail: Jail) -> None:
    files = {
        "shop/views.py": "import os\nx=1\n",
        "pyproject.toml": '[tool.ruff.lint]\nselect = ["E", "F", "I"]\n',
    }
    told = tools.run("ruff-check", files, jail=jail)
    assert told.exit == 1
    assert [line.split()[1] for line in told.stdout.splitlines()[:2]] == ["I001", "F401"]
    told = tools.run("ruff-format", files, jail=jail)
    assert (told.exit, "+x = 1" in told.stdout) == (1, True)
    for name in ("ruff-check", "ruff-format"):
        assert tools.run(name, {"shop/views.py": "x = 1\n"}, jail=jail).exit == 0


@needs_nginx
def test_nginx_tests_a_tree_of_its_own(jail: Jail) -> None:
    result = tools.run("nginx", NGINX_TREE, jail=jail)
    assert result.exit == 0, result
    assert result.stderr.splitlines() == [
        "nginx: the configuration file /etc/nginx/nginx.conf syntax is ok",
        "nginx: configuration file /etc/nginx/nginx.conf test is successful",
    ]


@needs_nginx
@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "proxy_pass http://course",
            "prox_pass http://course",
            '"prox_pass" in /etc/nginx/conf.d/shop.conf:7',
        ),
        ("server web:8000", "server wob:8000", 'host not found in upstream "wob:8000"'),
        ("http://web:8000", "http://wob:8000", 'host not found in upstream "wob"'),
        ("listen 80;", "listen 80", 'invalid parameter "listen" in'),
        (
            "server_name shop.example;",
            "include snippets/tls.conf;",
            'open() "/etc/nginx/snippets/tls.conf" failed',
        ),
        ("listen 80;", "listen 80; ssl_certificate /etc/ssl/shop.pem;", "/etc/ssl/shop.pem"),
    ],
)
def test_nginx_says_what_is_wrong_where(jail: Jail, old: str, new: str, told: str) -> None:
    wrong = SITE.replace(old, new)
    assert wrong != SITE
    result = tools.run("nginx", {**NGINX_TREE, "etc/nginx/conf.d/shop.conf": wrong}, jail=jail)
    assert result.exit == 1
    assert told in result.stderr
    assert "/dev/shm" not in result.stderr


def test_the_lines_of_an_nginx_configuration_stay_where_they_are() -> None:
    adapted, written = adapt(NGINX_TREE, Path("/root-of-the-tree"))
    for name in NGINX_TREE:
        assert adapted[name].count("\n") == NGINX_TREE[name].count("\n")
    assert adapted["etc/hosts"] == NGINX_TREE["etc/hosts"]
    assert written == ["run/nginx.pid", "var/log/nginx/access.log", "var/log/nginx/shop.log"]
    assert "server 127.0.0.1:8000" in adapted["etc/nginx/conf.d/shop.conf"]
    assert "access_log /dev/stdout;" in adapted["etc/nginx/conf.d/shop.conf"]


def test_an_nginx_configuration_names_no_file_above_its_tree_to_write_to() -> None:
    logs = "access_log logs/$host.log; access_log /a/../../z;"
    text = f"pid ../../x; error_log /../../y; events {{}} http {{ {logs} }}"
    _, written = adapt({"etc/nginx/nginx.conf": text}, Path("/root-of-the-tree"))
    assert written == ["run/nginx.pid", "var/log/nginx/access.log"]


PEEKING = {
    "include": "include /etc/passwd; events {}",
    "include_quoted": "include '/etc/passwd'; events {}",
    "include_relative": "include ../../../../../../../../etc/passwd; events {}",
    "include_escaped": 'include "/et\\c/passwd"; events {}',
    "include_variable_spacing": "include\n\t/etc/passwd\n; events {}",
    "include_all": "include ../../../../../../../../etc/*; events {}",
    "include_environment": "include ../../../../../../../../proc/self/environ; events {}",
    "include_memory": "include ../../../../../../../../proc/self/maps; events {}",
    "certificate": "events {} http { server { ssl_certificate ../../../../../../../../etc/shadow; } }",
    "module": "load_module ../../../../../../../../usr/lib/nginx/modules/ngx_stream_module.so; events {}",
    "module_of_the_tree": "load_module ../../x.so; events {}",
    "perl": "events {} http { perl_modules /; perl_set $x 'sub { exec q(cat), q(/etc/passwd) }'; }",
}


@needs_nginx
@pytest.mark.parametrize("name", PEEKING)
def test_nginx_reads_nothing_outside_of_its_tree(jail: Jail, name: str) -> None:
    result = nginx(jail, PEEKING[name], **{"x.so": "\x7fELF\x02\x01\x01\x00not really"})
    assert "root:" not in result.stderr + result.stdout
    if name == "include_all":
        # What it may not list, it finds empty.
        assert result.exit == 0
    else:
        assert result.exit == 1, result


@needs_nginx
def test_nginx_writes_only_where_its_tree_says_and_little(jail: Jail) -> None:
    for attack in ("pid ../../../../tmp/x", "error_log ../../../../../tmp/x", "error_log /dev/shm/x"):
        result = nginx(jail, f"{attack}; events {{}}")
        assert result.exit == 1, result
        assert "failed (13: Permission denied)" in result.stderr or "No such file" in result.stderr
    assert not Path("/tmp/x").exists()
    assert not Path("/dev/shm/x").exists()


@needs_nginx
def test_a_configuration_that_includes_itself_ends(jail: Jail, still: Still) -> None:
    result = nginx(jail, "events {}\ninclude more.conf;\n", **{"etc/nginx/more.conf": "include more.conf;\n"})
    assert (result.exit, result.timed_out) == (1, False)
    assert "Too many open files" in result.stderr


@needs_nginx
def test_much_to_say_is_cut(jail: Jail, still: Still) -> None:
    # A warning of each of its lines, each line as often as it is included.
    many = "user www-data;\n" * 200
    includes = "include many.conf;\n" * 200
    result = nginx(jail, f"events {{}}\n{includes}", **{"etc/nginx/many.conf": many})
    assert result.exit in (0, 1) or result.cut
    assert len(result.stderr) <= tools.OUTPUT_BYTES + 100


def test_a_bomb_of_aliases_ends(jail: Jail, still: Still) -> None:
    levels = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in range(1, 30):
        levels += f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]\n"
    began = time.monotonic()
    result = tools.run("zizmor", {".github/workflows/ci.yml": levels}, jail=jail, wall=5)
    assert time.monotonic() - began < 10
    assert result.exit != 0 or result.json() == []


def test_a_dockerfile_as_large_as_may_be_ends(jail: Jail, still: Still) -> None:
    lines = "FROM scratch\n" + "RUN " + "echo $(" * 2000 + ")" * 2000 + "\n"
    result = tools.run("hadolint", {"Dockerfile": lines}, jail=jail, wall=3)
    assert result.timed_out or result.exit is not None


def test_only_what_is_in_the_toolbox_is_run(jail: Jail) -> None:
    for name in ("sh", "/bin/sh", "../hadolint", "hadolint --version", ""):
        with pytest.raises(
            tools.UnknownTool, match="there are hadolint, nginx, ruff-check, ruff-format, zizmor"
        ):
            tools.run(name, {}, jail=jail)


def test_a_tree_is_as_bounded_as_a_project(jail: Jail) -> None:
    for files in ({"../Dockerfile": ""}, {"/Dockerfile": ""}, {"Dockerfile": "x" * 300_000}):
        with pytest.raises(InvalidProject):
            tools.run("hadolint", files, jail=jail)


def test_a_script_is_no_program(tmp_path: Path) -> None:
    script = tmp_path / "hadolint"
    script.write_text("#!/bin/sh\n")
    with pytest.raises(NotAProgram, match="hadolint is no program of this machine"):
        inspect(script)
    script.write_bytes(b"\x7fELF\x02\x01")
    with pytest.raises(NotAProgram, match="can't be run"):
        inspect(script)


CHECKS = '''
from sandbox.jail.examiner import ExerciseTestCase

class Checks(ExerciseTestCase):
    def test_lint(self):
        """The Dockerfile is clean."""
        self.expect([f["code"] for f in self.tool("hadolint").json()], [])

    def test_changed(self):
        """It would be seen if it were not."""
        self.expect(self.files["Dockerfile"].splitlines()[0], "FROM python:3.11-slim")
        worse = self.tool("hadolint", {"Dockerfile": self.files["Dockerfile"].replace(":3.11-slim", "")})
        self.expect([(f["code"], f["line"]) for f in worse.json()], [("DL3006", 1)])
'''


def test_checks_ask_a_tool(jail: Jail) -> None:
    verdict = grade(jail, Project(files={"Dockerfile": DOCKERFILE}), CHECKS, time_limit=20)
    assert verdict.state == "passed", verdict
    wrong = Project(files={"Dockerfile": DOCKERFILE.replace("WORKDIR /srv", "WORKDIR srv")})
    verdict = grade(jail, wrong, CHECKS, time_limit=20)
    assert (verdict.state, verdict.checks[0].got) == ("failed", "['DL3000']")


def test_a_project_cannot_change_what_a_tool_is_shown(jail: Jail) -> None:
    patch = "import builtins\nbuiltins.open = None\nfrom sandbox.jail import toolbox\ntoolbox.TOOLS.clear()\n"
    files = {"Dockerfile": DOCKERFILE.replace("WORKDIR /srv", "WORKDIR srv"), "settings.py": patch}
    assert grade(jail, Project(files=files), CHECKS, time_limit=20).checks[0].got == "['DL3000']"


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ("self.tool('sh')", "there is no tool 'sh'"),
        ("self.tool('hadolint', {'../x': ''})", "The path '../x'"),
        ("self.link.value({'op': 'tool', 'tool': 'hadolint', 'files': 3})", "have to be texts"),
    ],
)
def test_what_an_author_asks_wrongly_is_the_author_s_fault(jail: Jail, call: str, told: str) -> None:
    checks = (
        CHECKS.split("    def test_lint")[0] + f'    def test_x(self):\n        """X."""\n        {call}\n'
    )
    verdict = grade(jail, Project(files={}), checks, time_limit=20)
    assert verdict.state == "ours"
    assert told in verdict.message


def test_a_tool_that_takes_the_learner_s_time_is_a_timeout(jail: Jail, bad: Jail) -> None:
    checks = CHECKS.replace('"hadolint"', '"attacker"')
    verdict = grade(bad, Project(files={"attack.py": "while True: pass"}), checks, time_limit=1.5)
    assert verdict.state == "timeout", verdict


def test_a_tool_that_is_not_installed_is_no_fault_of_the_learner(tmp_path: Path) -> None:
    hide = "from sandbox.jail import serve\nserve.installed = lambda: {}\n"
    with serving(tmp_path / "s", hide) as bare:
        with pytest.raises(JailUnavailable, match="hadolint is not installed where the jail runs"):
            tools.run("hadolint", {"Dockerfile": DOCKERFILE}, jail=bare)
        with pytest.raises(JailUnavailable, match="hadolint is not installed"):
            grade(bare, Project(files={"Dockerfile": DOCKERFILE}), CHECKS, time_limit=20)
        bare.check()


def test_without_a_jail_the_reason_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAIL_SOCKET", raising=False)
    with pytest.raises(JailUnavailable, match="JAIL_SOCKET is empty"):
        tools.run("hadolint", {})


# --- A tool that does what a text tells it to: the worst that a hole in one can come to ------------------

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
