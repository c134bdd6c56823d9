"""A line a request and a line a grade, by the same name; nobody's address, nothing of a secret."""

from __future__ import annotations

import hashlib
import io
import json
import logging
import logging.config

import pytest
import structlog
from django.conf import settings as django_settings
from django.http import HttpResponse
from django.test import Client, RequestFactory

from lms.grading.grader import jail
from lms.grading.models import Submission
from lms.grading.run import run
from lms.grading.submit import submit
from lms.grading.tasks import grade_submission
from lms.grading.tests.factories import SOLUTION, ExerciseFactory, LearnerFactory
from lms.operations.logs import logging_settings
from lms.operations.redaction import hider
from lms.operations.request_ids import given_or_new, request_ids
from sandbox.jail import control, start_jail


@pytest.fixture
def lines():
    """Read what is logged, as production writes it."""
    stream = io.StringIO()
    config = logging_settings(as_json=True, level="INFO", secrets=["very-secret-key"])
    config["handlers"]["stderr"]["stream"] = stream
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    logging.config.dictConfig(config)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.config.dictConfig(django_settings.LOGGING)
    root.handlers[:] = before
    root.setLevel(level)


def test_an_event_is_one_line_of_json_with_its_facts(lines):
    logging.getLogger("lms.anything").info("graded", extra={"state": "passed", "ms": 12.5})
    (line,) = lines()
    assert (line["event"], line["state"], line["ms"]) == ("graded", "passed", 12.5)
    assert (line["level"], line["logger"]) == ("info", "lms.anything")
    assert line["timestamp"].endswith("Z")


def test_a_traceback_has_no_local_variables(lines):
    try:
        password = "hunter2hunter2"
        raise ValueError("it broke" + password[:0])
    except ValueError:
        logging.getLogger("lms").exception("failed")
    (line,) = lines()
    assert line["exception"][0]["exc_type"] == "ValueError"
    assert "hunter2" not in json.dumps(line)


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("cannot reach redis://:s3cr3tpass@redis:6379/0", "s3cr3tpass"),
        ("postgres://course:pass:word@db/course refused", "pass:word"),
        ("mail to jo.doe+x@mail.example.org bounced", "jo.doe"),
        ("Authorization: Bearer abcdefgh12345", "abcdefgh12345"),
        ('{"password": "correct horse"}', "correct"),
        ("GET /accounts/password/reset/key/3-c9xabc-def/ failed", "c9xabc"),
        ("/?token=abc123&x=1", "abc123"),
        ("/callback/?state=1&code=4%2F0AbCdEf", "4%2F0AbCdEf"),
        ('{"code": "JGQH-XGDZ"}', "JGQH"),
        ("key dm_0123456789abcdef was refused", "dm_0123456789abcdef"),
        ("the key is very-secret-key", "very-secret-key"),
    ],
)
def test_what_is_hidden(text: str, gone: str):
    assert gone not in hider(["very-secret-key"])(text)


@pytest.mark.parametrize(
    "text",
    [
        "3 of 4 checks passed",
        "exercise login_logout/repair_logout",
        "https://demos.example.org/x",
        "nginx ended with exit code: 137, returncode=-9, status_code: 502",
    ],
)
def test_what_stays(text: str):
    assert hider(["very-secret-key"])(text) == text


def test_secrets_and_addresses_in_facts_and_errors_are_hidden_too(lines):
    try:
        raise OSError("redis://:very-secret-key@host is gone, says jo@example.org")
    except OSError:
        logging.getLogger("lms").exception("gone", extra={"learner": {"mail": "jo@example.org"}})
    assert "very-secret" not in json.dumps(lines())
    assert "jo@example.org" not in json.dumps(lines())


# --- The request's id -------------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "a b c d e f g", "id\nwith: more", "<script>alert"])
def test_an_id_that_is_none_is_not_taken_over(given: str):
    assert given_or_new(given) != given
    assert len(given_or_new(given)) == 32


def test_the_proxys_id_is_answered_and_a_missing_one_is_made():
    sent = "0f" * 16
    assert Client().get("/livez", headers={"X-Request-ID": sent})["X-Request-ID"] == sent
    made = [Client().get("/livez")["X-Request-ID"] for _ in range(2)]
    assert len(set(made)) == 2


@pytest.mark.django_db
def test_a_request_is_one_line_with_its_route_and_without_its_address(lines):
    Client().get("/accounts/password/reset/key/3-c9xabc-def/", headers={"X-Request-ID": "request-1234"})
    (line,) = [line for line in lines() if line["event"] == "request"]
    assert line["request_id"] == "request-1234"
    assert (line["method"], line["status"]) == ("GET", 200)
    assert "c9xabc" not in json.dumps(line)
    assert line["ms"] > 0


def test_whoever_asks_for_health_is_not_logged(lines):
    Client().get("/livez")
    assert lines() == []


def test_the_id_ends_with_the_request():
    seen = []

    def view(request) -> HttpResponse:
        seen.append(structlog.contextvars.get_contextvars()["request_id"])
        return HttpResponse()

    request_ids(view)(RequestFactory().get("/", headers={"X-Request-ID": "request-1234"}))
    assert seen == ["request-1234"]
    assert structlog.contextvars.get_contextvars() == {}


@pytest.mark.django_db
def test_a_submission_keeps_the_id_and_its_grade_is_logged_under_it(lines, settings, monkeypatch):
    with structlog.contextvars.bound_contextvars(request_id="request-1234"):
        submission = submit(
            learner=LearnerFactory(), exercise=ExerciseFactory(), files={"greetings.py": SOLUTION}
        )
    assert submission.request_id == "request-1234"
    ordered = set()
    pack = control.pack_order
    monkeypatch.setattr(
        control,
        "pack_order",
        lambda *given, request, **more: ordered.add(request) or pack(*given, request=request, **more),
    )
    with start_jail() as started:
        settings.JAIL_SOCKET = str(started.socket_path)
        # Another request's message: it only says that somebody's turn has come.
        with structlog.contextvars.bound_contextvars(request_id="another-one"):
            run(str(submission.pk))
    (graded,) = [line for line in lines() if line["event"] == "graded"]
    assert (graded["request_id"], graded["submission"]) == ("request-1234", str(submission.pk))
    assert graded["state"] == "passed"
    assert {"queue_ms", "places_ms", "boot_ms", "checks_ms", "all_ms"} <= graded.keys()
    assert "HttpResponse" not in json.dumps(lines()), "nothing of the learner's code"
    # To the jail goes nothing that anybody has written.
    assert ordered == {hashlib.md5(b"request-1234").digest()}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("0f" * 16, b"\x0f" * 16),
        ("", b""),
        ("z" * 32, hashlib.md5(b"z" * 32).digest()),
        ("0f" * 8, hashlib.md5(b"0f" * 8).digest()),
    ],
)
def test_the_jail_has_the_proxys_id_as_it_is(settings, name: str, told: bytes):
    settings.JAIL_SOCKET = "/run/jail/jail.sock"
    with structlog.contextvars.bound_contextvars(**({"request_id": name} if name else {})):
        assert jail().request == told


@pytest.mark.django_db
def test_the_id_follows_a_message_into_its_task(settings, monkeypatch):
    from lms.celery import app

    seen = []
    monkeypatch.setattr(
        "lms.grading.tasks.run_next", lambda: seen.append(structlog.contextvars.get_contextvars())
    )
    with app.connection_for_write() as broker, broker.SimpleQueue("ids") as queue:
        with structlog.contextvars.bound_contextvars(request_id="request-1234"):
            grade_submission.apply_async(["1"], queue="ids")
        message = queue.get(timeout=5)
        message.ack()
    assert message.headers["request_id"] == "request-1234"
    assert "email" not in json.dumps(message.headers, default=str)
    # As a worker runs it, with the message's headers.
    grade_submission.apply(["1"], headers={"request_id": "request-1234"})
    assert seen[0]["request_id"] == "request-1234"
    assert structlog.contextvars.get_contextvars() == {}


@pytest.mark.django_db
def test_rows_of_before_have_no_id():
    assert Submission._meta.get_field("request_id").db_default == ""
