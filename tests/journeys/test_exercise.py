from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from playwright.sync_api import APIResponse, Browser, Page, expect

from tests.journeys.people import (
    EXERCISE,
    EXERCISE_FOLDER,
    check,
    expect_complaint,
    expect_result,
    open_exercise,
    open_file,
    write_file,
    write_solution,
)
from tests.stack import Stack

FILES = {
    file.relative_to(EXERCISE_FOLDER / "solution").as_posix(): file.read_text()
    for file in sorted((EXERCISE_FOLDER / "solution").rglob("*"))
    if file.is_file() and file.name != "REMOVED"
}


def send(page: Page, body: Any = None, *, raw: bytes | None = None, path: str = EXERCISE) -> APIResponse:
    """POST a submission as the page's script does."""
    token = page.locator("meta[name=csrf-token]").get_attribute("content") or ""
    data = raw if raw is not None else json.dumps(body).encode()
    headers = {"X-CSRFToken": token, "Content-Type": "application/json", "Origin": page.url.split("/e")[0]}
    return page.request.post(f"{path}submissions/", data=data, headers=headers)


def test_an_exercise_is_solved_and_its_result_survives_a_reload(page: Page):
    open_exercise(page)
    check(page)
    expect_result(page, "not there yet")
    expect(page.locator("[data-checks]")).to_contain_text("xpected")
    write_solution(page)
    check(page)
    expect_result(page, "every check passes")
    checks = page.locator("[data-checks] > li")
    count = checks.count()
    assert count >= 2
    page.reload()
    expect_result(page, "every check passes")
    expect(page.locator("[data-checks] > li")).to_have_count(count)


def test_results_arrive_over_the_websocket_and_check_by_check(page: Page):
    frames: list[dict] = []

    def listen(socket):
        socket.on("framereceived", lambda payload: frames.append(json.loads(payload)))

    page.on("websocket", listen)
    open_exercise(page)
    write_solution(page)
    check(page)
    expect_result(page, "every check passes")
    assert frames[-1]["state"] == "passed"
    statuses = [[one["status"] for one in frame["checks"]] for frame in frames]
    assert any("pending" in status and "passed" in status for status in statuses), statuses


def test_where_websockets_do_not_work_the_page_asks_instead(page: Page):
    page.route_web_socket("**/ws/**", lambda socket: socket.close())
    open_exercise(page)
    write_solution(page)
    check(page)
    expect_result(page, "every check passes")


def test_a_syntax_error_names_the_learners_file_and_line(page: Page):
    open_exercise(page)
    path = next(path for path in FILES if path.endswith(".py"))
    write_file(page, path, "import os\ndef broken(:\n")
    check(page)
    expect_result(page, "error")
    expect(page.locator("#pane-results")).to_contain_text(path)
    expect(page.locator("#pane-results")).to_contain_text("2")


def test_what_was_typed_is_still_there_after_a_reload(page: Page):
    open_exercise(page)
    path = next(path for path in FILES if path.endswith(".py"))
    write_file(page, path, "# kept across a reload\n")
    page.wait_for_timeout(600)
    page.reload()
    open_file(page, path)
    expect(page.locator(".cm-content")).to_contain_text("kept across a reload")


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"files": {"views.py": "x" * 900_000, "b.py": "x" * 900_000}}, 400, "larger"),
        ({"files": {"../views.py": "x"}}, 400, ".."),
        ({"files": {"/etc/passwd": "x"}}, 400, "absolute"),
        ({"files": {}}, 400, "no files"),
        ({"files": None}, 400, "no files"),
        ({"files": {"views.py": "\ud800"}}, 400, "Unicode"),
        ({"other": 1}, 400, "files"),
        ([], 400, "files"),
    ],
)
def test_what_cannot_be_graded_gets_a_clear_error(page: Page, body: Any, status: int, words: str):
    page.goto(EXERCISE)
    answer = send(page, body)
    assert answer.status == status
    assert words in answer.json()["error"]


@pytest.mark.parametrize(
    ("raw", "status", "words"),
    [
        (b'{"files": {"views.py": "\xff\xfe"}}', 400, "UTF-8"),
        (b"", 400, "JSON"),
        (b"[" * 100_000, 400, "JSON"),
        (b'{"files": {"views.py": "' + b"x" * 4_000_000 + b'"}}', 413, "large"),
    ],
)
def test_a_request_that_is_broken_gets_a_clear_error(page: Page, raw: bytes, status: int, words: str):
    page.goto(EXERCISE)
    answer = send(page, raw=raw)
    assert answer.status == status
    assert words in answer.json()["error"]


def test_an_exercise_that_does_not_exist_is_not_found(page: Page):
    page.goto(EXERCISE)
    answer = send(page, {"files": FILES}, path="/exercises/login_logout/no_such_thing/")
    assert answer.status == 404
    assert "no exercise" in answer.json()["error"]
    assert page.goto("/exercises/login_logout/no_such_thing/").status == 404
    expect_complaint(page, "404 (Not Found)")


def test_somebody_elses_submission_does_not_exist(page: Page, browser: Browser, stack: Stack):
    page.goto(EXERCISE)
    mine = send(page, {"files": FILES}).json()
    path = f"/submissions/{mine['id']}/"
    assert page.request.get(path).status == 200
    stranger = browser.new_context(base_url=stack.origin)
    visit = stranger.new_page()
    visit.goto(EXERCISE)
    assert stranger.request.get(path).status == 404
    assert stranger.request.get(f"/submissions/{uuid.uuid4()}/").status == 404
    closed = visit.evaluate(
        """path => new Promise(done => {
            const socket = new WebSocket(location.origin.replace("http", "ws") + "/ws" + path);
            socket.onclose = event => done(event.code);
            socket.onmessage = event => done(event.data);
        })""",
        path,
    )
    assert closed == 4404
    stranger.close()


def test_a_submission_without_the_csrf_token_is_refused(page: Page):
    page.goto(EXERCISE)
    answer = page.request.post(f"{EXERCISE}submissions/", data={"files": FILES})
    assert answer.status == 403
