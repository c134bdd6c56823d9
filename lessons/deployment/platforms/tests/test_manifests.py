"""What each platform objects to in a manifest."""

import pytest

from lessons.deployment.platforms.demo import commands, manifests
from lessons.deployment.platforms.demo.seed import APP_JSON, PROCFILE, RENDER, VERCEL
from lessons.deployment.platforms.tests.test_deploys import BLUEPRINT

FILES = {"manage.py": b"", "config/__init__.py": b"", "requirements.txt": b""}


def heroku(**files: str) -> manifests.Reading:
    given = {"Procfile": PROCFILE, ".python-version": "3.13", "app.json": APP_JSON}
    return manifests.read_heroku({**given, **{name.replace("_", "."): text for name, text in files.items()}})


def test_what_the_seed_has_can_be_read():
    assert heroku().errors == []
    assert manifests.read_render({"render.yaml": RENDER}).errors == []
    assert manifests.read_vercel({"vercel.json": VERCEL}).errors == []


def test_lines_that_declare_nothing_are_passed_over():
    declared, passed_over = manifests.processes("web: a b\n\n# worker: c\nweb a\n web: d\nre-lease_1:x\n")
    assert declared == {"web": "a b", "re-lease_1": "x"}
    assert passed_over == [4, 5]
    reading = heroku(Procfile="Web: gunicorn config.wsgi")
    assert reading.web == ""
    assert any("case counts" in note for note in reading.notes)


@pytest.mark.parametrize(
    ("version", "wrong"),
    [("3.13", False), ("3.13.1", False), ("python-3.13", True), ("3.7", True), ("4", True)],
)
def test_python_version(version, wrong):
    given = {"Procfile": PROCFILE, ".python-version": version, "app.json": ""}
    assert bool(manifests.read_heroku(given).errors) == wrong


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "app.json: Expecting property name"),
        ('{"env": {"A": {"generate": true}}}', "app.json, env.A"),
        ('{"addon": []}', "'addon' was unexpected"),
        ('{"formation": {"web": {"quantity": "1"}}}', "app.json, formation.web.quantity"),
    ],
)
def test_app_json(text, told):
    given = {"Procfile": PROCFILE, ".python-version": "3.13", "app.json": text}
    [error] = manifests.read_heroku(given).errors
    assert told in error


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("services:", "services: [", "render.yaml: "),
        ("    healthCheckPath: /healthz/", "    healthcheck: /healthz/", "'healthcheck' was unexpected"),
        ("plan: starter", "plan: free", "preDeployCommand` is for paid plans"),
        ("runtime: python", "runtime: python3", "'python3' is not one of"),
        ("          name: socks\n", "          name: sock\n", "stands in no `databases`"),
        ("generateValue: true", "generateValue: true\n        value: x", "exactly one source"),
        ("property: connectionString", "property: url", "'url' is not one of"),
        ("    startCommand: gunicorn config.wsgi\n", "", "`startCommand` is missing"),
        ("type: web", "type: webservice", "'webservice' is not one of"),
    ],
)  # fmt: skip
def test_blueprint(old, new, told):
    assert manifests.read_render({"render.yaml": BLUEPRINT}).errors == []
    assert old in BLUEPRINT
    errors = manifests.read_render({"render.yaml": BLUEPRINT.replace(old, new)}).errors
    assert any(told in error for error in errors), errors


def test_what_would_fill_the_memory_is_not_read():
    levels = "".join(
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi")
    )
    [error] = manifests.read_render({"render.yaml": f"a: &a [x, x]\n{levels}services: *i\n"}).errors
    assert "aliases" in error
    assert manifests.read_render({"render.yaml": "[" * 8000}).errors
    assert manifests.read_vercel({"vercel.json": "[" * 8000}).errors


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"buildCommand": 1}', "1 is not of type"),
        ('{"rewrites": [{"source": "x", "destination": "y"}]}', "rewrites[0].source"),
        ('{"builds": [], "functions": {}}', "cannot stand in one file"),
        ('{"routes": [], "rewrites": []}', "cannot stand beside"),
        ('{"crons": [{"path": "/x/", "schedule": "daily"}]}', "crons[0].schedule"),
        ('{"releaseCommand": "x"}', "'releaseCommand' was unexpected"),
    ],
)
def test_vercel(text, told):
    errors = manifests.read_vercel({"vercel.json": text}).errors
    assert any(told in error for error in errors), errors


@pytest.mark.parametrize(
    ("line", "exits"),
    [
        ("python manage.py migrate && gunicorn config.wsgi -b 0.0.0.0:$PORT", [0, 0]),
        ("pip install -r requirements.txt", [0]),
        ("pip install -r requirement.txt && true", [1]),
        ("./build.sh", [127]),
        ("python manage.py migrate; true", [2]),
        ("python manage.py migrate &", [2]),
        ("python manage.py migrate &&", [0, 2]),
        ("echo $(id)", [2]),
        ("gunicorn 'config", [2]),
        ("gunicorn config.wsgi --bind 0.0.0.0:$POTR", [1]),
        ("python other.py", [2]),
    ],
)
def test_commands(line, exits):
    assert [command.exit for command in commands.read(line, {"PORT": "10000"}, FILES)] == exits
