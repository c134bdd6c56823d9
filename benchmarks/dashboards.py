"""How long the teacher's pages take with 1,000, 10,000 and 100,000 learners, on PostgreSQL.

A server is started for it and removed with its data. Each page is asked for as an administrator who sees
everybody, and as the teacher of a large class and of a usual one; what is timed is the whole request inside
Django.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.figures import exit_code
from tests.services import postgresql_server

ROOT = Path(__file__).resolve().parents[1]
SIZES = (1_000, 10_000, 100_000)
SUBMISSIONS_EACH = 200
MOST_SUBMISSIONS = 4_000_000
LIMIT_MS = 300.0
# The size at which every page has to keep the limit.
PROMISED = 10_000


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dashboards", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of learners")
    parser.add_argument("--times", type=int, default=9, help="how often each page is asked for (9)")
    parser.add_argument(
        "--most-submissions",
        type=int,
        default=MOST_SUBMISSIONS,
        help="of all sizes; below it there are 200 a learner",
    )
    arguments = parser.parse_args()
    report: dict[str, Any] = {"sizes": {}}
    with postgresql_server() as url:
        os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "lms.settings.test"}
        _say("migrating, and loading the lessons …")
        _manage("migrate", "--verbosity", "0")
        _manage("load_lessons")
        learners = submissions = 0
        for size in sorted(arguments.sizes):
            wanted = min(arguments.most_submissions, SUBMISSIONS_EACH * size)
            more = max(size - learners, wanted - submissions)
            _say(f"{size:,} learners …")
            began = time.perf_counter()
            _manage("make_scale_data", "--learners", str(size - learners), "--submissions", str(more))
            learners, submissions = size, submissions + more
            report["sizes"][str(size)] = {
                "submissions": submissions,
                "made_in_s": round(time.perf_counter() - began, 1),
                **_in_another_process("--measure", str(arguments.times)),
            }
            _say(f"… {_slowest(report['sizes'][str(size)])}")
    report["kept"] = verdict(report)
    print(json.dumps(report)) if arguments.json else _print(report)
    return exit_code(report["kept"].values())


def _slowest(of_size: dict[str, Any]) -> str:
    name, page = max(of_size["pages"].items(), key=lambda pair: pair[1]["p50_ms"])
    return f"the slowest of {len(of_size['pages'])} pages: {name}, {page['p50_ms']} ms (p50)"


def verdict(report: dict[str, Any]) -> dict[str, bool | None]:
    """Return what was promised, and whether it was kept; None where the size was not measured."""
    promised = report["sizes"].get(str(PROMISED))
    pages = [of_size["pages"] for of_size in report["sizes"].values()]
    grown = [name for name in pages[0] if len({of_size[name]["queries"] for of_size in pages}) > 1]
    return {
        f"every page within {LIMIT_MS:.0f} ms at {PROMISED:,} learners": all(
            page["p50_ms"] <= LIMIT_MS for page in promised["pages"].values()
        )
        if promised
        else None,
        "as many queries with more learners": not grown,
    }


def measure(times: int) -> dict[str, Any]:
    """Return each page's time and queries, and how long the large scopes take to be counted again."""
    import django

    django.setup()
    from django.contrib.auth.models import Permission
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from lms.accounts.models import User
    from lms.classes.figures import refresh
    from lms.classes.seeing import Scope
    from lms.dashboard.scale.make import TEACHER
    from lms.dashboard.teach.outline import outline

    root, _ = User.objects.get_or_create(
        email="root@bench.invalid", defaults={"is_staff": True, "is_superuser": True}
    )
    teacher = User.objects.get(email=TEACHER)
    teacher.user_permissions.add(Permission.objects.get(content_type__app_label="classes", codename="teach"))
    pages: dict[str, Any] = {}
    for user, scope, path in _pages(root, teacher):
        client = Client()
        client.force_login(user)
        _ask(client, path)  # what a process reads once, and PostgreSQL's own cache
        with CaptureQueriesContext(connection) as queries:
            _ask(client, path)
            count = len(queries)  # the next request forgets them
        taken = [_ask(client, path) for _ in range(times)]
        name = path.partition("?")[0].removeprefix("/teach/") or "classes"
        pages[f"{_shape(name)}, {scope}"] = {
            "p50_ms": round(statistics.median(taken), 1),
            "min_ms": round(min(taken), 1),
            "worst_ms": round(max(taken), 1),
            "queries": count,
        }
    began = time.perf_counter()
    refresh(Scope(None), outline().asks, timezone.now())
    return {"pages": pages, "refresh_s": round(time.perf_counter() - began, 2)}


def _pages(root: Any, teacher: Any) -> Iterator[tuple[Any, str, str]]:
    """Yield (who asks, whose numbers, path): the busiest learner, exercise and attempt of each scope."""
    from django.db.models import Count

    from lms.classes.models import Cohort, Tally
    from lms.classes.seeing import Scope

    classes = Cohort.objects.annotate(size=Count("memberships"))
    large, usual = classes.order_by("-size")[0], classes.filter(size__lte=250).order_by("-size")[0]
    yield root, "everybody", "/teach/"
    for user, name, scope in (
        (root, "everybody", Scope(None)),
        (teacher, "large class", Scope(large)),
        (teacher, "usual class", Scope(usual)),
        # This teacher has every class there is: as many learners as everybody.
        (teacher, "all classes of a teacher", Scope(None, teacher)),
    ):
        busiest = scope.restrict(Tally.objects.select_related("exercise")).order_by("-attempts")[0]
        exercise = f"{busiest.exercise.lesson}/{busiest.exercise.slug}"
        yield user, name, f"/teach/course/{scope.query}"
        yield user, name, f"/teach/lessons/{busiest.exercise.lesson}/{scope.query}"
        yield user, name, f"/teach/exercises/{exercise}/{scope.query}"
        yield user, name, f"/teach/learners/{scope.query}"
        if scope.cohort is not None:
            yield user, name, f"/teach/classes/{scope.cohort.pk}/"
        yield user, name, f"/teach/learners/{busiest.learner_id}/"
        yield user, name, f"/teach/learners/{busiest.learner_id}/{exercise}/"
        yield user, name, f"/teach/attempts/{busiest.latest}/"
    last = -(-Scope(None).size() // 50)
    yield root, "everybody, the last page", f"/teach/learners/?class=everybody&page={last}"
    yield root, "everybody, by name", "/teach/learners/?class=everybody&q=ada+berg"


def _shape(path: str) -> str:
    parts = path.strip("/").split("/")
    if parts[0] == "learners" and len(parts) > 2:
        return "path through an exercise"
    names = {"lessons": "lesson", "exercises": "exercise", "attempts": "attempt", "classes": "class"}
    if parts[0] == "learners":
        return "learner" if len(parts) > 1 else "learners"
    return names.get(parts[0], parts[0]) if len(parts) > 1 else parts[0]


def _ask(client: Any, path: str) -> float:
    began = time.perf_counter()
    status = client.get(path).status_code
    taken = (time.perf_counter() - began) * 1000
    if status != 200:
        raise RuntimeError(f"{path} answered {status}")
    return taken


def _manage(*arguments: str) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def _in_another_process(*arguments: str) -> dict[str, Any]:
    """Measure in a process that has seen nothing yet, as a server's after its start."""
    command = [sys.executable, "-m", "benchmarks.dashboards", *arguments]
    run = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _print(report: dict[str, Any]) -> None:
    sizes = report["sizes"]
    print(
        f"{'a page in ms: p50 (fastest)':44}" + "".join(f"{int(size):>18,}" for size in sizes) + "   queries"
    )
    for name in next(iter(sizes.values()))["pages"]:
        rows = [of_size["pages"][name] for of_size in sizes.values()]
        queries = sorted({row["queries"] for row in rows})
        times = "".join(f"{row['p50_ms']:9.1f} ({row['min_ms']:6.1f})" for row in rows)
        print(f"{name:44}{times}   {queries}")
    for label, key in (
        ("submissions", "submissions"),
        ("all numbers counted again, s", "refresh_s"),
        ("made in s", "made_in_s"),
    ):
        print(f"{label:44}" + "".join(f"{of_size[key]:>18,}" for of_size in sizes.values()))
    print()
    for claim, kept in report["kept"].items():
        print(f"{ {True: 'kept', False: 'MISSED', None: 'unknown'}[kept]:8} {claim}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(measure(int(sys.argv[2]))))
    else:
        sys.exit(main())
