"""Grading tools of other makers: what they say of honest texts, and what hostile ones get out of them."""

import time
from pathlib import Path

import pytest

from sandbox.jail import InvalidProject, Jail, JailUnavailable, Project, grade, tools
from sandbox.jail.harness.nginx_tree import adapt
from sandbox.jail.lockdown.programs import NotAProgram, inspect
from sandbox.jail.project import MAX_FILE_BYTES
from sandbox.jail.tests.conftest import Still
from sandbox.jail.tests.serving import serving
from sandbox.jail.toolbox import installed

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


NOT_TO_BE_WRITTEN = {
    "a directory": "access_log /etc/nginx;",
    "below a file": "access_log /etc/nginx/nginx.conf/x;",
    "a name too long": f"access_log /{'a' * 300};",
    "a name with a NUL": "access_log /a\x00b;",
}


@needs_nginx
@pytest.mark.parametrize("line", NOT_TO_BE_WRITTEN.values(), ids=NOT_TO_BE_WRITTEN)
def test_nginx_says_itself_what_it_can_t_write_to(jail: Jail, line: str) -> None:
    """An honest mistake, too. As a fault of ours it would be tried for ever."""
    assert nginx(jail, f"events {{}}\nhttp {{ {line} }}\n").exit == 1


@needs_nginx
@pytest.mark.parametrize("name", ["run", "var/log/nginx", "etc/nginx/mime.types/x", "etc/nginx/conf.d"])
def test_a_tree_may_have_files_where_nginx_wants_others(jail: Jail, name: str) -> None:
    assert nginx(jail, "events {}\nhttp {}\n", **{name: ""}).exit in (0, 1)


def test_a_tree_can_t_take_the_place_of_what_a_tool_is_given(jail: Jail) -> None:
    tree = {"Dockerfile": "FROM debian\n", ".hadolint.yaml/x": "", ".hadolint.yaml": "ignored: [DL3006]\n"}
    for name in (".hadolint.yaml/x", ".hadolint.yaml"):
        files = {path: text for path, text in tree.items() if path in ("Dockerfile", name)}
        assert rules(tools.run("hadolint", files, jail=jail)) == ["DL3006"]


@pytest.mark.parametrize("text", ["\n", "\t", ";", "; ", "server ", "server\n", "http\n", "pid\n\n", "{\r"])
def test_a_long_nginx_configuration_is_soon_read(text: str) -> None:
    began = time.process_time()
    adapt({"etc/nginx/nginx.conf": text * (MAX_FILE_BYTES // len(text))}, Path("/root-of-the-tree"))
    assert time.process_time() - began < 2


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
