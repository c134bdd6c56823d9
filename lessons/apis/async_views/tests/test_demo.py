"""What the pages say is what was measured, and the orders of magnitude are those that the text names."""

import asyncio
import threading

import pytest
from asgiref.sync import sync_to_async
from bs4 import BeautifulSoup

from lessons.apis.async_views.demo import client, groups, pier, threads, watches
from lessons.apis.async_views.demo.models import Buoy, Run, Watch

WAYS = {
    "ask/sync/": "ask_sync",
    "ask/threads/": "ask_threads",
    "ask/in-turn/": "ask_in_turn",
    "ask/gather/": "ask_gather",
}


@pytest.fixture
def visitor(visit):
    """Its buoys are quicker than the lesson's, each by the same."""
    visitor = visit("async_views")
    with visitor.world():
        Buoy.objects.update(delay_ms=40)
    return visitor


@pytest.fixture
def world(visitor):
    with visitor.world():
        yield


@pytest.fixture
def buoys(world):
    return list(Buoy.objects.order_by("pk"))


def soup(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


@pytest.mark.parametrize(
    "path", ["", "failing/", "rows/", "rows/async/", "loop/", "leaving/", "leaving/log/"]
)
def test_pages(visitor, path):
    response = visitor.get(path)
    assert response.status_code == 200
    assert "style=" not in response.text


@pytest.mark.parametrize("path", WAYS)
def test_every_way_hears_all_buoys_and_keeps_its_time(visitor, path):
    response = visitor.get(path)
    page = soup(response)
    assert len(page.select(".lane.answered")) == 8
    assert visitor.traces[-1]["url_name"] == WAYS[path]
    with visitor.world():
        [run] = Run.objects.all()
    assert f"8 buoys in {run.ms:,} ms" in response.text
    assert "the last time" in page.select_one(".ways").text


def test_in_turn_nothing_overlaps_and_gathered_everything_does(visitor):
    for path in ("ask/sync/", "ask/in-turn/"):
        visitor.get(path)
    for path in ("ask/threads/", "ask/gather/"):
        visitor.get(path)
    with visitor.world():
        took = {run.how: run.ms for run in Run.objects.all()}
    assert took["sync"] >= 8 * 40 and took["in turn"] >= 8 * 40
    assert took["threads"] < took["sync"] and took["gather"] < took["in turn"]


def test_only_the_pool_needs_threads(visitor):
    words = {path: soup(visitor.get(path)).select(".card .muted")[0].text for path in WAYS}
    assert "1 thread waited" in words["ask/gather/"]
    assert "1 thread waited" in words["ask/sync/"]
    assert "8 threads waited" in words["ask/threads/"]


def test_a_buoy_is_slowed_down(visitor):
    assert visitor.post("buoys/3/", {"delay_ms": 410}).status_code == 302
    assert visitor.post("buoys/3/", {"delay_ms": 999_999}).status_code == 302
    assert visitor.post("buoys/99/", {"delay_ms": 410}).status_code == 404
    with visitor.world():
        assert Buoy.objects.get(pk=3).delay_ms == 410
    assert "cannot be as slow" in visitor.get().text


def test_a_silent_buoy_is_given_up_by_both_clients(buoys, monkeypatch):
    monkeypatch.setattr(client, "PATIENCE", 0.1)
    with pytest.raises(client.BuoyDown, match="silent"):
        client.ask(buoys[0], "silent")
    with pytest.raises(client.BuoyDown, match="silent"):
        asyncio.run(client.aask(buoys[0], "silent"))
    with pytest.raises(client.BuoyDown, match="503"):
        client.ask(buoys[0], "down")


def group(how, buoys, fault="down", deadline=None):
    buoys[0].delay_ms = 10
    for buoy in buoys[1:]:
        buoy.delay_ms = 900
    return asyncio.run(groups.try_out(how, buoys, fault, deadline))


def test_gather_raises_at_once_and_leaves_the_others_running(buoys):
    outcome = group("gather", buoys)
    assert outcome.error == "BuoyDown: Skerry answered 503"
    assert outcome.left_running == 7
    assert outcome.timeline.count("answered") == 7
    assert outcome.timeline.ms > outcome.known_at


def test_a_group_cancels_the_others_and_has_them_all_ended(buoys):
    outcome = group("group", buoys)
    assert outcome.error == "ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)"
    assert (outcome.left_running, outcome.timeline.count("cancelled")) == (0, 7)


def test_gather_may_give_exceptions_back(buoys):
    outcome = group("all", buoys)
    assert (outcome.error, outcome.left_running, len(outcome.winds)) == ("", 0, 7)


@pytest.mark.parametrize("how", ["gather", "all", "group"])
def test_a_deadline_cancels_what_is_left_of_either(buoys, how):
    outcome = group(how, buoys, fault="", deadline=0.6)
    assert outcome.error.startswith("TimeoutError")
    assert (outcome.left_running, outcome.timeline.count("cancelled")) == (0, 7)
    assert list(outcome.winds) == ["Skerry"]


def test_skerry_fails_unless_it_is_told_otherwise(visitor):
    chosen = soup(visitor.get("failing/")).select("option[selected]")
    assert [option["value"] for option in chosen] == ["down", ""]


def test_the_page_of_the_failing_buoy(visitor):
    page = visitor.get("failing/?how=group&fault=down&deadline=")
    assert "1 failed" in page.text and "Left running: 0." in page.text
    assert "1 failed" in visitor.traces[-1]["messages"][0]["text"]
    assert visitor.get("failing/?how=nonsense").status_code == 200


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("rows/direct/", "names = [buoy.name for buoy in Buoy.objects.order_by"),
        ("rows/lazy/", 'return JsonResponse({"buoy": reading.buoy.name'),
        ("rows/template/", 'return render(request, "async_views/readings.html"'),
    ],
)
def test_the_orm_refuses_the_loops_thread(visitor, path, line):
    assert visitor.get(path).status_code == 500
    trace = visitor.traces[-1]
    assert trace["exception"]["type"] == "SynchronousOnlyOperation"
    assert any(line in frame["code"] for frame in trace["exception"]["frames"]), trace["exception"]["frames"]


def test_one_query_for_the_readings(visitor):
    assert "Long Sand" in visitor.get("rows/async/").text
    assert len(visitor.traces[-1]["queries"]) == 1


def test_what_the_thread_costs(monkeypatch):
    monkeypatch.setattr(threads, "LEGACY_SECONDS", 0.03)
    cost = asyncio.run(threads.measure())
    assert cost.call_us < cost.hop_us and cost.await_us < cost.hop_us
    assert cost.sensitive.picture()["threads"] == 1
    assert cost.free.picture()["threads"] > 1
    assert cost.sensitive.ms >= 5 * 30 > 0 and cost.free.ms < cost.sensitive.ms


def test_the_page_of_costs(visitor, monkeypatch):
    monkeypatch.setattr(threads, "LEGACY_SECONDS", 0.01)
    assert len(soup(visitor.get("rows/cost/")).select(".lane.answered")) == 10


def test_a_queryset_asks_in_the_one_thread_of_its_request(world):
    """`acount()` and its like are sync_to_async, thread-sensitive: gather them, and they queue."""
    seen = set()

    def note(execute, *args):
        seen.add(threading.get_ident())
        return execute(*args)

    def watched() -> None:
        from django.db import connection

        connection.execute_wrappers.append(note)

    async def ask():
        await sync_to_async(watched)()
        return await asyncio.gather(*(Buoy.objects.acount() for _ in range(4)))

    assert asyncio.run(ask()) == [8, 8, 8, 8]
    assert len(seen) == 1


@pytest.mark.parametrize("how", ["sleep", "cpu"])
def test_a_blocked_loop_holds_everybody_up_and_debug_mode_says_so(monkeypatch, how):
    monkeypatch.setattr(pier, "SLOW", 0.25)
    afternoon = pier.try_out(how)
    assert afternoon.held_up >= 100
    assert afternoon.worst_lag >= 150
    assert any(line.startswith("Executing <Task") for line in afternoon.complaints)


@pytest.mark.parametrize("how", ["await", "thread"])
def test_a_loop_that_is_let_go_serves_the_others_meanwhile(monkeypatch, how):
    monkeypatch.setattr(pier, "SLOW", 0.25)
    spans = pier.try_out(how).timeline.spans
    slow = next(span for span in spans if span.name == "the slow view")
    assert any(slow.began < span.began < slow.ended for span in spans)


def test_a_stream_that_is_left_notes_it(buoys):
    async def watch_and_leave():
        watch = await Watch.objects.acreate(kind="stream")
        stream = watches.readings(watch, buoys)
        assert (await anext(stream)).startswith("event: reading\ndata: {")
        await stream.aclose()
        left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        await asyncio.gather(*left, return_exceptions=True)
        return left

    left = asyncio.run(watch_and_leave())
    assert all(task.cancelled() for task in left)
    watch = Watch.objects.get()
    assert (watch.ending, watch.heard, watch.by) == ("left", 1, "GeneratorExit")


def test_a_stream_that_is_heard_out(visitor, monkeypatch):
    monkeypatch.setattr(watches, "ROUNDS", 1)
    response = visitor.get("leaving/stream/")
    assert response["Content-Type"] == "text/event-stream"

    async def all_of_it():
        return [part async for part in response]

    with visitor.world():
        parts = asyncio.run(all_of_it())
    assert len(parts) == 9 and parts[-1] == b"event: end\ndata: {}\n\n"
    log = visitor.get("leaving/log/")
    assert "stream: finished after 8 answers." in log.text
    assert "finished after" not in visitor.get("leaving/log/").text


@pytest.mark.parametrize("kind", ["async", "sync"])
def test_who_waits_is_answered(visitor, kind):
    assert visitor.get(f"leaving/{kind}/").json() == {"heard": 8}
    assert f"{kind}: finished after 8 answers." in visitor.get("leaving/log/").text
