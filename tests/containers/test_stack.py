"""All of compose.yaml on a Docker engine, used as people use it. Takes minutes; needs an engine."""

from __future__ import annotations

import http.client
import json
import re
import ssl
import time
import urllib.error
import urllib.request
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import LESSON, check, expect_result, open_exercise, write_solution
from tests.journeys.test_gunicorn_nginx import open_demo as open_tea_house
from tests.journeys.test_gunicorn_nginx import open_house
from tests.journeys.test_transactions import choose
from tests.journeys.test_transactions import open_demo as open_savings
from tests.journeys.test_websockets import enter, open_demo, say

pytestmark = pytest.mark.containers

OURS = ("lms", "demos", "worker", "beat", "jail")


def test_somebody_signs_up_and_an_exercise_is_graded_in_the_jails_container(page: Page, containers):
    page.goto("/accounts/signup/")
    page.get_by_label("Email").fill("grace@example.org")
    page.get_by_label("Password", exact=True).fill("seven-runner-beans")
    page.locator("main").get_by_role("button", name="Sign up").click()
    page.get_by_label("Code").fill(containers.mailed_code("grace@example.org"))
    page.locator("main").get_by_role("button", name="Confirm").click()
    expect(page.locator(".account-button")).to_be_visible()

    sockets: list[str] = []
    states: list[str] = []

    def listen(socket) -> None:
        sockets.append(socket.url)
        socket.on("framereceived", lambda payload: states.append(json.loads(payload).get("state")))

    page.on("websocket", listen)
    open_exercise(page)
    check(page)
    expect_result(page, "not there yet", timeout=120_000)
    write_solution(page)
    check(page)
    expect_result(page, "every check passes", timeout=120_000)
    # The results came through nginx, over a socket, from a worker in another container.
    assert sockets
    assert all(url.startswith(containers.origin.replace("https:", "wss:")) for url in sockets)
    assert {"failed", "passed"} <= set(states)


def test_a_demo_with_websockets_of_its_own(page: Page):
    ada, grace = open_demo(page)
    enter(ada, "ada")
    enter(grace, "grace")
    say(grace, "Is anybody there?")
    expect(ada.locator("#said")).to_contain_text("Is anybody there?")


def test_the_lesson_about_nginx_has_one_to_start(page: Page):
    app = open_tea_house(page)
    open_house(app)
    expect(app.locator(".messages")).to_contain_text("nginx before it")


def test_the_demos_race_on_a_postgresql_of_their_own(page: Page):
    app = open_savings(page)
    choose(app, "Race", "Go", "are lost", "read, add, save()", "PostgreSQL, no transaction")


def test_of_two_replicas_of_the_demos_a_visitor_stays_with_one(containers):
    def get(address: str, cookie: str = "") -> str:
        connection = http.client.HTTPSConnection(
            "127.0.0.1",
            int(containers.env["HTTPS_PORT"]),
            timeout=60,
            context=ssl._create_unverified_context(),
        )
        host = containers.env["DEMOS_ORIGIN"].removeprefix("https://")
        connection.request("GET", address, headers={"Host": host, "Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        found = re.search(r"demos_visitor=[^;]+", answer.getheader("Set-Cookie") or "")
        return found[0] if found else ""

    visitors = range(12)
    for visitor in visitors:
        cookie = get(LESSON)
        assert cookie.startswith("demos_visitor=")
        for _ in range(6):
            get(f"{LESSON}?visitor={visitor}", cookie)
    log = containers.compose("logs", "--no-log-prefix", "proxy")
    went = [set(re.findall(rf"\?visitor={visitor} .* (\S+:8001) ", log)) for visitor in visitors]
    assert [len(replicas) for replicas in went] == [1] * len(visitors), went
    assert len(set.union(*went)) == 2, went


def test_the_jail_is_ready_with_all_its_tools(containers):
    told = containers.compose(
        *("exec", "-T", "jail", "python3", "-m", "sandbox.jail", "doctor", "--socket", "/run/jail/jail.sock")
    )
    assert "Ready to grade." in told
    for tool in ("hadolint", "zizmor", "nginx", "ruff-check"):
        assert re.search(rf"in force +{tool}:", told), told
    assert re.search(r"in force +the zygote has no network", told)
    assert re.search(r"in force +its root directory is read-only", told)


def test_only_nginx_is_reachable_and_the_jail_has_no_network(containers):
    published = {
        name
        for name, service in containers.services().items()
        for port in service["Publishers"] or []
        if port["PublishedPort"]
    }
    assert published == {"proxy"}
    assert containers.python("jail", "import os; print(os.listdir('/sys/class/net'))") == "['lo']"
    reach = (
        "import socket\ntry: socket.create_connection(('{}', {}), 3); print('reached')"
        "\nexcept OSError: print('refused')"
    )
    assert containers.python("demos", reach.format("db", 5432)) == "refused"
    assert containers.python("demos", reach.format("lms", 8000)) == "refused"
    assert containers.python("worker", reach.format("db", 5432)) == "reached"


def test_nothing_runs_as_root_or_can_write_its_own_code(containers):
    for service in OURS:
        assert containers.python(service, "import os; print(os.getuid())") == "10001"
        write = "try: open('/srv/app/x', 'w'); print('wrote')\nexcept OSError as e: print(e.strerror)"
        assert containers.python(service, write) == "Read-only file system"
    for service in ("db", "redis"):
        assert containers.compose("exec", "-T", service, "id", "-u").strip() == "999"
    # The jail's image has no line of the platform in it, nor of its secrets.
    assert containers.python("jail", "import os; print(sorted(os.listdir('/srv/app')))") == "['sandbox']"
    secret = containers.env["SECRET_KEY"]
    for service in ("jail", "demos"):
        assert secret not in containers.python(service, "import os; print(dict(os.environ))")


def test_redis_asks_for_its_password_and_keeps_what_it_was_told(containers):
    ask = ("exec", "-T", "redis", "redis-cli", "--no-auth-warning")
    assert "NOAUTH" in containers.compose(*ask, "ping")
    answer = containers.compose(*ask, "-a", containers.env["REDIS_PASSWORD"], "config", "get", "appendonly")
    assert answer.split() == ["appendonly", "yes"]


def test_prometheus_reads_every_web_process_and_worker(containers):
    containers.compose("--profile", "metrics", "up", "--detach", "--wait", "prometheus", timeout=300)
    address = f"http://127.0.0.1:{containers.env['PROMETHEUS_PORT']}/api/v1"

    def ask(what: str) -> dict[str, Any]:
        with urllib.request.urlopen(f"{address}/{what}", timeout=10) as answer:
            return json.load(answer)["data"]

    found: dict[str, str] = {}
    deadline = time.monotonic() + 90
    while found != {"web": "up", "worker": "up"} and time.monotonic() < deadline:
        found = {one["labels"]["job"]: one["health"] for one in ask("targets")["activeTargets"]}
        time.sleep(1)
    assert found == {"web": "up", "worker": "up"}, ask("targets")
    rules = [rule for group in ask("rules")["groups"] for rule in group["rules"]]
    assert {rule["health"] for rule in rules} <= {"ok", "unknown"}  # unknown: not asked yet
    told = ask("query?query=sum%20by%20(job)%20(course_jail_refusals_total)")["result"]
    assert {one["metric"]["job"] for one in told} == {"web", "worker"}
    # Nobody else is told.
    reach = "import urllib.request as u; print(u.urlopen(u.Request('http://{}'), timeout=3).status)"
    with pytest.raises(AssertionError, match="404"):
        containers.python("beat", reach.format("worker:9100/metrics"))


def test_an_unknown_host_gets_nothing(containers):
    request = urllib.request.Request(
        f"http://127.0.0.1:{containers.env['HTTP_PORT']}/", headers={"Host": "elsewhere.test"}
    )
    with pytest.raises(urllib.error.HTTPError) as answer:
        urllib.request.urlopen(request, timeout=5)
    assert answer.value.code == 421
