"""What compose.yaml describes: its parts by themselves, and all of it where a Docker engine is there."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import ssl
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from django.core.management import CommandError, call_command

from tests.services import need
from tests.stack import ROOT, free_ports
from tests.visitor import Visitor, solution

OURS = ("proxy", "lms", "demos", "worker", "beat", "jail")


def test_make_env_writes_what_compose_needs_and_never_again(tmp_path):
    call_command("make_env", "--folder", str(tmp_path), "--host", "course.test", "--https-port", "8443")
    env = read_env(tmp_path)
    assert env["SITE_ORIGIN"] == "https://course.test:8443"
    assert env["DEMOS_HOST"] == "demos.course.test"
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0
    assert (tmp_path / "var/tls/privkey.pem").stat().st_mode & 0o077 == 0
    certificate = x509.load_pem_x509_certificate((tmp_path / "var/tls/fullchain.pem").read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["course.test", "demos.course.test"]
    needed = set(re.findall(r"\$\{([A-Z_]+):\?", (ROOT / "compose.yaml").read_text()))
    assert needed <= env.keys()
    with pytest.raises(CommandError, match="nothing was changed"):
        call_command("make_env", "--folder", str(tmp_path))
    assert read_env(tmp_path) == env


@pytest.mark.parametrize("name", ["course test", "-x", "$(id)", "a..b", "UPPER"])
def test_make_env_refuses_what_is_no_host_name(tmp_path, name):
    with pytest.raises(CommandError, match="not a host name"):
        call_command("make_env", "--folder", str(tmp_path), f"--host={name}")
    assert list(tmp_path.iterdir()) == []


def test_the_demos_need_a_name_of_their_own(tmp_path):
    with pytest.raises(CommandError, match="another origin"):
        call_command("make_env", "--folder", str(tmp_path), "--host=a.test", "--demos-host=a.test")


def test_demos_of_another_site_are_warned_of(tmp_path, capsys):
    for number, (demos, warned) in enumerate(
        [("demos.course.test.org", False), ("demos.test.org", False), ("demos.elsewhere.org", True)]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        options = ["--folder", str(folder), "--host=course.test.org", f"--demos-host={demos}"]
        call_command("make_env", *options)
        assert ("keep no cookie" in capsys.readouterr().err) == warned


def test_a_trial_on_this_machine_has_an_attackers_host_and_others_choose_one(tmp_path):
    for host, chosen, attacker in (
        ("course.localhost", (), "kittens.localhost"),
        ("course.test", (), ""),
        ("course.test", ("--attacker-host=kittens.example",), "kittens.example"),
    ):
        folder = tmp_path / f"{host}-{attacker}"
        folder.mkdir()
        call_command("make_env", "--folder", str(folder), "--host", host, "--https-port", "8443", *chosen)
        env = read_env(folder)
        assert env["ATTACKER_HOST"] == attacker
        assert env["DEMOS_ATTACKER_ORIGIN"] == (f"https://{attacker}:8443" if attacker else "")
        certificate = x509.load_pem_x509_certificate((folder / "var/tls/fullchain.pem").read_bytes())
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        assert (attacker in names.get_values_for_type(x509.DNSName)) == bool(attacker)
    with pytest.raises(CommandError, match="another site"):
        call_command("make_env", "--folder", str(tmp_path), "--host=a.test", "--attacker-host=demos.a.test")


def test_the_jails_packages_are_the_platforms_versions():
    def pinned(name: str) -> dict[str, str]:
        text = (ROOT / "requirements" / name).read_text()
        return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^]]*\])?==([^ ;\\]+)", text, re.MULTILINE))

    jail, run = pinned("jail.txt"), pinned("run.txt")
    assert "django" in jail
    assert {name: version for name, version in jail.items() if run.get(name) != version} == {}
    # Nothing of the platform's own in there: no database driver, no mail, no CMS.
    assert not jail.keys() & {"wagtail", "psycopg", "django-allauth", "redis", "sentry-sdk"}


@pytest.mark.services
def test_nginx_takes_the_configuration(tmp_path):
    nginx = need(shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin"), "nginx")
    call_command("make_env", "--folder", str(tmp_path), "--host", "course.test")
    text = (ROOT / "deploy/nginx/site.conf.template").read_text()
    for name, value in {**read_env(tmp_path), "HTTPS_SUFFIX": ""}.items():
        text = text.replace(f"${{{name}}}", value)
    assert "${" not in text
    text = text.replace("/etc/nginx/tls", f"{tmp_path}/var/tls")
    # These two names exist in the network of the containers only.
    text = re.sub(r"server (lms|demos):", "server 127.0.0.1:", text)
    (tmp_path / "site.conf").write_text(text)
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log stderr; events {{}}\nhttp {{ include {tmp_path}/site.conf; }}\n"
    )
    run = subprocess.run(
        [nginx, "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")], capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr


def read_env(folder: Path) -> dict[str, str]:
    lines = (folder / ".env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


# --- The whole of it ---------------------------------------------------------------------------


@dataclass
class Containers:
    """The stack of compose.yaml, running under a name and ports of its own."""

    project: str
    folder: Path
    env: dict[str, str]

    def compose(self, *arguments: str, timeout: float = 120) -> str:
        command = ["docker", "compose", "--project-name", self.project]
        command += ["--env-file", str(self.folder / ".env"), *arguments]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=timeout)
        assert run.returncode == 0, run.stderr[-3000:]
        return run.stdout

    def python(self, service: str, source: str) -> str:
        return self.compose("exec", "-T", service, "python3", "-c", source).strip()


@pytest.fixture(scope="module")
def containers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Containers]:
    docker = shutil.which("docker")
    if docker is None or subprocess.run(["docker", "compose", "version"], capture_output=True).returncode:
        pytest.skip("no docker with compose here")
    if subprocess.run(["docker", "info"], capture_output=True, timeout=20).returncode:
        pytest.skip("no Docker engine answers here")
    folder = tmp_path_factory.mktemp("containers")
    http, https = free_ports(2)
    # A name that Python finds as well; browsers find every name below localhost.
    options = ["--folder", str(folder), "--host", "localhost"]
    call_command("make_env", *options, "--http-port", str(http), "--https-port", str(https))
    running = Containers(f"course-test-{os.getpid()}", folder, read_env(folder))
    try:
        running.compose("build", "--quiet", timeout=900)
        running.compose("up", "--detach", "--wait", "--quiet-pull", timeout=300)
        yield running
    finally:
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.compose("down", "--volumes", "--timeout", "5")


@pytest.mark.xdist_group("containers")
def test_a_submission_is_graded_in_the_containers(containers):
    context = ssl.create_default_context(cafile=str(containers.folder / "var/tls/fullchain.pem"))
    visitor = Visitor(containers.env["SITE_ORIGIN"], context)
    result = visitor.wait_for(visitor.hand_in(solution()), "passed", "failed", "error", "timeout")
    assert result["state"] == "passed", result


@pytest.mark.xdist_group("containers")
def test_only_nginx_is_reachable_and_the_jail_has_no_network(containers):
    listed = [json.loads(line) for line in containers.compose("ps", "--format", "json").splitlines()]
    published = {
        one["Service"] for one in listed for port in one["Publishers"] or [] if port["PublishedPort"]
    }
    assert published == {"proxy"}
    assert containers.python("jail", "import os; print(os.listdir('/sys/class/net'))") == "['lo']"
    reach = (
        "import socket\ntry: socket.create_connection(('{}', {}), 3); print('reached')"
        "\nexcept OSError: print('refused')"
    )
    assert containers.python("demos", reach.format("db", 5432)) == "refused"
    assert containers.python("demos", reach.format("lms", 8000)) == "refused"
    assert containers.python("worker", reach.format("db", 5432)) == "reached"


@pytest.mark.xdist_group("containers")
def test_nothing_of_ours_runs_as_root_or_can_write_its_own_code(containers):
    for service in ("lms", "demos", "worker", "beat", "jail"):
        assert containers.python(service, "import os; print(os.getuid())") == "10001"
        write = "try: open('/srv/app/x', 'w'); print('wrote')\nexcept OSError as e: print(e.strerror)"
        assert containers.python(service, write) == "Read-only file system"
    # The jail's image has no line of the platform in it, nor of its secrets.
    assert containers.python("jail", "import os; print(sorted(os.listdir('/srv/app')))") == "['sandbox']"
    secret = containers.env["SECRET_KEY"]
    for service in ("jail", "demos"):
        assert secret not in containers.python(service, "import os; print(dict(os.environ))")


@pytest.mark.xdist_group("containers")
def test_an_unknown_host_gets_nothing(containers):
    request = urllib.request.Request(
        f"http://127.0.0.1:{containers.env['HTTP_PORT']}/", headers={"Host": "elsewhere.test"}
    )
    with pytest.raises(urllib.error.HTTPError) as answer:
        urllib.request.urlopen(request, timeout=5)
    assert answer.value.code == 421
