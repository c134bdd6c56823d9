"""Trying settings out: `check --deploy`, and the requests that a proxy hands on."""

import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .models import Rollout

PROBE = Path(__file__).with_name("probe.py")
HOST = "harbour.example"
TIMEOUT = 20  # seconds
_one_at_a_time = threading.Lock()


class BusyError(Exception):
    """Another probe runs, or this one took too long."""


@dataclass(frozen=True)
class Case:
    slug: str
    title: str
    method: str = "GET"
    scheme: str = "https"  # the browser's
    claims: str = ""  # X-Forwarded-Proto that the client itself sends


CASES = (
    Case("http", "Somebody types harbour.example", scheme="http"),
    Case("https", "The browser asks by HTTPS"),
    Case("claim", "Plain HTTP, with X-Forwarded-Proto: https from the client", scheme="http", claims="https"),
)


def try_out(row: Rollout) -> dict[str, Any]:
    """What Django says of these settings, and answers with them. Raises BusyError."""
    order = {"settings": row.as_settings(), "requests": [_through_proxy(case, row) for case in CASES]}
    found = _probe(order)
    answers = {answer["name"]: answer for answer in found["answers"]}
    return {
        "issues": found["issues"],
        "answers": [{**answers[case.slug], "title": case.title, "scheme": case.scheme} for case in CASES],
        "loops": answers["https"]["status"] == 301 and answers["https"]["location"] == f"https://{HOST}/",
        "fooled": "is_secure() is True" in answers["claim"]["text"],
        "visits": _visits(answers),
    }


def _through_proxy(case: Case, row: Rollout) -> dict[str, Any]:
    """The proxy ends TLS, and speaks HTTP to Django. It says how it was asked, unless the client said so."""
    told = case.claims if case.claims and row.proxy_passes_on else case.scheme
    return {
        "name": case.slug,
        "method": case.method,
        "secure": False,
        "headers": {"X-Forwarded-Proto": told},
    }


def _visits(answers: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """A browser that types the bare name on two days: what crosses in the clear?"""
    first, secure = answers["http"], answers["https"]
    reaches_https = first["status"] == 301 and secure["status"] == 200
    answering = secure if reaches_https else first
    elsewhere = "in a loop" if first["status"] == 301 else "in the clear"
    stays = {"ends": "by HTTPS" if reaches_https else elsewhere}
    monday = [] if reaches_https else list(first["cookies"])  # set in the clear
    remembers = reaches_https and answering["hsts"] != ""
    # The first request of Tuesday is for http:// again, and carries what is not Secure.
    plain = [name for name, is_secure in answering["cookies"].items() if not is_secure]
    tuesday = [] if remembers else plain
    return [
        {"day": "Monday, the first visit", "clear": True, "cookies": monday, **stays},
        {"day": "Tuesday", "clear": not remembers, "cookies": tuesday, **stays},
    ]


def _probe(order: dict[str, Any]) -> dict[str, Any]:
    if not _one_at_a_time.acquire(timeout=10):
        raise BusyError("Other settings are being tried. Try again in a moment.")
    try:
        # -I: no variable of the environment and no folder of this project gets in.
        done = subprocess.run(  # noqa: S603 - fixed arguments; what was chosen comes by standard input
            [sys.executable, "-I", str(PROBE)],
            input=json.dumps(order),
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            env={},
            cwd="/",
            check=True,
        )
    except subprocess.TimeoutExpired as late:
        raise BusyError("Django took too long with these settings. Try again in a moment.") from late
    finally:
        _one_at_a_time.release()
    found: dict[str, Any] = json.loads(done.stdout)
    return found
