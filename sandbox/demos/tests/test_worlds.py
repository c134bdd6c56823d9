"""A database per visitor and lesson."""

import asyncio
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import transaction
from django.test import AsyncClient, Client

from sandbox.demos import places, worlds
from sandbox.demos.places import NoWorldError
from sandbox.demos.tests.school.yard.sandpit.demo.models import Castle
from sandbox.demos.visits import visitor_cookie
from sandbox.demos.worlds import UnknownLessonError, World, demo_named, sweep, world, worlds_folder

HOME = "/yard/sandpit/"


def names(browser) -> list[str]:
    return browser.get("count/").json()["names"]


def test_a_new_world_has_the_seed(visit):
    assert names(visit("sandpit")) == ["Seeded"]


def test_two_visitors_do_not_see_each_others_rows(visit):
    ada, bob = visit("sandpit"), visit("sandpit")
    ada.post("", {"name": "Ada's"})
    bob.post("", {"name": "Bob's"})

    assert names(ada) == ["Seeded", "Ada's"]
    assert names(bob) == ["Seeded", "Bob's"]


async def test_interleaved_async_and_sync_requests_stay_apart(visit):
    async def go(number: int) -> None:
        client = AsyncClient()
        client.cookies[settings.VISITOR_COOKIE_NAME] = visitor_cookie(f"{number:032x}")
        for turn in range(4):
            slow = (await client.get(f"{HOME}slow/", {"name": f"{number}-{turn}"})).json()
            await client.post(HOME, {"name": f"{number}-{turn} sync"})
            assert slow["before"] == 1 + 2 * turn
            assert {name.split("-")[0] for name in slow["names"][1:]} == {str(number)}

    await asyncio.gather(*(go(number) for number in range(6)))


def test_a_forged_cookie_is_a_new_visitor(visit):
    ada = visit("sandpit")
    ada.post("", {"name": "Ada's"})
    thief = Client()
    for forged in (ada.visitor, f"{ada.visitor}:{'x' * 43}", "../../etc/passwd", f"{ada.visitor}:"):
        thief.cookies[settings.VISITOR_COOKIE_NAME] = forged
        response = thief.get(f"{HOME}count/")

        assert response.json()["names"] == ["Seeded"]
        assert response.cookies[settings.VISITOR_COOKIE_NAME].value != forged


def test_a_signed_value_that_is_no_visitor_is_refused(visit):
    client = Client()
    client.cookies[settings.VISITOR_COOKIE_NAME] = visitor_cookie("../../../tmp/evil")

    assert client.get(f"{HOME}count/").json()["names"] == ["Seeded"]
    assert len(client.cookies[settings.VISITOR_COOKIE_NAME].value.split(":")[0]) == 32


def test_the_visitor_cookie_is_signed_and_out_of_reach_of_scripts(visit):
    cookie = Client().get(HOME).cookies[settings.VISITOR_COOKIE_NAME]

    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["path"] == "/"


def test_the_file_name_is_not_what_the_browser_sent(visit):
    ada = visit("sandpit")
    ada.get()

    file = World(ada.visitor, ada.demo).file()
    assert ada.visitor not in str(file)
    assert file.parent.parent == worlds_folder() / "sandpit"


def test_a_query_outside_of_any_world_says_so(visit):
    visit("sandpit").get()

    with pytest.raises(NoWorldError, match="No visitor's world"):
        Castle.objects.count()


def test_an_unknown_lesson_has_no_world():
    with pytest.raises(UnknownLessonError), world("0" * 32, "../sandpit"):
        pass


def test_reset_brings_the_seed_back_and_only_there(visit):
    ada, bob = visit("sandpit"), visit("sandpit")
    for one in (ada, bob):
        one.post("", {"name": "Mine"})

    assert ada.post("/stage/yard/sandpit/reset").status_code == 200

    assert names(ada) == ["Seeded"]
    assert names(bob) == ["Seeded", "Mine"]


def test_reset_needs_the_csrf_token(visit):
    ada = visit("sandpit", enforce_csrf_checks=True)

    assert ada.get("/stage/yard/sandpit/reset").status_code == 405
    assert ada.post("/stage/yard/sandpit/reset").status_code == 403


def test_an_open_connection_is_not_used_after_a_reset(visit):
    ada = visit("sandpit")
    with ada.world() as place:
        Castle.objects.create(name="Old")
        place.reset()
        assert [castle.name for castle in Castle.objects.all()] == ["Seeded"]


def test_a_transaction_does_not_wander_into_another_world(visit):
    ada, bob = visit("sandpit"), visit("sandpit")
    refused = pytest.raises(RuntimeError, match="in the middle of a transaction")
    with ada.world(), refused, transaction.atomic():
        Castle.objects.create(name="Ada's")
        with places.at(World(bob.visitor, bob.demo)):
            Castle.objects.create(name="Bob's")


def test_a_streaming_response_still_has_its_world(visit):
    ada = visit("sandpit")
    ada.post("", {"name": "Streamed"})

    assert ada.get("stream/").getvalue() == b"Seeded\nStreamed\n"


def test_writers_of_one_world_wait_for_each_other(visit):
    ada = visit("sandpit")

    def count_up() -> None:
        for _ in range(10):
            with ada.world(), transaction.atomic():
                castle = Castle.objects.get(pk=1)
                castle.name = str(int(castle.name) + 1)
                castle.save()

    with ada.world():
        Castle.objects.update(name="0")
    with ThreadPoolExecutor(6) as threads:
        for writer in [threads.submit(count_up) for _ in range(6)]:
            writer.result()

    with ada.world():
        assert Castle.objects.get().name == "60"


def test_first_requests_at_once_share_one_copy(visit):
    ada = visit("sandpit")

    def create(number: int) -> None:
        with ada.world():
            Castle.objects.create(name=str(number))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(create, range(8)))

    with ada.world():
        assert Castle.objects.count() == 9


def test_many_new_worlds_bring_a_sweep(empty_folder, monkeypatch):
    swept = threading.Event()
    monkeypatch.setattr(worlds, "SWEEP_AFTER", 3)
    monkeypatch.setattr(worlds, "sweep", swept.set)
    for number in range(3):
        World(f"{number:032x}", demo_named("sandpit")).file()

    assert swept.wait(5)


def age(visitor: str, seconds: float) -> World:
    place = World(visitor, demo_named("sandpit"))
    place.file()
    then = time.time() - seconds
    for path in [*place.folder.iterdir(), place.folder]:
        os.utime(path, (then, then))
    return place


@pytest.fixture
def empty_folder(settings, tmp_path):
    settings.DEMOS_VAR_DIR = tmp_path


def test_stale_worlds_are_swept(empty_folder):
    old, young = age("a" * 32, 7_200), age("b" * 32, 60)

    swept = sweep(max_age=3_600)

    assert (swept.removed, swept.kept) == (1, 1)
    assert not old.folder.exists() and young.folder.exists()


def test_using_a_world_keeps_it(empty_folder, visit):
    ada = visit("sandpit")
    place = age(ada.visitor, 7_200)

    ada.get("knock/")

    assert sweep(max_age=3_600).removed == 0
    assert place.folder.exists()


@pytest.mark.parametrize("limit", [{"max_count": 2}, {"max_bytes": 350_000}])
def test_too_many_or_too_big_worlds_go_oldest_first(empty_folder, limit):
    places = [age(f"{number:032x}", 10 * number) for number in range(1, 5)]
    if "max_bytes" in limit:
        limit = {"max_bytes": 2 * places[0].file().stat().st_size + 10}

    sweep(max_age=3_600, **limit)

    assert [place.folder.exists() for place in places] == [True, True, False, False]
