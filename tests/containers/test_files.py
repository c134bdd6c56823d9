"""What containers are made from, as far as it can be held to its promises without an engine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from cryptography import x509
from django.core.management import CommandError, call_command

from tests.containers.engine import read_env
from tests.services import need
from tests.stack import ROOT


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


def test_hadolint_has_nothing_to_say_of_the_dockerfile():
    hadolint = Path(sys.executable).parent / "hadolint"
    if not hadolint.exists():
        pytest.skip("hadolint is made for Linux on x86-64 and ARM only")
    run = subprocess.run(
        [hadolint, "--no-color", "--disable-ignore-pragma", "Dockerfile"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert (run.returncode, run.stdout) == (0, "")


def test_compose_fits_its_schema():
    check = Path(sys.executable).parent / "check-jsonschema"
    command = [check, "--builtin-schema", "vendor.compose-spec", "compose.yaml"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout


def test_every_setting_that_operators_are_told_of_gets_into_the_containers():
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    passed = services["lms"]["environment"].keys() | services["demos"]["environment"].keys()
    text = (ROOT / "docs/operation.md").read_text()
    tables = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    told = {name for cell in tables for name in re.findall(r"`([A-Z][A-Z_]+)`", cell)}
    assert {"LOG_LEVEL", "KEEP_ATTEMPTS_DAYS", "DEMOS_WORLD_MAX_AGE"} <= told
    # In compose these two are within the addresses of the database and of Redis.
    assert told - passed - {"POSTGRES_PASSWORD", "REDIS_PASSWORD"} == set()
    assert "SECRET_KEY_FALLBACKS" in passed


def test_every_service_is_bounded_and_watched():
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    for name, service in services.items():
        assert service["mem_limit"], name
        # The jail's and the course's health is what their images ask for.
        watched = "test" in service.get("healthcheck", {}) or name in ("jail", "lms")
        assert watched == (name != "prepare"), name
    # Whoever waits, waits for health or for an end, not for a process.
    conditions = {
        wait["condition"] for service in services.values() for wait in service.get("depends_on", {}).values()
    }
    assert conditions == {"service_healthy", "service_completed_successfully"}
    ports = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert ports.keys() == {"proxy", "prometheus"}
    assert all(port.startswith("127.0.0.1:") for port in ports["prometheus"])
    assert [name for name, service in services.items() if "profiles" in service] == ["prometheus"]
    assert services["jail"]["network_mode"] == "none"


def test_the_demos_have_a_postgresql_of_their_own_and_cannot_reach_the_courses():
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    demos, own, course = services["demos"], services["demos-db"], services["db"]
    assert "@demos-db:" in demos["environment"]["DEMOS_POSTGRESQL_URL"]
    assert set(demos["networks"]) & set(own["networks"])
    assert not set(demos["networks"]) & set(course["networks"])
    assert "volumes" not in own  # nothing in it is worth keeping
    assert own["environment"]["POSTGRES_PASSWORD"] != course["environment"]["POSTGRES_PASSWORD"]


def test_nginx_keeps_a_browser_with_one_of_several_replicas():
    # All replicas of a service have one name, and `hash … consistent` takes turns among its addresses.
    template = (ROOT / "deploy/nginx/site.conf.template").read_text()
    hashes = re.findall(r"^ *hash (.*);", template, re.MULTILINE)
    assert hashes == ["$course_browser", "$cookie_demos_visitor"]


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
