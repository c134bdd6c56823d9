"""What can be said: each command takes parsed arguments and returns an exit code."""

from __future__ import annotations

import argparse
import getpass
import sys
import time
import webbrowser
from pathlib import Path
from typing import Any

from . import config, folder, show
from .http import ApiError, CliError, Site, checked_origin
from .signing_in import make_key

_ASK_EVERY = 0.4  # seconds
_GIVE_UP = 300.0
_FINAL = {"passed", "failed", "error", "timeout", "cancelled"}
_VERDICTS = {
    "passed": ("green", "Passed: every check passes."),
    "failed": ("red", "Not there yet."),
    "error": ("red", "Your project did not start."),
    "timeout": ("red", "It took too long."),
    "cancelled": ("yellow", "Cancelled."),
}


def login(options: argparse.Namespace) -> int:
    origin = checked_origin(options.site)
    if options.key:
        site = Site(origin, sys.stdin.readline().strip() if options.key == "-" else options.key)
        who = site.get("/api/v1/me/")["email"]
    else:
        who = options.email or _ask("Email: ")
        site = make_key(origin, who, getpass.getpass("Password: "), _ask)
    config.write(site)
    print(f"Signed in to {origin} as {who}.")
    return 0


def logout(options: argparse.Namespace) -> int:
    site = config.read()
    try:
        site.request("DELETE", "/api/v1/tokens/current/")
    except ApiError as error:
        # Revoked already: that is what was wanted.
        if error.status != 401:
            raise
    config.forget()
    print(f"Signed out of {site.origin}; the key is revoked.")
    return 0


def list_lessons(options: argparse.Namespace) -> int:
    site = config.read()
    if options.lesson:
        return _list_exercises(site, options.lesson)
    progress = {one["lesson"]: one["percent"] for one in site.get("/api/v1/progress/")["lessons"]}
    for track in site.get("/api/v1/roadmap/"):
        print(show.color(show.plain(track["title"]), "bold"))
        for row in track["lessons"]:
            if row["is_published"]:
                bar = show.progress_bar(progress.get(row["slug"], 0))
            else:
                bar = show.color("not written yet".ljust(26), "dim")
            print(f"  {show.plain(row['slug']):<24} {bar}")
    return 0


def _list_exercises(site: Site, lesson: str) -> int:
    left = set(site.get(f"/api/v1/progress/{lesson}/")["exercises_left"])
    for exercise in site.get(f"/api/v1/exercises/?lesson={lesson}"):
        mark = show.color("·", "dim") if exercise["slug"] in left else show.color("✓", "green")
        print(f"  {mark} {exercise['name']:<44} {exercise['kind']:<7} {show.plain(exercise['title'])}")
    return 0


def get(options: argparse.Namespace) -> int:
    site, name = config.read(), _name(options.exercise)
    exercise = site.get(f"/api/v1/exercises/{name}/")
    try:
        draft = {} if options.fresh else site.get(f"/api/v1/exercises/{name}/draft/")["files"]
    except ApiError as error:
        if error.status != 404:
            raise
        draft = {}
    into = Path(options.into or name)
    work = folder.create(into, exercise, draft, force=options.force)
    print(f"{len(work.starter)} files in {into}{' with your draft' if draft else ''}.")
    print(f"Read {into / 'TASK.md'}, then: submit {into}")
    return 0


def check(options: argparse.Namespace) -> int:
    work = folder.find(Path(options.folder))
    complaints = work.complaints()
    for complaint in complaints:
        print(show.color(show.plain(complaint), "red"))
    if complaints:
        return 1
    changed = work.changes()
    words = "1 file is" if len(changed) == 1 else f"{len(changed)} files are"
    print(f"{words} changed in {work.exercise}; nothing stands in the way of handing in.")
    return 0


def submit(options: argparse.Namespace) -> int:
    work, site = folder.find(Path(options.folder)), config.read()
    complaints = work.complaints()
    if complaints:
        raise CliError("\n".join(complaints), code=1)
    changed = work.changes()
    if not changed:
        raise CliError("Nothing is changed yet: these are the files to begin with.", code=1)
    made = site.post(f"/api/v1/exercises/{work.exercise}/submissions/", {"files": changed})
    result = _follow(site, made)
    for one in result["checks"]:
        print("\n".join(show.check_lines(one)))
    for name in ("message", "output"):
        if result[name]:
            print(f"{show.color(name, 'dim')}\n{show.plain(result[name]).rstrip()}")
    shade, words = _VERDICTS[result["state"]]
    took = f" ({result['duration_ms']:.0f} ms)" if result["duration_ms"] else ""
    print(show.color(words, shade) + took)
    return 0 if result["state"] == "passed" else 1


def _follow(site: Site, submission: dict[str, Any]) -> dict[str, Any]:
    """Ask until the submission is decided. Ctrl-C leaves it to be graded."""
    status, until = show.Status(), time.monotonic() + _GIVE_UP
    try:
        while submission["state"] not in _FINAL:
            if time.monotonic() > until:
                raise CliError(f"It is still being graded. Look at it later: {submission['url']}", code=3)
            status.show(_words(submission))
            time.sleep(_ASK_EVERY)
            submission = site.get(f"/api/v1/submissions/{submission['id']}/")
    finally:
        status.clear()
    return submission


def _words(submission: dict[str, Any]) -> str:
    if submission["state"] == "ours":
        return submission["message"] or "The grader is out of order. Your work is kept …"
    if submission["position"]:
        return f"In the queue, at place {submission['position']} …"
    done = sum(one["status"] != "pending" for one in submission["checks"])
    return f"Check {done + 1} of {len(submission['checks'])} …" if submission["checks"] else "Running …"


def open_page(options: argparse.Namespace) -> int:
    site = config.read()
    name = _name(options.exercise) if options.exercise else folder.find(Path.cwd()).exercise
    url = site.get(f"/api/v1/exercises/{name}/")["page_url"]
    print(url)
    webbrowser.open(url)
    return 0


def _name(text: str) -> str:
    lesson, _, exercise = text.strip("/").partition("/")
    if not (lesson.isidentifier() and exercise.isidentifier()):
        raise CliError(f"{text!r} is not LESSON/EXERCISE, like login_logout/repair_parcels. See: list LESSON")
    return f"{lesson}/{exercise}"


def _ask(question: str) -> str:
    try:
        return input(question)
    except EOFError as error:
        raise CliError("Nobody is there to answer. Use --key.") from error
