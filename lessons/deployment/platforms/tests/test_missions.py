"""Each mission is noticed by the demos site when it is done, and not before."""

import pytest

from lessons.deployment.platforms.tests.test_deploys import BLUEPRINT, HEROKU, PROCFILE, VERCEL

STAGE = "/stage/deployment/platforms/"


@pytest.fixture
def learner(visit):
    return visit("platforms")


def done(browser) -> set[str]:
    state = browser.get(f"{STAGE}state").json()
    return {mission["slug"] for mission in state["missions"] if mission["done"]}


def lines(config: dict) -> dict:
    return {"variables": "\n".join(f"{key}={value}" for key, value in config.items())}


def heroku(browser) -> None:
    browser.post("heroku/", {"Procfile": PROCFILE, ".python-version": "3.13", "app.json": ""})
    browser.post("heroku/config/", lines(HEROKU))
    browser.post("heroku/deploy/", {"commit": "1f3a9c2"})


def test_looking_around_completes_nothing(learner):
    for path in ("", "heroku/", "render/", "vercel/", "heroku/site/", "render/site/"):
        assert learner.get(path).status_code == 200
    learner.post("heroku/deploy/", {"commit": "1f3a9c2"})
    learner.get("heroku/releases/1/")
    learner.get("heroku/site/")
    assert done(learner) == set()


def test_online_refused_and_rolled_back(learner):
    heroku(learner)
    assert done(learner) == set()
    learner.get("heroku/site/")
    assert done(learner) == {"first_release"}
    learner.post("heroku/deploy/", {"commit": "c09e551"})
    assert done(learner) == {"first_release"}
    learner.get("heroku/site/")
    assert done(learner) == {"first_release", "refused_by_release_phase"}
    learner.post("heroku/deploy/", {"commit": "e41d77a"})
    learner.get("heroku/site/")
    learner.post("heroku/releases/1/rollback/")
    assert "rolled_back" not in done(learner)
    learner.get("heroku/site/")
    assert done(learner) == {"first_release", "refused_by_release_phase", "rolled_back"}


def test_a_picture_that_never_was_is_not_lost(learner):
    heroku(learner)
    picture = "heroku/site/?path=/pictures/socks/sock.svg"
    learner.post("heroku/restart/")
    learner.get(picture)
    learner.post("heroku/site/socks/", {"name": "Red", "place": "Sauna", "picture": "on"})
    learner.get(picture)
    assert "gone_after_restart" not in done(learner)
    learner.post("heroku/restart/")
    learner.get(picture)
    assert "gone_after_restart" in done(learner)


def test_the_blueprint_has_to_do_it_alone(learner):
    learner.post("render/", {"render.yaml": BLUEPRINT.replace("    healthCheckPath: /healthz/\n", "")})
    learner.post("render/deploy/", {"commit": "1f3a9c2"})
    assert done(learner) == set()
    learner.post("render/", {"render.yaml": BLUEPRINT})
    learner.post("render/config/", {"variables": "DEBUG=False"})
    learner.post("render/deploy/", {"commit": "1f3a9c2"})
    assert done(learner) == set()
    learner.post("render/config/", {"variables": ""})
    learner.post("render/deploy/", {"commit": "1f3a9c2"})
    assert done(learner) == {"healthy_blueprint"}


def test_read_only(learner):
    learner.post("vercel/", {"vercel.json": VERCEL})
    learner.post("vercel/config/", lines({"SECRET_KEY": "generate", "ALLOWED_HOSTS": ".vercel.app"}))
    learner.post("vercel/site/socks/", {"name": "Red", "place": "Sauna", "picture": "on"})
    learner.post("vercel/deploy/", {"commit": "1f3a9c2"})
    assert learner.get("vercel/site/").headers["App-Status"] == "200"
    learner.post("vercel/site/socks/", {"name": "Red", "place": "Sauna"})
    assert done(learner) == set()
    learner.post("vercel/site/socks/", {"name": "Red", "place": "Sauna", "picture": "on"})
    assert done(learner) == {"read_only"}
