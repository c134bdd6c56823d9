"""The app's own commands decide what becomes of a release; the platform decides what follows from it."""

import json

import pytest

from lessons.deployment.platforms.demo import deploys
from lessons.deployment.platforms.demo.models import App

PROCFILE = "release: python manage.py migrate --noinput\nweb: gunicorn config.wsgi\n"
HEROKU = {"SECRET_KEY": "s" * 60, "ALLOWED_HOSTS": "lost-socks.herokuapp.com"}
BLUEPRINT = """databases:
  - name: socks
services:
  - type: web
    name: lost-socks
    runtime: python
    plan: starter
    buildCommand: pip install -r requirements.txt && python manage.py collectstatic --noinput
    preDeployCommand: python manage.py migrate
    startCommand: gunicorn config.wsgi
    healthCheckPath: /healthz/
    envVars:
      - key: SECRET_KEY
        generateValue: true
      - key: ALLOWED_HOSTS
        value: lost-socks.onrender.com
      - key: DATABASE_URL
        fromDatabase:
          name: socks
          property: connectionString
"""
VERCEL = json.dumps({"buildCommand": "python manage.py migrate --noinput"})


@pytest.fixture
def browser(visit):
    found = visit("platforms")
    with found.world():
        yield found


def put(platform: str, manifests: dict | None = None, config: dict | None = None) -> App:
    app = App.objects.get(platform=platform)
    app.manifests |= manifests or {}
    app.config |= config or {}
    app.save()
    return app


def heroku() -> App:
    app = put("heroku", {"Procfile": PROCFILE}, HEROKU)
    assert deploys.deploy(app, "1f3a9c2").state == "live"
    return app


def status(app: App, path: str = "/") -> int:
    return deploys.ask(app, "GET", path, {})["status"]


def test_from_the_first_push_to_the_first_page(browser):
    app = put("heroku")
    first = deploys.deploy(app, "1f3a9c2")
    assert first.state == "failed"
    assert "Set the SECRET_KEY environment variable" in first.log
    app = put("heroku", config=HEROKU)
    crashed = deploys.deploy(app, "1f3a9c2")
    assert crashed.state == "crashed"
    assert "No module named 'mysite'" in crashed.log
    assert status(app) == 503
    app = put("heroku", {"Procfile": "web: gunicorn config.wsgi"})
    assert deploys.deploy(app, "1f3a9c2").state == "live"
    assert "no such table: board_sock" in deploys.ask(app, "GET", "/", {})["log"]
    app = put("heroku", {"Procfile": PROCFILE})
    done = deploys.deploy(app, "1f3a9c2")
    assert "Applying board.0001_initial... OK" in done.log
    page = deploys.ask(app, "GET", "/", {})
    assert page["status"] == 200
    assert "Sock with bears" in page["body"]


@pytest.mark.parametrize(
    ("web", "why"),
    [
        ("gunicorn config.wsgi --bind 127.0.0.1:$PORT", "R10"),
        ("gunicorn config.wsgi --bind 0.0.0.0:8000", "R10"),
        ("python manage.py runserver", "R10"),
        ("python manage.py migrate", "H10"),
        ("gunicorn config.asgi", "H10"),
        ("gunicorn config.wsgi:app", "H10"),
        ("unicorn config.wsgi", "H10"),
        ("gunicorn config.wsgi --bind 0.0.0.0:$PORT --workers 3", ""),
        ("gunicorn config.wsgi -b :$PORT", ""),
        ("python manage.py runserver 0.0.0.0:$PORT", ""),
        ("python manage.py migrate && gunicorn config.wsgi", ""),
    ],
)
def test_what_listens(browser, web, why):
    app = put("heroku", {"Procfile": f"web: {web}"}, {**HEROKU, "DISABLE_COLLECTSTATIC": "1"})
    made = deploys.deploy(app, "1f3a9c2")
    assert app.crash[:3] == why, made.log
    assert made.state == ("crashed" if why else "live")


def test_a_refused_migration_leaves_the_old_release(browser):
    app = heroku()
    refused = deploys.deploy(app, "c09e551")
    assert refused.state == "failed"
    assert "UNIQUE constraint failed" in refused.log
    assert app.live.commit == "1f3a9c2"
    assert status(app) == 200


def test_a_rollback_takes_code_and_variables_back_and_no_migration(browser):
    app = heroku()
    old = app.live
    deploys.deploy(app, "7be20d4")
    assert "(grey)" in deploys.ask(app, "GET", "/", {})["body"]
    deploys.set_config(app, {**app.config, "ALLOWED_HOSTS": "elsewhere.example"})
    assert status(app) == 400
    back = deploys.rollback(app, old)
    assert (back.state, back.commit) == ("live", "1f3a9c2")
    assert "python manage.py migrate" in back.log
    assert app.config["ALLOWED_HOSTS"] == HEROKU["ALLOWED_HOSTS"]
    assert status(app) == 200
    # The column stayed, NOT NULL and without a default, and the old code knows nothing of it.
    added = deploys.ask(app, "POST", "/socks/", {"name": "Red sock", "place": "Sauna"})
    assert added["status"] == 500
    assert "NOT NULL constraint failed: board_sock.colour" in added["log"]


def test_a_migration_can_be_undone_by_who_has_its_file(browser):
    app = heroku()
    deploys.deploy(app, "7be20d4")
    app = put("heroku", {"Procfile": PROCFILE.replace("--noinput", "board 0001")})
    made = deploys.deploy(app, "7be20d4")
    assert "Unapplying board.0002_sock_colour... OK" in made.log
    deploys.rollback(app, app.releases.get(number=1))
    assert deploys.ask(app, "POST", "/socks/", {"name": "Red sock", "place": "Sauna"})["status"] == 302


def test_a_file_is_gone_with_its_instance_and_the_row_is_not(browser):
    app = heroku()
    deploys.ask(app, "POST", "/socks/", {"name": "Red sock", "place": "Sauna"}, picture="<svg/>")
    [name] = app.disk
    assert name == "media/socks/sock.svg"
    assert status(app, "/pictures/socks/sock.svg") == 200
    deploys.restart(app)
    assert status(app, "/pictures/socks/sock.svg") == 404
    assert "/pictures/socks/sock.svg" in deploys.ask(app, "GET", "/", {})["body"]


def test_what_the_release_phase_writes_on_its_disk_is_not_on_the_web_dynos(browser):
    phase = "release: python manage.py collectstatic --noinput && python manage.py migrate\n"
    phase += "web: gunicorn config.wsgi"
    app = put("heroku", {"Procfile": phase}, {**HEROKU, "DISABLE_COLLECTSTATIC": "1"})
    assert deploys.deploy(app, "1f3a9c2").state == "live"
    assert "Missing staticfiles manifest entry" in deploys.ask(app, "GET", "/", {})["log"]


def test_check_deploy_can_stop_a_release(browser):
    phase = "release: python manage.py check --deploy --fail-level WARNING && python manage.py migrate\n"
    app = put("heroku", {"Procfile": phase + "web: gunicorn config.wsgi"}, HEROKU)
    made = deploys.deploy(app, "1f3a9c2")
    assert made.state == "failed"
    for number in (4, 8, 9, 11, 16):
        assert f"security.W{number:03}" in made.log
    safe = {"SECURE_SSL_REDIRECT": "True", "SECURE_HSTS_SECONDS": "3600", "COOKIES_SECURE": "True"}
    app = put("heroku", config={**safe, "SECRET_KEY": deploys.random_key()})
    made = deploys.deploy(app, "1f3a9c2")
    assert made.state == "live", made.log
    assert "no issues" in made.log
    assert status(app) == 200


def test_a_variable_that_no_process_can_have(browser):
    app = put("render", {"render.yaml": BLUEPRINT.replace("lost-socks.onrender.com", '"a\\0b"')})
    made = deploys.deploy(app, "1f3a9c2")
    assert made.state == "failed"
    assert "embedded null byte" in made.log


def test_a_generated_key_is_not_taken_for_the_name_of_a_variable():
    keys = [deploys.random_key() for _ in range(1000)]
    assert all(key.isalnum() and len(key) == 50 for key in keys)


def test_render_waits_for_health(browser):
    app = put("render")
    assert "DATABASE_URL" in deploys.deploy(app, "1f3a9c2").log
    app = put("render", {"render.yaml": BLUEPRINT})
    made = deploys.deploy(app, "1f3a9c2")
    assert made.state == "live", made.log
    assert status(app) == 200
    app = put("render", {"render.yaml": BLUEPRINT.replace("lost-socks.onrender.com", "example.org")})
    made = deploys.deploy(app, "7be20d4")
    assert made.state == "failed"
    assert "health check was answered 400" in made.log
    assert app.live.number == 2
    assert status(app) == 200


def test_vercel_writes_nothing_and_keeps_old_variables(browser):
    hosts = {"SECRET_KEY": "s" * 60, "ALLOWED_HOSTS": ".vercel.app"}
    app = put("vercel", {"vercel.json": VERCEL}, hosts)
    assert deploys.deploy(app, "1f3a9c2").state == "live"
    assert status(app) == 200
    assert deploys.ask(app, "POST", "/socks/", {"name": "Red sock", "place": "Sauna"})["status"] == 302
    refused = deploys.ask(app, "POST", "/socks/", {"name": "Wet sock", "place": "Sauna"}, picture="<svg/>")
    assert refused["status"] == 500
    assert "Read-only file system" in refused["log"]
    assert "inside.py" not in refused["log"]
    assert deploys.set_config(app, {**hosts, "ALLOWED_HOSTS": "example.org"}) is None
    assert status(app) == 200


def test_nobody_reaches_python_by_a_variable_or_an_option(browser):
    app = put("heroku", {"Procfile": "web: gunicorn config.wsgi --config /etc/passwd"}, HEROKU)
    app = put("heroku", config={"GUNICORN_CMD_ARGS": "--check-config", "DATABASE_URL": "sqlite:////etc/x"})
    made = deploys.deploy(app, "1f3a9c2")
    assert made.state == "crashed"
    assert "gunicorn --config is not run here" in made.log
    assert "GUNICORN_CMD_ARGS is nothing that this app reads" in made.log
    assert set(made.config) == set(HEROKU)
    for web in (
        "python -c 'print(1)'",
        "python manage.py shell",
        "gunicorn os:system",
        "cat /etc/passwd; gunicorn x",
    ):
        app = put("heroku", {"Procfile": f"web: {web}"})
        assert deploys.deploy(app, "1f3a9c2").state == "crashed"
