"""What the X-ray costs: a request to a demo, recorded and not; and its hooks where nothing is recorded.

Requests take turns, so that what else the machine does meets both kinds. Times are of the processor, in ms,
and of the lowest tenth: those that nothing came between.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import django

from benchmarks.figures import percentile

LIMIT = 2.0  # ms that recording may add to a request
OFF_LIMIT = 0.05  # ms for all hooks of a request with 20 statements
QUERIES = 20
PAGES = {
    "the shelf, 1 query": "/authentication/login_logout/",
    "a row a query, 24 queries": "/database/aggregation/per-row/",
    # The X-ray asks for the session and the user, too, to tell what became of them.
    "the desk, signed in": "/authentication/login_logout/desk/",
}
SIGN_IN = ("/authentication/login_logout/login/", {"username": "ada", "password": "analytical-engine"})


def configure() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "sandbox.demos.settings_test"
    django.setup()
    logging.disable(logging.CRITICAL)


def measure_pages(rounds: int) -> dict[str, dict[str, float]]:
    """Return {page: {plain_ms, recorded_ms, added_ms}} for pages of demos, through the whole site."""
    from django.test import Client

    from sandbox.demos import middleware
    from sandbox.demos.visits import visitor_cookie

    client = Client()
    client.cookies["demos_visitor"] = visitor_cookie("ab" * 16)
    assert client.post(*SIGN_IN).status_code == 302
    recorded_demo = middleware._recorded_demo

    def get(path: str, *, recorded: bool) -> None:
        middleware._recorded_demo = recorded_demo if recorded else lambda request: None
        assert client.get(path).status_code == 200

    found = {}
    for name, path in PAGES.items():
        get(path, recorded=True)
        plain, with_trace = in_turn(
            rounds, lambda path=path: get(path, recorded=False), lambda path=path: get(path, recorded=True)
        )
        found[name] = {"plain_ms": plain, "recorded_ms": with_trace, "added_ms": with_trace - plain}
    middleware._recorded_demo = recorded_demo
    return {name: {key: round(value, 3) for key, value in one.items()} for name, one in found.items()}


def measure_off(rounds: int) -> dict[str, float]:
    """Return bare_ms and off_ms of 20 statements and a template, without the hooks and with them unused."""
    from django.db import connection
    from django.template import engines

    from sandbox.demos.places import PlainFile, at
    from sandbox.xray import hooks

    template = engines["django"].from_string("{% for row in rows %}{{ row }}{% endfor %}")

    def work() -> None:
        rows = []
        with connection.cursor() as cursor:
            for number in range(QUERIES):
                cursor.execute("SELECT %s", [number])
                rows.append(cursor.fetchone()[0])
        template.render({"rows": rows})

    def work_bare() -> None:
        with without(hooks):
            work()

    with at(PlainFile(_scratch())):
        hooks.install()
        work()
        bare, off = in_turn(rounds, work_bare, work)
        connection.close()
    return {"bare_ms": round(bare, 4), "off_ms": round(off, 4), "added_ms": round(off - bare, 4)}


@contextmanager
def without(hooks: Any) -> Iterator[None]:
    """As if nothing had ever been recorded in this process. It costs the bare run a little, if anything."""
    from django.db import connection
    from django.template.base import Template

    hooked = Template._render
    Template._render = hooked.__wrapped__
    connection.execute_wrappers.remove(hooks._statement)
    try:
        yield
    finally:
        Template._render = hooked
        connection.execute_wrappers.insert(0, hooks._statement)


def in_turn(rounds: int, *actions: Callable[[], object]) -> list[float]:
    """Run the actions in turn, `rounds` times; return the lowest tenth of each one's times in ms."""
    times: list[list[float]] = [[] for _ in actions]
    for _ in range(rounds):
        for action, taken in zip(actions, times, strict=True):
            start = time.thread_time()
            action()
            taken.append(1000 * (time.thread_time() - start))
    return [percentile(taken, 0.1) for taken in times]


def verdict(figures: dict[str, Any]) -> bool:
    added = [page["added_ms"] for page in figures["pages"].values()]
    return max(added) <= LIMIT and figures["off"]["added_ms"] <= OFF_LIMIT


def _scratch() -> Any:
    from sandbox.demos.conf import conf

    conf.DEMOS_VAR_DIR.mkdir(parents=True, exist_ok=True)
    return conf.DEMOS_VAR_DIR / "benchmark.sqlite3"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.xray", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--rounds", type=int, default=150, help="requests of each kind (150)")
    arguments = parser.parse_args()
    configure()
    figures = {"pages": measure_pages(arguments.rounds), "off": measure_off(4 * arguments.rounds)}
    if arguments.json:
        print(json.dumps(figures))
        return 0 if verdict(figures) else 1
    print(f"X-ray: ms of processor time that recording adds to a request; at most {LIMIT}")
    for name, page in figures["pages"].items():
        plain, recorded, added = page["plain_ms"], page["recorded_ms"], page["added_ms"]
        print(f"  {name:<32} {plain:7.2f}, recorded {recorded:7.2f}: +{added:.2f}")
    off = figures["off"]
    print(f"  where it is off, {QUERIES} statements {off['bare_ms']:6.3f}, with hooks {off['off_ms']:6.3f}")
    print("  reached" if verdict(figures) else "  NOT REACHED")
    return 0 if verdict(figures) else 1


if __name__ == "__main__":
    sys.exit(main())
