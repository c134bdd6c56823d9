"""Demos that run something beside the site are told when to begin, and when to end it."""

import asyncio

import pytest

from sandbox.demos import lifecycle
from sandbox.demos.asgi import application
from sandbox.demos.conf import conf
from sandbox.demos.tests.school.yard.sandpit.demo.lifecycle import told

STAGE = "/stage/yard/sandpit/"


@pytest.fixture(autouse=True)
def fresh():
    told.clear()


def test_a_reset_tells_the_demo_while_the_rows_are_there(visit):
    ada = visit("sandpit")
    ada.post("", {"name": "Ada's"})
    ada.post(f"{STAGE}reset")
    assert told == [("reset", ["Seeded", "Ada's"])]
    assert ada.get("count/").json()["names"] == ["Seeded"]


def test_a_demo_that_fails_at_it_is_reset_nevertheless(visit, caplog):
    ada = visit("sandpit")
    ada.post("", {"name": "Cursed"})
    ada.post(f"{STAGE}reset")
    assert ada.get("count/").json()["names"] == ["Seeded"]
    assert "before_reset of sandpit failed" in caplog.text


def test_a_demo_without_a_lifecycle_is_not_asked(visit):
    assert visit("login_logout").post("/stage/authentication/login_logout/reset").status_code == 200
    assert told == []


async def test_the_sites_start_and_stop_are_told(visit, monkeypatch):
    only = [demo for demo in conf.DEMOS if demo.slug == "sandpit"]
    for name in ("site_started", "site_stopped"):
        tell = getattr(lifecycle, name)
        monkeypatch.setattr(lifecycle, name, lambda demos, tell=tell: tell(only))
    incoming: asyncio.Queue = asyncio.Queue()
    sent: list[str] = []

    async def send(message):
        sent.append(message["type"])

    running = asyncio.create_task(application({"type": "lifespan"}, incoming.get, send))
    await incoming.put({"type": "lifespan.startup"})
    async with asyncio.timeout(60):
        while not sent:
            await asyncio.sleep(0.02)
    assert told == [("started", [])]
    await incoming.put({"type": "lifespan.shutdown"})
    async with asyncio.timeout(20):
        await running
    assert told == [("started", []), ("stopped", [])]
