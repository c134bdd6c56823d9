"""Where a setting comes from, what a commit gives away, and who is thrown out by a new key."""

import os

import pytest
from bs4 import BeautifulSoup

from lessons.deployment.environment_secrets.demo import release, rotation, scanning, signing, sources
from lessons.deployment.environment_secrets.demo.models import Commit, Customer, Release
from lessons.deployment.environment_secrets.demo.seed import DOTENV, ENVIRONMENT, PAYMENT, SETTINGS_PY

BASE = {"SECRET_KEY": "s" * 50, "PAYMENT_KEY": "p"}


@pytest.fixture
def browser(visit):
    return visit("environment_secrets")


def where(outcome, name: str) -> list[str]:
    return [place.where for place in outcome.asked[name]]


def form(environment=ENVIRONMENT, dotenv=DOTENV, secret_key="", payment_key=PAYMENT, **extra) -> dict:
    return {"source0": environment, "source1": dotenv, "source2": secret_key, "source3": payment_key, **extra}


def commit(browser, settings_py=SETTINGS_PY, dotenv="", hook=True):
    data = {
        "settings_py": settings_py,
        "dotenv": dotenv,
        "message": "More bread",
        **({"hook": "on"} if hook else {}),
    }
    return browser.post("commits/", data)


def rotate(browser, way: str) -> None:
    assert browser.post("keys/rotate/", {"way": way}).status_code == 302


def sessions(browser) -> dict[str, int | None]:
    with browser.world():
        states = rotation.states(rotation.keys_of(sources.running()))
        return {state.customer.user.username: state.session.by for state in states}


@pytest.mark.parametrize("path", ["", "error/", "commits/", "keys/"])
def test_pages(browser, path):
    response = browser.get(path)
    assert response.status_code == 200
    assert BeautifulSoup(response.content, "html.parser").select_one("nav [aria-current=page]")
    assert "style=" not in response.text


# --- Sources ----------------------------------------------------------------------------------------


def test_a_secret_file_beats_the_environment_which_beats_dotenv_which_beats_the_default():
    files = {".env": "OVEN_LIMIT=2\n", "/run/secrets/oven": "4\n"}
    outcome = release.run({**BASE, "OVEN_LIMIT": "3", "OVEN_LIMIT_FILE": "/run/secrets/oven"}, files)
    assert where(outcome, "OVEN_LIMIT") == ["/run/secrets/oven", "environment", ".env", "default"]
    for variables, value in (
        ({"OVEN_LIMIT": "3", "OVEN_LIMIT_FILE": "/run/secrets/oven"}, 4),
        ({"OVEN_LIMIT": "3"}, 3),
        ({}, 2),
    ):
        assert release.run({**BASE, **variables}, files).settings["OVEN_LIMIT"] == value
    assert release.run(BASE, {}).settings["OVEN_LIMIT"] == 40


def test_the_server_s_own_environment_and_files_are_out_of_reach(monkeypatch):
    monkeypatch.setitem(os.environ, "PAYMENT_KEY", "the-server-s-own")
    outcome = release.run({"SECRET_KEY": "s"}, {})
    assert outcome.error == "ImproperlyConfigured: Set the PAYMENT_KEY environment variable"
    outcome = release.run({**BASE, "PAYMENT_KEY_FILE": "/etc/passwd"}, {})
    assert outcome.error.startswith("FileNotFoundError")
    assert "SECRET_KEY" not in os.environ


@pytest.mark.parametrize(
    ("variables", "error"),
    [
        ({"SECRET_KEY": ""}, "ImproperlyConfigured: The SECRET_KEY setting must not be empty."),
        ({"OVEN_LIMIT": "many"}, "ValueError"),
        ({"SECRET_KEY": "$SECRET_KEY"}, "RecursionError"),
    ],
)
def test_what_does_not_start(variables, error):
    outcome = release.run({**BASE, **variables}, {})
    assert outcome.error.startswith(error)


def test_a_release_without_a_key_is_refused_and_the_one_before_goes_on(browser):
    response = browser.post("", form(payment_key="", deploy="on"))
    assert response.status_code == 422
    assert "No such file or directory" in response.text
    response = browser.post("", form(ENVIRONMENT.replace("PAYMENT_KEY_FILE=", "X="), "", deploy="on"))
    assert "Set the PAYMENT_KEY environment variable" in response.text
    with browser.world():
        assert Release.objects.count() == 1
    assert browser.post("", form(deploy="on")).status_code == 302
    with browser.world():
        assert Release.objects.count() == 2


def test_looking_starts_nothing(browser):
    assert browser.post("", form(dotenv="OVEN_LIMIT=7\n")).status_code == 302
    assert "OVEN_LIMIT: .env > default" in browser.get().headers["X-Came-From"]
    with browser.world():
        assert Release.objects.count() == 1


def test_the_matrix_marks_one_winner_in_each_row(browser):
    page = BeautifulSoup(browser.get().content, "html.parser")
    rows = page.select(".matrix tbody tr")
    assert [row.th.text for row in rows][:3] == ["DEBUG", "ALLOWED_HOSTS", "SECRET_KEY"]
    assert all(len(row.select(".wins")) == 1 for row in rows)


def test_what_is_too_long_is_refused(browser):
    assert browser.post("", form(environment="A=" + "x" * 3000)).status_code == 400


def test_an_error_report_goes_by_names(browser):
    text = browser.get("error/").text
    assert "sourdough" not in text, "DATABASES: a dictionary, with PASSWORD in it"
    assert "pay-9d27c1f4b8e05a36" not in text
    assert "crumbs-and-crusts" in text, "BROKER_URL: nothing in the name says that a password is in it"


# --- Commits ----------------------------------------------------------------------------------------


def test_the_hook_refuses_and_nothing_is_committed(browser):
    response = commit(browser, SETTINGS_PY + 'SECRET_KEY = "rye-5f0b2d9c7a41e8863bd2c0f7194ea5d8"\n')
    assert response.status_code == 422
    assert "settings.py:5" in response.text
    with browser.world():
        assert Commit.objects.count() == 1


def test_what_is_taken_out_again_stays_in_the_history(browser):
    assert browser.get("commits/").headers["X-Findings"] == "tree=0; history=0"
    commit(browser, SETTINGS_PY + 'SECRET_KEY = "rye-5f0b2d9c7a41e8863bd2c0f7194ea5d8"\n', hook=False)
    assert browser.get("commits/").headers["X-Findings"].startswith("tree=1; history=1")
    assert commit(browser).status_code == 302
    assert browser.get("commits/").headers["X-Findings"] == "tree=0; history=1"


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ('DATABASE_URL = "postgres://baker:sourdough@db/bakery"', "Basic Auth Credentials"),
        ('LOGO = "3f786850e387550fdab836ed7e6dc881de23001b"', "Hex High Entropy String"),
        ('OVEN_PIN = "warm-bread-and-butter"', ""),
        ('LOGO = "3f786850e387550fdab836ed7e6dc881de23001b"  # pragma: allowlist secret', ""),
        ('SECRET_KEY = env("SECRET_KEY")', ""),
    ],
)
def test_what_the_scanner_knows(line, kind):
    found = scanning.scan({"settings.py": line + "\n", ".env": ""})
    assert [finding.kind for finding in found] == ([kind] if kind else [])


def test_a_finding_belongs_to_the_commit_that_adds_the_line():
    leak = 'DATABASE_URL = "postgres://baker:sourdough@db/bakery"\n'
    before = {"settings.py": leak, ".env": ""}
    after = {"settings.py": "DEBUG = False\n" + leak, ".env": ""}
    assert scanning.introduced(before, after) == []
    assert [f.line for f in scanning.introduced({"settings.py": "", ".env": ""}, after)] == [2]
    lines = scanning.diff(before, after, [])["settings.py"]
    assert [line.mark for line in lines] == ["+", " "]


def test_the_log_has_an_end(browser):
    with browser.world():
        Commit.objects.bulk_create(Commit(message=f"{n}", settings_py=SETTINGS_PY) for n in range(19))
    assert commit(browser, SETTINGS_PY + "X = 1\n").status_code == 400


def test_the_same_files_are_no_commit(browser):
    commit(browser)
    with browser.world():
        assert Commit.objects.count() == 1


# --- Keys -------------------------------------------------------------------------------------------


def test_with_a_fallback_everybody_stays(browser):
    browser.post("keys/sign-in/")
    cookie = browser.cookies["bakery_session"].value
    rotate(browser, "with_fallback")
    assert sessions(browser) == {"ada": 1, "bo": 1, "cy": 1}
    response = browser.get("keys/")
    assert response.headers["X-You"] == "dora by key 1"
    assert browser.cookies["bakery_session"].value != cookie
    assert browser.get("keys/").headers["X-You"] == "dora by key 0"
    assert "refused" not in response.text


def test_without_a_fallback_everybody_is_out_and_every_link_is_dead(browser):
    browser.post("keys/sign-in/")
    rotate(browser, "without")
    response = browser.get("keys/")
    assert response.headers["X-You"] == "nobody"
    assert response.headers["X-Signed-Out"] == "ada, bo, cy"
    assert response.text.count(">refused<") == 6


def test_who_came_by_survives_the_end_of_the_fallback(browser):
    rotate(browser, "with_fallback")
    browser.post("keys/customers/1/")
    rotate(browser, "drop")
    assert sessions(browser) == {"ada": 0, "bo": None, "cy": None}
    page = browser.get("keys/")
    assert page.text.count(">refused<") == 6, "links are not signed anew by anybody"


def test_two_rotations_keep_two_fallbacks(browser):
    rotate(browser, "with_fallback")
    rotate(browser, "with_fallback")
    with browser.world():
        assert len(rotation.keys_of(sources.running())) == 3
    assert set(sessions(browser).values()) == {2}


def test_a_new_key_goes_where_the_old_one_came_from(browser):
    browser.post(
        "", form(ENVIRONMENT + "SECRET_KEY_FILE=/run/secrets/secret_key\n", secret_key="k" * 50, deploy="on")
    )
    browser.post("keys/sign-in/")
    rotate(browser, "with_fallback")
    page = browser.get("keys/")
    assert "comes from: /run/secrets/secret_key" in page.text
    assert page.headers["X-You"] == "dora by key 1"
    with browser.world():
        texts = sources.texts()
    assert texts["/run/secrets/secret_key"] != "k" * 50
    assert f"SECRET_KEY_FALLBACKS={'k' * 50}\n" in texts["environment"]


def test_who_is_signed_out_signs_in_again_and_gets_new_letters(browser):
    rotate(browser, "without")
    assert browser.get("keys/").text.count("signs in again</button>") == 3
    browser.post("keys/customers/2/sign-in/")
    page = browser.get("keys/")
    assert sessions(browser) == {"ada": None, "bo": 0, "cy": None}
    assert page.text.count(">refused<") == 4 and "bo comes by" in page.text


def test_a_rotation_that_does_not_start_changes_nothing(browser):
    browser.post("", form(payment_key=""))
    with browser.world():
        before = sources.texts()
    rotate(browser, "without")
    with browser.world():
        assert sources.texts() == before
        assert Release.objects.count() == 1


def test_other_ways_are_refused(browser):
    assert browser.post("keys/rotate/", {"way": "magic"}).status_code == 400
    assert browser.post("keys/customers/99/").status_code == 404


def test_a_forged_session_is_nobodys(browser):
    with browser.world():
        value = Customer.objects.get(pk=1).session
        keys = rotation.keys_of(sources.running())
        assert signing.find_session(value, keys).user.username == "ada"
        assert signing.find_session(value[:-2] + "xx", keys).user is None
        assert signing.find_session("", keys).user is None
