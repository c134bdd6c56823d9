"""The production settings, in a process of their own: as Django's check wants them, secrets from files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from lms.newcomers import BEGINNERS, READERS
from lms.settings.environment import POOL_LEAST, Env
from tests.stack import ROOT

KEYS = ("SECRET_KEY", "RECEIPT_KEY", "BADGE_KEY")
SECRETS = dict.fromkeys(KEYS, "k" * 25 + "0123456789abcdefghijklmnopqrstuv")
NEEDED = {
    **SECRETS,
    "ALLOWED_HOSTS": "course.example.org",
    "EMAIL_URL": "smtp+tls://user:mail-password@mail.example.org:587",
    "DATABASE_URL": "postgres://course:database-password@db/course",
    "REDIS_URL": "redis://:redis-password@redis:6379/0",
    "DEMOS_ORIGIN": "https://demos.course.example.org",
}
ASK = """
import json
from django.conf import settings
print(json.dumps({name: getattr(settings, name, None) for name in %r}, default=str))
"""


def run(
    folder: Path, *arguments: str, without: tuple[str, ...] = (), **more: str
) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment = {
        **kept,
        **NEEDED,
        "DJANGO_SETTINGS_MODULE": "lms.settings.production",
        "VAR_DIR": str(folder),
    }
    for name in without:
        del environment[name]
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT, env={**environment, **more}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def settings_of(folder: Path, *names: str, without: tuple[str, ...] = (), **more: str) -> dict:
    asked = run(folder, "-c", ASK % (names,), without=without, **more)
    assert asked.returncode == 0, asked.stderr
    return json.loads(asked.stdout)


def test_djangos_check_for_deployment_has_nothing_to_say(tmp_path: Path):
    checked = run(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "DEBUG")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    # The one that is silenced is a decision: lms/settings/production.py says which.
    assert "no issues (1 silenced)" in checked.stdout
    assert (
        "no issues (0 silenced)"
        in run(tmp_path, "manage.py", "check", "--deploy", HSTS_PRELOAD="true").stdout
    )


def test_a_database_that_has_gone_without_a_word_is_noticed(tmp_path: Path):
    url = f"{NEEDED['DATABASE_URL']}?sslmode=require&connect_timeout=3"
    options = settings_of(tmp_path, "DATABASES", DATABASE_URL=url)["DATABASES"]["default"]["OPTIONS"]
    quiet = options["keepalives_idle"] + options["keepalives_interval"] * options["keepalives_count"]
    assert quiet <= 60 and options["tcp_user_timeout"] <= 60_000
    assert (options["sslmode"], options["connect_timeout"]) == ("require", 3), "what the URL says comes first"


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> dict:
    names = (
        "DEBUG SECURE_HSTS_SECONDS SECURE_HSTS_INCLUDE_SUBDOMAINS SECURE_SSL_REDIRECT SESSION_COOKIE_NAME "
        "SESSION_COOKIE_SECURE SESSION_COOKIE_HTTPONLY SESSION_COOKIE_SAMESITE CSRF_USE_SESSIONS "
        "STAFF_SECOND_FACTOR LOCAL_MAILBOX LOCAL_ACCOUNTS SERVE_MEDIA SECRETS METRICS_ON SENTRY_DSN "
        "SECURE_CONTENT_TYPE_NOSNIFF SECURE_REFERRER_POLICY SECURE_CROSS_ORIGIN_OPENER_POLICY "
        "X_FRAME_OPTIONS TRUSTED_PROXIES"
    )
    return settings_of(tmp_path_factory.mktemp("production"), *names.split())


def test_everything_goes_by_https_for_a_year(production: dict):
    assert production["SECURE_SSL_REDIRECT"] is True
    assert production["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert production["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is True


def test_the_session_cookie_is_for_this_host_alone_and_for_no_script(production: dict):
    assert production["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert production["SESSION_COOKIE_SECURE"] is production["SESSION_COOKIE_HTTPONLY"] is True
    assert production["SESSION_COOKIE_SAMESITE"] == "Lax"
    assert production["CSRF_USE_SESSIONS"] is True, "there is no second cookie"


def test_headers_are_as_strict_as_django_knows_them(production: dict):
    assert production["SECURE_CONTENT_TYPE_NOSNIFF"] is True
    assert production["SECURE_REFERRER_POLICY"] == "same-origin"
    assert production["SECURE_CROSS_ORIGIN_OPENER_POLICY"] == "same-origin"
    assert production["X_FRAME_OPTIONS"] == "DENY"


def test_one_proxy_is_believed_where_nothing_is_said_of_it(production: dict):
    assert production["TRUSTED_PROXIES"] == 1


def test_nothing_of_somebodys_own_machine_is_left_on(production: dict):
    assert production["DEBUG"] is False
    assert production["STAFF_SECOND_FACTOR"] is True
    for name in ("LOCAL_MAILBOX", "LOCAL_ACCOUNTS", "SERVE_MEDIA", "METRICS_ON", "SENTRY_DSN"):
        assert not production[name], name


def test_the_log_knows_every_secret_that_it_may_not_show(production: dict):
    for secret in ("mail-password", "database-password", "redis-password", SECRETS["SECRET_KEY"]):
        assert secret in production["SECRETS"]


def test_it_knows_the_older_keys_that_still_hold(tmp_path: Path):
    found = settings_of(tmp_path, "SECRETS", SECRET_KEY_FALLBACKS="the-key-of-last-week,the-one-before")
    assert {"the-key-of-last-week", "the-one-before"} <= set(found["SECRETS"])


@pytest.mark.parametrize("name", [*SECRETS, "ALLOWED_HOSTS", "EMAIL_URL"])
def test_without_what_it_needs_it_does_not_start_and_names_it(tmp_path: Path, name: str):
    started = run(tmp_path, "-c", "import django; django.setup()", without=(name,))
    assert started.returncode != 0
    assert name in started.stderr


@pytest.mark.parametrize(
    ("network", "words"),
    [("10.1.2.3/8", "The network that has it is 10.0.0.0/8"), ("prometheus", "as 10.0.0.0/8")],
)
def test_what_is_no_network_is_said_at_the_start(tmp_path: Path, network: str, words: str):
    started = run(tmp_path, "-c", "import django; django.setup()", METRICS_NETWORKS=f"fd00::/8,{network}")
    assert started.returncode != 0
    assert f"METRICS_NETWORKS has '{network}', which is no network" in started.stderr
    assert words in started.stderr


def test_a_pool_that_is_too_small_for_a_web_process_is_said(monkeypatch):
    for told, size in (("", None), ("0", None), ("40", 40)):
        monkeypatch.setenv("DATABASE_POOL", told)
        assert Env().pool("DATABASE_POOL").get("max_size") == size
    monkeypatch.setenv("DATABASE_POOL", "6")
    with pytest.raises(ImproperlyConfigured, match="12 at least, or 0"):
        Env().pool("DATABASE_POOL")
    # What a web process keeps for itself leaves some for others.
    assert POOL_LEAST >= 2 * (READERS + BEGINNERS)


# --- Secrets from files -------------------------------------------------------------------------------


def test_a_secret_may_stand_in_a_file(tmp_path: Path):
    (tmp_path / "key").write_text("from-a-file\n")
    (tmp_path / "db").write_text("postgres://course:p%40ss@elsewhere/course\n")
    files = {"SECRET_KEY_FILE": str(tmp_path / "key"), "DATABASE_URL_FILE": str(tmp_path / "db")}
    found = settings_of(tmp_path, "SECRET_KEY", "DATABASES", without=("SECRET_KEY", "DATABASE_URL"), **files)
    assert found["SECRET_KEY"] == "from-a-file"
    assert found["DATABASES"]["default"]["HOST"] == "elsewhere"
    assert found["DATABASES"]["default"]["PASSWORD"] == "p@ss"


@pytest.mark.parametrize(("content", "words"), [(None, "cannot be read"), ("x", "Both SECRET_KEY and")])
def test_a_file_that_is_missing_or_one_too_many_is_said(tmp_path: Path, content: str | None, words: str):
    file = tmp_path / "key"
    if content is not None:
        file.write_text(content)
    without = ("SECRET_KEY",) if content is None else ()
    started = run(tmp_path, "-c", "import django; django.setup()", without=without, SECRET_KEY_FILE=str(file))
    assert started.returncode != 0
    assert words in started.stderr
