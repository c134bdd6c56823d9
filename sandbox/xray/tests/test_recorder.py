"""What the trace of a request says."""

import json
import time

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import User
from django.core.mail import get_connection, send_mail
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import AsyncClient, RequestFactory

from sandbox.demos.testing import visit
from sandbox.demos.visits import visitor_cookie
from sandbox.xray import hooks
from sandbox.xray.recorder import Recorder, observe, own_files_in

__all__ = ["visit"]


@pytest.fixture
def ada(visit):
    return visit("sandpit")


def sign_in(browser) -> dict:
    browser.post("login/", {"username": "ada", "password": "lovelace"})
    return browser.traces[-1]


def test_a_request_from_end_to_end(ada):
    ada.post("?from=here", {"name": "Windsor"}, headers={"x-custom": "yes"})
    trace = ada.traces[-1]

    assert trace["request"]["method"] == "POST"
    assert trace["request"]["path"] == "/yard/sandpit/"
    assert trace["request"]["query"] == "from=here"
    assert trace["request"]["form"] == {"name": ["Windsor"]}
    assert ["x-custom", "yes"] in trace["request"]["headers"]
    assert trace["response"]["status"] == 302
    assert ["location", "/yard/sandpit/"] in trace["response"]["headers"]
    assert trace["route"] == "yard/sandpit/"
    assert trace["url_name"] == "castles"
    assert trace["view"].endswith("sandpit.demo.views.castles")
    assert trace["messages"] == [{"level": "success", "text": "Built."}]
    assert trace["exception"] is None
    assert trace["ms"] > 0
    json.dumps(trace, allow_nan=False)


def test_a_query_says_what_where_and_how_long(ada):
    ada.post("", {"name": "O'Neill"})
    insert = next(query for query in ada.traces[-1]["queries"] if query["sql"].startswith("INSERT"))

    assert "VALUES ('O''Neill')" in insert["sql"]
    assert insert["ms"] > 0
    assert insert["alias"] == "default"
    source = insert["source"]
    assert (source["file"], source["function"]) == ("demo/views.py", "castles")
    assert source["code"] == 'Castle.objects.create(name=request.POST["name"])'


def test_a_query_of_a_template_belongs_to_its_line(ada):
    ada.get("")
    (query,) = ada.traces[-1]["queries"]

    assert query["source"]["file"] == "demo/templates/sandpit/castles.html"
    assert "{% for castle in castles %}" in query["source"]["code"]


async def test_a_query_of_an_async_view_belongs_to_the_awaiting_line(visit):
    ada = visit("sandpit")
    client = AsyncClient()
    client.cookies["demos_visitor"] = visitor_cookie(ada.visitor)
    await client.get("/yard/sandpit/slow/", {"name": "x"})
    count, *_, last = [query for query in ada.traces[-1]["queries"] if "castle" in query["sql"]]

    assert count["source"]["code"] == "before = await Castle.objects.acount()"
    assert last["source"]["function"] in ("slow_count", "<listcomp>")


def test_templates_with_their_files(ada):
    ada.get("")

    assert ada.traces[-1]["templates"] == [
        {"name": "sandpit/castles.html", "file": "demo/templates/sandpit/castles.html", "count": 1}
    ]


def test_signing_in_rotates_the_key_and_fills_the_session(ada):
    trace = sign_in(ada)

    assert trace["user"] == {"before": None, "after": "ada"}
    assert trace["session"]["key_before"] is None
    assert trace["session"]["key_after"] == ada.cookies["sessionid"].value
    assert set(trace["session"]["added"]) == {"_auth_user_id", "_auth_user_backend", "_auth_user_hash"}
    (cookie,) = [cookie for cookie in trace["cookies"] if cookie["name"] == "sessionid"]
    assert cookie["attributes"]["httponly"] is True
    assert cookie["attributes"]["path"] == "/yard/sandpit/"
    assert not cookie["deleted"]


def test_signing_out_flushes_the_session(ada):
    key = sign_in(ada)["session"]["key_after"]
    ada.post("logout/")
    trace = ada.traces[-1]

    assert trace["user"] == {"before": "ada", "after": None}
    assert trace["session"]["key_before"] == key
    assert trace["session"]["key_after"] is None
    assert trace["session"]["flushed"] is True
    assert "_auth_user_id" in trace["session"]["removed"]
    assert [cookie["deleted"] for cookie in trace["cookies"] if cookie["name"] == "sessionid"] == [True]


def test_a_request_that_leaves_the_session_alone_says_nothing_of_it(ada):
    sign_in(ada)
    ada.get("knock/")
    trace = ada.traces[-1]

    assert trace["session"]["key_before"] == trace["session"]["key_after"]
    assert not trace["session"]["added"] and not trace["session"]["flushed"]
    assert trace["user"] == {"before": "ada", "after": "ada"}
    assert trace["queries"] == []
    assert "Vary" not in ada.get("knock/").headers


def test_passwords_are_masked(ada):
    trace = sign_in(ada)

    assert trace["request"]["form"]["username"] == ["ada"]
    assert trace["request"]["form"]["password"] == ["••••••"]
    assert "lovelace" not in json.dumps(trace)


def test_a_json_body_is_kept_and_still_readable(ada):
    response = ada.post("api/", {"a": 1, "password": "geheim"}, content_type="application/json")

    assert response.json() == {"got": {"a": 1, "password": "geheim"}}
    assert json.loads(ada.traces[-1]["request"]["body"]) == {"a": 1, "password": "••••••"}


def test_the_sites_own_cookie_is_left_out(ada):
    sign_in(ada)
    ada.get("")

    assert "demos_visitor" not in json.dumps(ada.traces)
    assert "sessionid" in ada.traces[-1]["request"]["cookies"]


def test_an_exception_with_the_authors_own_frames(ada):
    assert ada.get("boom/").status_code == 500
    exception = ada.traces[-1]["exception"]

    assert (exception["type"], exception["message"]) == ("ZeroDivisionError", "the castle fell")
    (frame,) = exception["frames"]
    assert (frame["file"], frame["function"]) == ("demo/views.py", "boom")
    assert frame["code"] == 'raise ZeroDivisionError("the castle fell")'


def test_mail_with_both_its_bodies(ada):
    ada.get("write/")
    (mail,) = ada.traces[-1]["mail"]

    assert mail["to"] == ["ada@example.com"]
    assert mail["subject"] == "Your castle"
    assert mail["html"].startswith("<p>See")


OWN = own_files_in()
FACTORY = RequestFactory()


def trace_of(view, request=None) -> dict:
    traces: list[dict] = []
    observe(request or FACTORY.get("/"), view, own=OWN, sink=traces.append)
    return traces[0]


def test_mail_to_memory_is_seen_too():
    def view(request):
        with get_connection("django.core.mail.backends.locmem.EmailBackend") as memory:
            send_mail("Subject", "Body", "a@example.com", ["b@example.com"], connection=memory)
        return HttpResponse()

    assert [mail["subject"] for mail in trace_of(view)["mail"]] == ["Subject"]


def test_a_handler_that_raises_leaves_a_trace():
    def view(request):
        raise LookupError("lost")

    traces: list[dict] = []
    with pytest.raises(LookupError):
        observe(FACTORY.get("/"), view, own=OWN, sink=traces.append)
    assert traces[0]["exception"]["type"] == "LookupError"
    assert traces[0]["response"]["status"] == 500


def test_two_hundred_queries_are_kept_and_the_rest_counted(ada):
    def view(request):
        for number in range(230):
            connection.cursor().execute("SELECT %s", [number])
        return HttpResponse()

    with ada.world():
        trace = trace_of(view)

    assert len(trace["queries"]) == 200
    assert trace["dropped"] == {"queries": 30}


def test_a_failing_statement_is_recorded_with_its_error(ada):
    def view(request):
        connection.cursor().execute("SELECT * FROM nowhere")

    recorder = Recorder(own=OWN)
    with ada.world(), pytest.raises(OperationalError), recorder:
        recorder.begin(FACTORY.get("/"))
        view(None)
    (query,) = recorder.end(None)["queries"]
    assert query["error"] == "OperationalError: no such table: nowhere"


def test_repeated_statements_share_a_fingerprint(ada):
    def view(request):
        for number in (1, 2):
            list(User.objects.filter(pk=number))
        list(User.objects.filter(pk__in=[1, 2]))
        list(User.objects.filter(pk__in=[1, 2, 3]))
        return HttpResponse()

    with ada.world():
        one, two, few, more = [query["fingerprint"] for query in trace_of(view)["queries"]]
    assert one == two != few == more


def test_nothing_is_recorded_outside_and_nested_recorders_stay_apart(ada):
    def inner(request):
        User.objects.count()
        return HttpResponse()

    def outer(request):
        assert len(trace_of(inner)["queries"]) == 1
        list(User.objects.all())
        return HttpResponse()

    with ada.world():
        assert len(trace_of(outer)["queries"]) == 1
        assert hooks.active.get() is None
        User.objects.count()


def test_a_project_without_sessions_has_a_trace(ada, settings):
    request = FACTORY.get("/", headers={"cookie": "sessionid=abc"})
    request.COOKIES = {"sessionid": "abc"}
    settings.SESSION_ENGINE = "no.such.engine"

    assert trace_of(lambda request: HttpResponse(), request)["session"]["key_before"] is None


def test_async_code_that_is_run_from_sync_is_recorded(ada):
    async def count():
        return await User.objects.acount()

    with ada.world():
        trace = trace_of(lambda request: HttpResponse(async_to_sync(count)()))
    assert len(trace["queries"]) == 1


def test_recording_costs_less_than_two_milliseconds(ada):
    def view(request):
        for number in range(20):
            connection.cursor().execute("SELECT %s", [number])
        return HttpResponse()

    def best(call) -> float:
        times = []
        for _ in range(30):
            started = time.perf_counter()
            call()
            times.append(time.perf_counter() - started)
        return min(times)

    with ada.world():
        plain = best(lambda: view(None))
        recorded = best(lambda: trace_of(view))
    assert (recorded - plain) * 1000 < 2


def recorded_queries(view, **options) -> list[dict]:
    traces: list[dict] = []
    observe(RequestFactory().get("/"), view, own=own_files_in(), sink=traces.append, **options)
    return traces[0]["queries"]


def view_of(*statements: str):
    def view(request):
        with connection.cursor() as cursor:
            for sql in statements:
                cursor.execute(sql, [1])
        return HttpResponse()

    return view


def test_plans_are_taken_where_they_are_asked_for_once_per_statement(ada):
    select = "SELECT * FROM sandpit_castle WHERE name = %s"
    with ada.world():
        queries = recorded_queries(view_of(select, select), plans=5)

    assert queries[0]["plan"] == [{"depth": 0, "text": "SCAN sandpit_castle", "mark": "scan"}]
    assert "plan" not in queries[1]


def test_plans_are_bounded_and_off_by_default(ada):
    statements = [f"SELECT name, {n} FROM sandpit_castle WHERE id = %s" for n in range(5)]
    with ada.world():
        assert sum("plan" in query for query in recorded_queries(view_of(*statements), plans=3)) == 3
        assert not any("plan" in query for query in recorded_queries(view_of(*statements)))
