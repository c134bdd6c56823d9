"""The mini browser's seam: what its requests are answered, by a real project in a real jail."""

from __future__ import annotations

import re

import pytest

from lms.grading.preview import PreviewBusy
from lms.grading.tests.minibrowser import FILES, PNG, MiniBrowser, exercise, jail_socket

__all__ = ["exercise", "jail_socket"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def mini(exercise) -> MiniBrowser:
    mini = MiniBrowser(exercise)
    mini.boot()
    return mini


def test_forms_redirects_cookies_and_state_from_request_to_request(mini):
    first = mini.ask("GET", "/")
    assert (first["status"], first["cookies"]) == (200, {"seen": "yes"})
    added = mini.ask("POST", "/add/", form=[["name", "Ada <b>"]])
    assert (added["status"], added["location"]) == (302, "/")
    assert added["trace"]["request"]["form"] == {"name": ["Ada <b>"]}
    assert b"<p>Ada &lt;b&gt; yes</p>" in mini.document(mini.ask("GET", "/")).content


def test_a_file_is_uploaded_and_shown_on_the_page(mini):
    files = [{"name": "file", "filename": "a.png", "type": "image/png", "data": PNG}]
    answer = mini.ask("POST", "/upload/", form=[["note", "hi"]], files=files, encoding="multipart/form-data")
    assert mini.document(answer).content.endswith(b"</script>a.png image/png 15 hi")
    page = mini.document(mini.ask("GET", "/")).content.decode()
    assert f'<img alt="a" src="data:image/png;base64,{PNG}">' in page


def test_static_styles_are_written_into_the_page(mini):
    page = mini.document(mini.ask("GET", "/")).content.decode()
    assert "<style>body { color: teal }" in page
    assert page.count("</style>") == 1, "a style sheet does not end its own element"
    assert mini.ask("GET", "/static/site.css")["status"] == 200


def test_json_is_sent_and_shown_as_text(mini):
    answer = mini.ask("PUT", "/echo/", body='{"a": "<script>"}', headers={"Content-Type": "application/json"})
    assert b"&lt;script&gt;" in mini.document(answer).content


def test_a_stream_without_an_end_is_cut(mini):
    answer = mini.ask("GET", "/endless/")
    assert (answer["status"], answer["cut"]) == (200, "parts")
    assert mini.document(answer).content.count(b"tick") == 200


def test_the_console_sees_what_the_pages_do(mini):
    mini.ask("POST", "/add/", form=[["name", "Ada"]])
    question = {"preview": mini.preview, "source": "import views\nprint('asked')\nviews.names"}
    nothing: dict[str, list[str]] = {"queries": [], "mail": [], "tasks": []}
    assert mini.post("console/", question) == {"value": ["Ada"], "output": "asked\n", **nothing}
    rows = "from django.contrib.auth.models import User\nlist(User.objects.all())"
    [asked] = mini.post("console/", {**question, "source": rows})["queries"]
    assert asked["sql"].startswith('SELECT "auth_user"')
    for source in ("", " ", 5, "x" * 20_001, "'\ud800'"):
        mini.post("console/", {**question, "source": source}, 400)
    raised = mini.post("console/", {**question, "source": "1 / 0"})
    assert raised["exception"]["type"] == "ZeroDivisionError"


def test_a_project_that_does_not_boot_says_where(mini):
    answer = mini.boot(status=200, **{"views.py": "\nimport nowhere\n"})
    assert answer["problem"]["message"] == "No module named 'nowhere'"
    assert (answer["problem"]["frames"][-1]["file"], answer["problem"]["frames"][-1]["line"]) == (
        "views.py",
        2,
    )


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ([], "object"),
        ({"files": None}, "files"),
        ({"files": {"urls.py": ""}}, "cannot be changed"),
        ({"files": {"../x": ""}}, ".."),
        ({"files": {"views.py": "x" * 300_000}}, "larger"),
    ],
)
def test_what_cannot_be_booted_is_refused_with_the_reason(mini, data, complaint):
    assert complaint in mini.post("", data, 400)["error"]


def test_who_asks_too_much_at_once_is_told_when_to_ask_again(mini, monkeypatch):
    monkeypatch.setattr("lms.grading.preview.Preview.evaluate", _raises(PreviewBusy))
    told = mini.post("console/", {"preview": mini.preview, "source": "1"}, 429)
    assert told["error"].endswith("Try again when it has answered.")


def _raises(error):
    def raises(*_):
        raise error

    return raises


def test_somebody_elses_project_is_not_there(mini, exercise):
    answer = mini.ask("GET", "/")
    stranger = MiniBrowser(exercise)
    stranger.preview = mini.preview
    assert stranger.ask("GET", "/", status=410)["error"].startswith("Your project is not running")
    assert stranger.document(answer).status_code == 410
    stranger.boot()
    stranger.preview = mini.preview
    assert stranger.document(answer).status_code == 410
    assert mini.document(answer).status_code == 200


def test_a_page_that_is_gone_is_gone(mini):
    answer = mini.ask("GET", "/")
    assert mini.document({"page": answer["page"] + 1}).status_code == 410
    mini.boot()
    assert mini.document(answer).status_code == 410


def test_without_a_jail_the_reason_is_told(mini, settings):
    settings.JAIL_SOCKET = ""
    answer = mini.post("", {"files": {"views.py": ""}}, 503)
    assert "JAIL_SOCKET is empty" in answer["error"]


def test_a_pages_policy_makes_it_a_stranger(mini):
    response = mini.document(mini.ask("GET", "/"))
    policy = dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))
    bridge = re.search(r'<script src="([^"]+preview-bridge[^"]*)"', response.content.decode())[1]
    assert policy == {
        "sandbox": "allow-forms allow-scripts",
        "default-src": "'none'",
        "script-src": f"'unsafe-inline' {bridge}",
        "style-src": "'unsafe-inline'",
        "img-src": "data:",
        "font-src": "data:",
        "form-action": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'self'",
    }
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]


def test_our_script_comes_before_all_that_the_page_says(exercise):
    mini = MiniBrowser(exercise)
    hostile = FILES["templates/page.html"].replace("<title>", "</script><base href='//evil.example'><title>")
    mini.boot(**{"templates/page.html": hostile})
    page = mini.document(mini.ask("GET", "/")).content.decode()
    assert page.startswith('<!doctype html><script src="')
    assert page.index("preview-bridge") < page.index("evil.example")


FORGED = """
from django.http import HttpResponse
from sandbox.jail import wire

encode = wire.encode

def forge(message):
    return encode({**message, **REPLACED} if "body" in message else message)

def page(request):
    wire.encode = forge
    return HttpResponse("x")

add = upload = echo = endless = page
"""


@pytest.mark.parametrize(
    "replaced",
    [
        '{"headers": [1]}',
        '{"headers": [["Set-Cookie", {"a": "b"}]]}',
        '{"headers": {"a": "b"}}',
        '{"body": ["x"]}',
        '{"body": "x"}',
        '{"body": "A" * 4_000_000}',
        '{"status": "many"}',
        '{"status": None}',
    ],
)
def test_an_answer_that_is_none_stops_the_project_and_nothing_else(exercise, replaced):
    mini = MiniBrowser(exercise)
    mini.boot(**{"views.py": f"REPLACED = {replaced}\n{FORGED}"})
    assert mini.ask("GET", "/")["problem"]["message"] == "Your project's answer makes no sense."
    mini.ask("GET", "/", status=410)


def test_large_pages_are_kept_for_a_shorter_time(exercise):
    mini = MiniBrowser(exercise)
    large = FILES["views.py"] + "\ndef page(request): return HttpResponse('x' * 2_000_000)\n"
    mini.boot(**{"views.py": large})
    answers = [mini.ask("GET", "/") for _ in range(6)]
    assert [mini.document(answer).status_code for answer in answers] == [410, 410, 200, 200, 200, 200]
