"""What demos run in the jail, by an object that the site hands them."""

import threading

import pytest
from django.test import RequestFactory

from sandbox.demos import workbench
from sandbox.demos.middleware import visit_middleware
from sandbox.demos.workbench import Workbench
from sandbox.jail import Jail
from sandbox.jail.tests.conftest import PONG, jail

__all__ = ["jail"]


@pytest.fixture
def bench(jail: Jail, monkeypatch: pytest.MonkeyPatch) -> Workbench:
    monkeypatch.setenv("JAIL_SOCKET", str(jail.socket_path))
    return Workbench()


def test_a_demo_asks_a_tool(bench: Workbench):
    assert bench.why_not() == ""
    assert bench.tool("ruff-check", {"shop/views.py": "import os\n"}).exit == 1
    with pytest.raises(bench.UnknownTool):
        bench.tool("bash", {})
    with pytest.raises(bench.Invalid):
        bench.tool("ruff-check", {"../views.py": ""})


def test_a_demo_boots_a_project(bench: Workbench):
    with bench.project(PONG) as booted:
        assert booted.request("GET", "/ping/").content == b"pong"
        told = booted.evaluate("print('hello')\n6 * 7")
        assert (told["value"], told["output"], told["queries"]) == (42, "hello\n", [])
    with pytest.raises(bench.Failed), bench.project({"urls.py": "1 / 0\n"}):
        pass


def test_visitors_leave_places_to_the_grader(bench: Workbench, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(workbench, "_places", threading.BoundedSemaphore(1))
    monkeypatch.setattr(workbench, "PATIENCE", 0.01)
    with bench.project(PONG), pytest.raises(bench.Unavailable, match="try again"), bench.project(PONG):
        pass
    with bench.project(PONG) as booted:
        assert booted.request("GET", "/ping/").status == 200


def test_where_there_is_no_jail_the_reason_is_said(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("JAIL_SOCKET", raising=False)
    assert "JAIL_SOCKET is empty" in Workbench().why_not()
    with pytest.raises(Workbench.Unavailable):
        Workbench().tool("zizmor", {})


def test_every_page_of_a_demo_finds_it():
    seen = []
    handler = visit_middleware(lambda request: seen.append(request.META.get("DEMOS_JAIL")) or _answer())
    handler(RequestFactory().get("/yard/sandpit/"))
    handler(RequestFactory().get("/"))
    assert isinstance(seen[0], Workbench) and seen[1] is None


def _answer():
    from django.http import HttpResponse

    return HttpResponse()
