"""Each mission is noticed by the demos site when it is done, and not before."""

import pytest

from lessons.deployment.docker.demo.models import File
from lessons.deployment.docker.demo.seed import example

STAGE = "/stage/deployment/docker/"


@pytest.fixture
def learner(visit):
    return visit("docker")


def done(browser) -> set[str]:
    state = browser.get(f"{STAGE}state").json()
    return {mission["slug"] for mission in state["missions"] if mission["done"]}


def key(browser, path: str) -> int:
    with browser.world():
        return File.objects.get(path=path).pk


def edit(browser, path: str, how: str = "line") -> None:
    browser.post(f"files/{key(browser, path)}/change/", {"how": how})


def save(browser, path: str, text: str) -> None:
    browser.post(f"files/{key(browser, path)}/", {"text": text})


def test_looking_around_completes_nothing(learner):
    for path in ("", "files/", "compose/", "compose/?broken=redis&fault=sick"):
        assert learner.get(path).status_code == 200
    learner.post("builds/")
    learner.post("builds/")
    assert done(learner) == set()


def test_all_over_again(learner):
    learner.post("builds/")
    edit(learner, "menu/views.py", "touch")
    learner.post("builds/")
    edit(learner, "requirements.txt")
    learner.post("builds/")
    learner.post("cache/prune/")
    learner.post("builds/")
    assert done(learner) == set()
    edit(learner, "menu/views.py")
    learner.post("builds/")
    assert done(learner) == {"all_over_again"}


def test_packages_stay(learner):
    learner.post("examples/ordered/")
    learner.post("builds/")
    edit(learner, "README.md")
    learner.post("builds/")
    assert done(learner) == set()
    save(learner, "menu/views.py", "x = 1\n")
    learner.post("builds/")
    assert done(learner) == {"packages_stay"}


def test_the_secret_inside(learner):
    save(learner, ".dockerignore", ".env\n.git\n*.sqlite3\n")
    learner.post("builds/")
    assert done(learner) == set()  # SECRET_KEY stands in ENV
    learner.post("examples/ordered/")
    learner.post("builds/")
    assert done(learner) == {"the_secret_inside"}


def test_no_secret_from_the_beginning_is_not_the_mission(learner):
    save(learner, ".dockerignore", ".env\n.git\n*.sqlite3\n")
    learner.post("examples/ordered/")
    learner.post("builds/")
    assert done(learner) == set()


def test_two_stages(learner):
    learner.post("examples/ordered/")
    learner.post("builds/")
    learner.post("", {"text": example("stages.Dockerfile").replace("USER app\n", "")})
    learner.post("builds/")
    assert done(learner) == set()
    learner.post("examples/stages/")
    learner.post("builds/")
    assert done(learner) == {"two_stages"}


def test_in_a_circle(learner):
    text = example("compose.yaml")
    learner.post("compose/", {"text": text.replace("image: redis", "imgae: redis")})
    assert done(learner) == set()
    learner.post(
        "compose/", {"text": text.replace("image: redis:7", "depends_on: [worker]\n    image: redis:7")}
    )
    assert done(learner) == {"in_a_circle"}


def test_never_healthy(learner):
    learner.get("compose/", {"broken": "redis", "fault": "sick"})
    learner.get("compose/", {"broken": "db", "fault": "fails"})
    learner.get("compose/", {"broken": "redis", "fault": "sick"})
    assert done(learner) == set()
    learner.get("compose/", {"broken": "db", "fault": "sick"})
    learner.get("compose/", {"broken": "redis", "fault": "sick"})
    assert done(learner) == {"never_healthy"}
