"""Prometheus reads what is there: each target, each figure that an alert names, each row of the runbook."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
import yaml
from django_prometheus.middleware import Metrics

from lms.operations.metrics import exposition
from tests.stack import ROOT

FOLDER = ROOT / "deploy/prometheus"
CONFIG = yaml.safe_load((FOLDER / "prometheus.yml").read_text())
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
ALERTS = [
    rule for group in yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"] for rule in group["rules"]
]


def names_in(expression: str) -> set[str]:
    """Return the figures that an expression is about: no function, label or word of the language."""
    bare = re.sub(r'\{[^}]*\}|\[[^]]*\]|"[^"]*"|\b(?:by|without|on|ignoring) *\([^)]*\)', "", expression)
    found = re.findall(r"\b([a-zA-Z_:][a-zA-Z0-9_:]*)\b(?! *\()", bare)
    return set(found) - {"by", "and", "or", "unless", "bool"}


def test_names_are_found_in_an_expression():
    """Or the test below could not fail."""
    asked = 'sum by (le) (rate(one_bucket{phase="all"}[5m])) / 2 > 0.5 and absent(two{job="web"} == 1)'
    assert names_in(asked) == {"one_bucket", "two"}


@pytest.mark.django_db
def test_every_figure_that_an_alert_names_is_told():
    Metrics.get_instance()  # what counts requests, where metrics are on
    told = {"up"}  # Prometheus' own
    for name, kind in re.findall(r"^# TYPE (\S+) (\w+)$", exposition().decode(), re.MULTILINE):
        told |= {f"{name}_{part}" for part in ("bucket", "sum", "count")} if kind == "histogram" else {name}
    assert {"course_queue_oldest_seconds", "course_grade_phase_seconds_bucket"} <= told
    for alert in ALERTS:
        named = names_in(alert["expr"])
        assert named, alert["alert"]
        assert named <= told, alert["alert"]


@pytest.mark.django_db
def test_the_first_refusal_of_the_jail_is_one_more_than_none():
    """What a counter has when it is first seen counts as no increase."""
    text = exposition().decode()
    for work in ("grade", "preview"):
        assert f'course_jail_refusals_total{{work="{work}"}} ' in text


def test_every_alert_leads_to_a_row_of_the_runbook():
    rows = set(re.findall(r"^\| ([^|]+?) \|", (ROOT / "docs/runbook.md").read_text(), re.MULTILINE))
    assert {alert["annotations"]["runbook"] for alert in ALERTS} <= rows
    assert all(alert["annotations"]["summary"].endswith(".") for alert in ALERTS)
    assert len({alert["alert"] for alert in ALERTS}) == len(ALERTS)
    told = (ROOT / "docs/operation.md").read_text()
    assert [alert["alert"] for alert in ALERTS if f"`{alert['alert']}`" not in told] == []


def test_every_target_is_a_service_that_prometheus_can_ask_at_that_port():
    services = COMPOSE["services"]
    networks = set(services["prometheus"]["networks"])
    jobs = {job["job_name"]: job for job in CONFIG["scrape_configs"]}
    # Alerts name jobs.
    assert set(re.findall(r'job="(\w+)"', "".join(alert["expr"] for alert in ALERTS))) == jobs.keys()
    asked = {}
    for job in jobs.values():
        [found] = job["dns_sd_configs"]
        [service] = found["names"]
        assert found["type"] == "A"  # each replica by itself
        assert networks & set(services[service]["networks"]), service
        assert "metrics_path" not in job  # /metrics
        asked[service] = found["port"]
    role = (ROOT / "deploy/role").read_text()
    assert f'--port "${{PORT:-{asked["lms"]}}}"' in role
    worker = services["worker"]["environment"]
    assert worker["METRICS_PORT"] == f"${{METRICS_PORT:-{asked['worker']}}}"
    assert worker["METRICS_HOST"] == "${METRICS_HOST:-0.0.0.0}"


def test_it_has_the_token_from_a_file_and_none_of_the_secrets():
    service = COMPOSE["services"]["prometheus"]
    assert service["environment"].keys() == {"METRICS_TOKEN"}
    [file] = {job["authorization"]["credentials_file"] for job in CONFIG["scrape_configs"]}
    assert f">{file};" in service["command"][0]
    assert service["profiles"] == ["metrics"]
    assert re.search(r":v\d+\.\d+\.\d+\}$", service["image"])


@pytest.mark.parametrize(
    "command",
    [
        ("check", "config", "--syntax-only", "deploy/prometheus/prometheus.yml"),
        ("check", "rules", "deploy/prometheus/alerts.yml"),
        ("test", "rules", "tests/alerts.yml"),
    ],
    ids=" ".join,
)
def test_promtool_finds_nothing(command: tuple[str, ...]):
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed here")
    run = subprocess.run([promtool, *command], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stdout + run.stderr
