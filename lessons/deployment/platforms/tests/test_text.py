"""The text's names and claims, tried in the demo."""

import re
from pathlib import Path

import pytest
from django.test import RequestFactory, override_settings

from lessons.deployment.platforms.demo import deploys, manifests
from lessons.deployment.platforms.demo.repository import COMMITS, files_of
from lessons.deployment.platforms.tests.test_deploys import HEROKU, PROCFILE, browser, heroku, put, status

__all__ = ["browser"]
TEXT = (Path(__file__).parents[1] / "lesson.md").read_text()


def test_commits_that_the_text_names_are_there():
    named = set(re.findall(r"`([0-9a-f]{7})`", TEXT))
    assert named == set(COMMITS)


def test_a_capital_web_gets_no_requests(browser):
    app = put("heroku", {"Procfile": "Web: gunicorn config.wsgi"}, HEROKU)
    deploys.deploy(app, "1f3a9c2")
    assert app.crash.startswith("H14")


def test_a_semicolon_forgets_and_is_not_run_here(browser):
    app = put(
        "heroku",
        {"Procfile": "release: python manage.py migrate; echo done\nweb: gunicorn config.wsgi"},
        HEROKU,
    )
    made = deploys.deploy(app, "1f3a9c2")
    assert made.state == "failed"
    assert "no shell" in made.log


def test_with_the_migration_in_web_the_site_goes_down(browser):
    heroku()
    app = put("heroku", {"Procfile": "web: python manage.py migrate && gunicorn config.wsgi"})
    made = deploys.deploy(app, "c09e551")
    assert (made.state, status(app)) == ("crashed", 503)


def test_healthy_and_broken(browser):
    app = heroku()
    assert deploys.deploy(app, "e41d77a").state == "live"
    assert status(app, "/healthz/") == 200
    answer = deploys.ask(app, "GET", "/", {})
    assert answer["status"] == 500
    assert "TemplateDoesNotExist" in answer["log"]


def test_a_changed_variable_is_a_release_on_heroku(browser):
    app = heroku()
    made = deploys.set_config(app, {**HEROKU, "LOG_LEVEL": "INFO"})
    assert made.number == app.live.number == 2
    assert "release phase: python manage.py migrate" in made.log
    assert "Build" not in made.log


def test_a_wrong_host_is_online_on_heroku(browser):
    app = put("heroku", {"Procfile": PROCFILE}, {**HEROKU, "ALLOWED_HOSTS": "example.org"})
    assert deploys.deploy(app, "1f3a9c2").state == "live"
    assert status(app) == 400


def test_the_migration_has_no_default_in_the_table(browser):
    assert b"db_default" not in files_of("7be20d4")["board/migrations/0002_sock_colour.py"]


def test_bool_of_a_text():
    assert bool("False") is True


@pytest.mark.parametrize(("header", "secure"), [("https", True), ("http", False)])
def test_the_routers_header(header, secure):
    with override_settings(SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https")):
        request = RequestFactory().get("/", headers={"x-forwarded-proto": header})
        assert request.is_secure() is secure


def test_the_date_of_the_rules_is_the_texts():
    assert f"in {manifests.WRITTEN}" in TEXT


def test_the_courses_own_procfile_is_what_is_shown():
    procfile = (Path(__file__).parents[4] / "Procfile").read_text()
    [shown] = [block for block in re.findall(r"```\n(.*?)```", TEXT, re.DOTALL) if "deploy/role" in block]
    assert shown == procfile
    declared, passed_over = manifests.processes(shown)
    assert {"release", "web", "worker", "beat"} == declared.keys()
    assert passed_over == []
