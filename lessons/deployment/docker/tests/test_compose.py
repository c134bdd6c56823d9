"""The order of services, and what becomes of them when one is broken."""

import pytest

from lessons.deployment.docker.demo import compose
from lessons.deployment.docker.demo.seed import example

EXAMPLE = example("compose.yaml")


def stack(text: str) -> compose.Stack:
    return compose.read(text)


def test_the_example_has_an_order():
    found = stack(EXAMPLE)
    assert (found.problems, found.circle) == ([], [])
    assert found.waves == [["db", "redis"], ["migrate"], ["web", "worker"]]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("services: [web]\n", "services"),
        ("services:\n  web:\n    imgae: x\n", "imgae"),
        ("services:\n  web: {image: x, depends_on: {db: {condition: service_ready}}}\n", "service_ready"),
        ("services:\n  web: {image: x, depends_on: [db]}\n", 'undefined service "db"'),
        ("services:\n  web: {image: x\n", "no YAML"),
        (
            "services:\n  a: {image: x, depends_on: {b: {condition: service_healthy}}}\n  b: {image: y}\n",
            "no healthcheck",
        ),
        ("- web\n", "is not of type 'object'"),
    ],
)
def test_what_is_wrong_is_named(text, problem):
    found = stack(text)
    assert any(problem in one for one in found.problems), found.problems
    assert not found.waves


def test_a_service_that_is_optional_may_be_missing():
    text = "services:\n  web: {image: x, depends_on: {mail: {condition: service_started, required: false}}}\n"
    assert stack(text).waves == [["web"]]


def test_a_circle_is_found_and_has_no_order():
    text = EXAMPLE.replace(
        "image: postgres:17-bookworm", "image: postgres:17-bookworm\n    depends_on: [web]"
    )
    found = stack(text)
    assert found.circle == ["web", "migrate", "db", "web"]
    assert found.waves == []
    assert stack("services:\n  a: {image: x, depends_on: [a]}\n").circle == ["a", "a"]


@pytest.mark.parametrize("body", ["links: [db:x]", "network_mode: service:db", "volumes_from: [db]"])
def test_what_depends_without_saying_so(body):
    text = f"services:\n  web:\n    image: x\n    {body}\n  db: {{image: y}}\n"
    assert stack(text).waves == [["db"], ["web"]]


@pytest.mark.parametrize(
    ("broken", "fault", "left"),
    [
        ("db", "sick", {"migrate", "web", "worker"}),
        ("db", "fails", {"migrate", "web", "worker"}),
        ("redis", "sick", {"worker"}),
        ("redis", "fails", {"worker"}),
        ("migrate", "fails", {"web", "worker"}),
        ("web", "fails", set()),
        ("", "sick", set()),
    ],
)
def test_who_does_not_start(broken, fault, left):
    found = stack(EXAMPLE)
    told = compose.outcome(found, broken, fault)
    assert {name for name, state in told.items() if state not in ("starts", compose.FAULTS[fault])} == left
    if broken:
        assert told[broken] == compose.FAULTS[fault]


def test_composes_own_tags():
    found = stack(
        """
        services:
          web:
            image: kettle
            ports: !reset []
            depends_on: !override [db]
          db: {image: "postgres:17", restart: !override "no", environment: !reset null}
        """
    )
    assert found.problems == []
    assert found.services["web"] == {"image": "kettle", "depends_on": ["db"]}
    assert found.services["db"] == {"image": "postgres:17", "restart": "no"}
    assert stack("services: !python/name:os.system").problems
