"""What recording costs a request: the same view, with the X-ray and without, in turn.

The view makes 20 queries and renders a template of 20 rows. Prints medians in ms and their ratio.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable

import django
from django.conf import settings

QUERIES = 20
TEMPLATE = "<ul>{% for row in rows %}<li>{{ row }}</li>{% endfor %}</ul>"


def configure() -> None:
    settings.configure(
        ALLOWED_HOSTS=["testserver"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
        MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware"],
        ROOT_URLCONF=__name__,
        SECRET_KEY="only-for-a-benchmark",  # noqa: S106
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    )
    django.setup()


def measure(rounds: int) -> dict[str, float]:
    """Return plain_ms, recorded_ms, their ratio and added_ms: medians over `rounds` requests of each kind."""
    from django.core.management import call_command
    from django.db import connection
    from django.http import HttpRequest, HttpResponse
    from django.template import engines
    from django.test import RequestFactory
    from django.urls import path

    from sandbox.xray.recorder import observe, own_files_in

    call_command("migrate", verbosity=0)

    def view(request: HttpRequest) -> HttpResponse:
        rows = []
        for number in range(QUERIES):
            with connection.cursor() as cursor:
                cursor.execute("SELECT %s", [number])
                rows.append(cursor.fetchone()[0])
        return HttpResponse(engines["django"].from_string(TEMPLATE).render({"rows": rows}))

    sys.modules[__name__].urlpatterns = [path("", view)]  # type: ignore[attr-defined]
    sys.modules["benchmarks.xray"] = sys.modules[__name__]
    request = RequestFactory().get("/")
    traces: list[dict] = []

    def recorded() -> None:
        observe(request, view, own=own_files_in(), sink=traces.append)

    times = in_turn(rounds, lambda: view(request), recorded)
    assert len(traces[-1]["queries"]) == QUERIES
    plain, with_trace = (statistics.median(one) for one in times)
    return {
        "plain_ms": round(plain, 3),
        "recorded_ms": round(with_trace, 3),
        "ratio": round(with_trace / plain, 2),
        "added_ms": round(with_trace - plain, 3),
    }


def in_turn(rounds: int, *actions: Callable[[], object]) -> list[list[float]]:
    """Run the actions one after the other, `rounds` times; return each one's times in ms."""
    times: list[list[float]] = [[] for _ in actions]
    for _ in range(rounds):
        for action, taken in zip(actions, times, strict=True):
            start = time.perf_counter()
            action()
            taken.append(1000 * (time.perf_counter() - start))
    return times


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.xray", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--rounds", type=int, default=300, help="requests of each kind (300)")
    arguments = parser.parse_args()
    configure()
    figures = measure(arguments.rounds)
    if arguments.json:
        print(json.dumps(figures))
    else:
        print("X-ray: a request with 20 queries and a template")
        print(f"  without   {figures['plain_ms']:8.3f} ms")
        line = f"  recorded  {figures['recorded_ms']:8.3f} ms"
        print(f"{line}, {figures['ratio']} times as long")
    return 0


if __name__ == "__main__":
    sys.exit(main())
