"""Kubernetes, Heroku and Render: each file fits its schema, and says what the other files say."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from lessons.deployment.platforms.demo import manifests
from tests.stack import ROOT

FOLDER = ROOT / "deploy/kubernetes"
SCHEMA = json.loads((ROOT / "tests/schemas/kubernetes.json").read_text())
ROLES = {"web", "demos", "worker", "beat", "prepare"}


@cache
def objects() -> tuple[tuple[str, dict], ...]:
    """Every object of deploy/kubernetes, with its file's name."""
    names = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())["resources"]
    return tuple((name, one) for name in names for one in yaml.safe_load_all((FOLDER / name).read_text()))


def of_kind(*kinds: str) -> dict[str, dict]:
    return {one["metadata"]["name"]: one for _, one in objects() if one["kind"] in kinds}


def pods() -> dict[str, dict]:
    """Pod templates, by the name of what makes them."""
    made = of_kind("Deployment", "StatefulSet", "Job")
    return {name: one["spec"]["template"] for name, one in made.items()}


def containers(template: dict) -> Iterator[dict]:
    yield from template["spec"].get("initContainers", [])
    yield from template["spec"]["containers"]


def complaints(schema: dict, value: Any) -> list[str]:
    found = jsonschema.Draft202012Validator(schema).iter_errors(value)
    return [f"{error.json_path}: {error.message[:200]}" for error in found]


@pytest.mark.parametrize(
    ("file", "one"), objects(), ids=[f"{one['kind']}-{one['metadata']['name']}" for _, one in objects()]
)
def test_every_object_fits_kubernetes_own_schema(file: str, one: dict):
    kind = SCHEMA["kinds"][f"{one['apiVersion']} {one['kind']}"]
    assert complaints({**kind, "$defs": SCHEMA["$defs"]}, one) == [], file


def test_the_schema_is_strict():
    """Or the test above could not fail."""
    [(_, sample)] = [pair for pair in objects() if pair[1]["metadata"]["name"] == "beat"]
    broken = json.loads(json.dumps(sample))
    broken["spec"]["template"]["spec"]["containers"][0]["livenesProbe"] = {}
    kind = SCHEMA["kinds"]["apps/v1 Deployment"]
    [told] = complaints({**kind, "$defs": SCHEMA["$defs"]}, broken)
    assert "livenesProbe" in told


def test_the_kustomization_names_every_file_and_no_other():
    kustomization = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())
    files = {file.name for file in FOLDER.glob("*.yaml")} - {"kustomization.yaml"}
    assert set(kustomization["resources"]) == files
    used = {one["image"] for template in pods().values() for one in containers(template)}
    renamed = {image["name"] for image in kustomization["images"]}
    assert renamed == {image for image in used if image.startswith("django-mastery/")}


@pytest.mark.parametrize("name", sorted(pods()))
def test_each_pod_keeps_to_the_restricted_standard(name: str):
    """https://kubernetes.io/docs/concepts/security/pod-security-standards/, the column `restricted`."""
    template = pods()[name]
    spec = template["spec"]
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["runAsUser"] > 0
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert not {"hostNetwork", "hostPID", "hostIPC"} & spec.keys()
    assert spec["automountServiceAccountToken"] is False
    for volume in spec.get("volumes", []):
        assert volume.keys() - {"name"} <= {"emptyDir", "persistentVolumeClaim", "secret", "configMap"}
    for one in containers(template):
        context = one["securityContext"]
        assert context["allowPrivilegeEscalation"] is False
        assert context["capabilities"] == {"drop": ["ALL"]}
        # Beyond the standard:
        assert context["readOnlyRootFilesystem"] is True
        assert "memory" in one["resources"]["limits"]
        assert {"name", "mountPath"} <= set().union(*one["volumeMounts"])


def test_whoever_serves_or_waits_is_probed():
    for name, template in pods().items():
        [main] = template["spec"]["containers"]
        assert ("livenessProbe" in main) == (name != "prepare"), name
        assert ("readinessProbe" in main) == (name in ("lms", "demos", "db", "redis")), name
    labels = {name: template["metadata"]["labels"] for name, template in pods().items()}
    for name, service in of_kind("Service").items():
        assert service["spec"]["selector"].items() <= labels[name].items()
        ports = {port["name"] for port in pods()[name]["spec"]["containers"][0]["ports"]}
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports


def test_a_jail_stands_beside_whoever_runs_what_people_write():
    for name, template in pods().items():
        jails = template["spec"].get("initContainers", [])
        assert bool(jails) == (name in ("lms", "demos", "worker")), name
        for jail in jails:
            assert jail["restartPolicy"] == "Always"
            shared = {mount["name"] for mount in jail["volumeMounts"]}
            [main] = template["spec"]["containers"]
            assert shared & {mount["name"] for mount in main["volumeMounts"]} == {"jail"}
            assert "env" not in jail
            assert "envFrom" not in jail


def test_only_what_is_named_may_talk():
    policies = of_kind("NetworkPolicy")
    assert policies["nobody"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    # Whoever has a jail beside it gets nowhere but to the data; the web pods to mail and sign-in besides.
    assert "demos" not in json.dumps([p["spec"] for name, p in policies.items() if "egress" in p["spec"]])
    _, to_jail = policies["jail"]["spec"]["podSelector"]["matchExpressions"]
    assert set(to_jail["values"]) == {"worker", "web"}
    ports = {port["port"] for rule in policies["jail"]["spec"]["egress"] for port in rule["ports"]}
    assert ports == {5432, 6379, 53}
    assert policies["outside"]["spec"]["podSelector"] == {"matchLabels": {"role": "web"}}


def test_prometheus_reaches_what_it_has_to_read():
    [reads] = of_kind("NetworkPolicy")["metrics"]["spec"]["ingress"]
    assert all({"namespaceSelector", "podSelector"} == one.keys() for one in reads["from"])
    open_ports = {port["port"] for port in reads["ports"]}
    for name in ("lms", "worker"):
        [main] = pods()[name]["spec"]["containers"]
        assert {port["name"] for port in main["ports"]} & open_ports, name
    told = {variable["name"]: variable.get("value") for variable in main["env"]}
    assert main["ports"] == [{"name": "metrics", "containerPort": int(told["METRICS_PORT"])}]
    # It asks each web pod by its address, and to another name than its own Django says no.
    [web] = pods()["lms"]["spec"]["containers"]
    names = [one["name"] for one in web["env"]]
    [hosts] = [one["value"] for one in web["env"] if one["name"] == "ALLOWED_HOSTS"]
    assert "$(POD_IP)" in hosts.split(",")
    assert names.index("POD_IP") < names.index("ALLOWED_HOSTS"), "what comes later is not put in"
    # Of its own accord it listens to its own machine only.
    assert told["METRICS_HOST"] == "0.0.0.0"


def test_workers_follow_the_queue():
    [scaler] = of_kind("HorizontalPodAutoscaler").values()
    [metric] = scaler["spec"]["metrics"]
    assert metric["type"] == "External"
    assert metric["external"]["metric"]["name"] in (ROOT / "lms/operations/metrics.py").read_text()
    assert "replicas" not in of_kind("Deployment")["worker"]["spec"]


def test_secrets_come_from_the_file_that_make_env_writes():
    from lms.management.commands.make_env import _ENV

    written = set(re.findall(r"^([A-Z_]+)=", _ENV, re.MULTILINE))
    asked = set(re.findall(r"secretKeyRef: \{name: course, key: ([A-Z_]+)", "".join(texts())))
    assert asked
    assert asked <= written
    [demos] = pods()["demos"]["spec"]["containers"]
    given = {variable["name"] for variable in demos["env"]}
    assert "envFrom" not in demos
    assert not given & {"SECRET_KEY", "BADGE_KEY", "DATABASE_URL", "REDIS_URL", "POSTGRES_PASSWORD"}


def texts() -> Iterator[str]:
    return (file.read_text() for file in sorted(FOLDER.glob("*.yaml")))


def test_images_of_others_are_those_of_compose():
    compose = (ROOT / "compose.yaml").read_text()
    for name in ("db", "redis"):
        image = pods()[name]["spec"]["containers"][0]["image"]
        assert f":-{image}}}" in compose


# --- Heroku and Render ---------------------------------------------------------------------------


def test_heroku_can_read_its_files():
    files = {name: (ROOT / name).read_text() for name in ("Procfile", "app.json")}
    reading = manifests.read_heroku({**files, ".python-version": "3.13"})
    assert (reading.errors, reading.notes) == ([], [])
    declared, passed_over = manifests.processes(files["Procfile"])
    assert passed_over == []
    formation = json.loads(files["app.json"])["formation"]
    assert formation.keys() == declared.keys() - {"release"}
    assert "prepare" in declared["release"]


def test_render_can_read_its_file():
    blueprint = yaml.safe_load((ROOT / "render.yaml").read_text())
    assert complaints(manifests.BLUEPRINT, blueprint) == []
    groups = {group["name"] for group in blueprint["envVarGroups"]}
    services = {service["name"]: service for service in blueprint["services"]}
    for service in services.values():
        for variable in service.get("envVars", []):
            assert variable.get("fromGroup", next(iter(groups))) in groups
            if (source := variable.get("fromService")) and "envVarKey" in source:
                keys = {one.get("key") for one in services[source["name"]]["envVars"]}
                assert source["envVarKey"] in keys
            elif source:
                assert services[source["name"]]["type"] == source["type"]
    # One key, made once: what one site signs the other has to believe.
    made = [
        variable["key"]
        for holder in [*blueprint["envVarGroups"], *services.values()]
        for variable in holder.get("envVars", [])
        if variable.get("generateValue")
    ]
    assert sorted(made) == ["BADGE_KEY", "DEMOS_SECRET_KEY", "RECEIPT_KEY", "SECRET_KEY"]
    demos = {variable.get("fromGroup") for variable in services["course-demos"]["envVars"]}
    assert "course-secrets" not in demos


def test_every_role_that_a_file_names_is_one():
    role = (ROOT / "deploy/role").read_text()
    known = set(re.findall(r"^(\w+)\)$", role, re.MULTILINE)) - {"healthy", "ready"}
    assert known == ROLES
    named = set()
    for file in ("Procfile", "render.yaml"):
        named |= set(re.findall(r"deploy/role (\w+)", (ROOT / file).read_text()))
    for template in pods().values():
        named |= {word for one in containers(template) for word in one.get("args", [])}
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    named |= {word for name in ROLES & compose.keys() for word in compose[name].get("command", [])}
    assert named <= ROLES
    assert {"demos", "worker", "beat", "prepare"} <= named


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_what_is_ready_is_asked_under_the_course_s_own_name(status: int, code: int):
    asked: list[tuple[str, str | None]] = []

    class Course(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers["Host"]))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(b'{"grader": "why not"}')

    with HTTPServer(("127.0.0.1", 0), Course) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        told = {"PORT": str(server.server_port), "ALLOWED_HOSTS": "course.example.org,probe"}
        environment = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", **told}
        run = subprocess.run(
            [ROOT / "deploy/role", "ready"], env=environment, capture_output=True, text=True, timeout=60
        )
    assert (run.returncode, run.stdout) == (code, '{"grader": "why not"}\n'), run.stderr
    assert asked == [("/readyz", "course.example.org")]


@contextlib.contextmanager
def role(tmp_path: Path, stub: str, *arguments: str, **more: str) -> Iterator[subprocess.Popen[str]]:
    """A role whose Python is this line of a shell, and ends with the block."""
    (tmp_path / "bin").mkdir(exist_ok=True)
    (tmp_path / "bin/python3").write_text(f"#!/bin/sh\n{stub}\n")
    (tmp_path / "bin/python3").chmod(0o755)
    environment = {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}", **more}
    command = [ROOT / "deploy/role", *arguments]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as started:
        try:
            yield started
        finally:
            started.kill()


def line_of(tmp_path: Path, stub: str, *arguments: str, **more: str) -> str:
    with role(tmp_path, stub, *arguments, **more) as started:
        assert started.stdout is not None
        return started.stdout.readline().strip()


def test_a_worker_s_children_count_together_and_begin_at_nothing(tmp_path: Path):
    tell = 'echo "${PROMETHEUS_MULTIPROC_DIR:-nowhere}"'
    assert (
        line_of(tmp_path, tell, "worker") == line_of(tmp_path, tell, "worker", METRICS_PORT="0") == "nowhere"
    )
    own = {"METRICS_PORT": "9100", "PROMETHEUS_MULTIPROC_DIR": f"{tmp_path}/counts"}
    folder = Path(line_of(tmp_path, tell, "worker", **own))
    assert folder.parent == tmp_path / "counts"
    assert list(folder.iterdir()) == []
    # Who only asks how it is leaves no file there.
    assert (ROOT / "deploy/role").read_text().count("env -u PROMETHEUS_MULTIPROC_DIR python3 -m celery") == 1


def test_a_worker_removes_what_is_counted_for_nobody_and_nothing_of_one_that_lives(tmp_path: Path):
    own = {"METRICS_PORT": "9100", "PROMETHEUS_MULTIPROC_DIR": f"{tmp_path}/counts"}
    count = 'touch "$PROMETHEUS_MULTIPROC_DIR/counter_$$.db"; echo "$PROMETHEUS_MULTIPROC_DIR"; exec sleep 60'
    with role(tmp_path, count, "worker", **own) as first:
        assert first.stdout is not None
        living = Path(first.stdout.readline().strip())
        second = Path(line_of(tmp_path, count, "worker", **own))
        assert living != second
        assert [file.suffix for file in living.iterdir()] == [".db"]
    third = Path(line_of(tmp_path, count, "worker", **own))
    assert list((tmp_path / "counts").iterdir()) == [third]


def test_only_a_web_process_shares_connections(tmp_path: Path):
    tell = 'echo "${DATABASE_POOL:-none}"'
    found = [line_of(tmp_path, tell, one, DATABASE_POOL="40") for one in ("web", "worker", "beat", "prepare")]
    assert found == ["40", "none", "none", "none"]


def test_a_web_process_that_is_measured_answers_to_its_own_address(tmp_path: Path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/hostname").write_text("#!/bin/sh\necho 172.18.0.5 fd00::5\n")
    (tmp_path / "bin/hostname").chmod(0o755)
    tell = 'echo "$ALLOWED_HOSTS"'
    hosts = {"ALLOWED_HOSTS": "course.example.org"}
    assert line_of(tmp_path, tell, "web", **hosts) == "course.example.org"
    for told in ("METRICS_TOKEN", "METRICS_TOKEN_FILE", "METRICS_NETWORKS"):
        found = line_of(tmp_path, tell, "web", **hosts, **{told: "something"})
        assert found == "course.example.org,172.18.0.5,[fd00::5]"


def test_a_role_that_is_none_is_run_as_it_stands():
    run = subprocess.run([ROOT / "deploy/role", "echo", "as it stands"], capture_output=True, text=True)
    assert run.stdout == "as it stands\n"
    run = subprocess.run([ROOT / "deploy/role", "healthy", "nobody"], capture_output=True, text=True)
    assert run.returncode == 2
    assert "nobody" in run.stderr
