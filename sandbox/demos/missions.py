"""Missions: what there is to make happen in a demo, noticed in the traces, and receipted for the LMS."""

import importlib
import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from inspect import cleandoc
from types import FunctionType
from typing import Any

from django.core import signing
from django.core.exceptions import ImproperlyConfigured

from sandbox.demos.conf import conf
from sandbox.demos.desk import Desk, open_desk
from sandbox.demos.discovery import Demo
from sandbox.demos.worlds import World

log = logging.getLogger(__name__)

BADGE_MAX_AGE = 24 * 3600  # seconds
_LEARNER = re.compile(r"[0-9a-f]{8,64}")


@dataclass(frozen=True)
class Mission:
    slug: str
    title: str
    hint: str  # Markdown
    notices: Callable[[dict[str, Any], list[dict[str, Any]]], bool]


class BadBadgeError(ValueError):
    """The badge is not one that the LMS made in the last day."""


@cache
def missions_of(demo: Demo) -> tuple[Mission, ...]:
    """In the order of the file; empty where there is no missions.py. Raises ImproperlyConfigured."""
    if not (demo.folder / "missions.py").is_file():
        return ()
    name = f"{demo.package}.missions"
    module = importlib.import_module(name)
    functions = [
        value
        for key, value in vars(module).items()
        if isinstance(value, FunctionType) and value.__module__ == name and not key.startswith("_")
    ]
    return tuple(_mission(demo, function) for function in functions)


def check_badge(badge: str) -> str:
    """The learner's key in hex."""
    try:
        signer = signing.TimestampSigner(key=conf.RECEIPT_KEY, salt="badge")
        learner = signer.unsign(badge, max_age=BADGE_MAX_AGE)
    except signing.SignatureExpired as error:
        raise BadBadgeError("The lesson was opened more than a day ago.") from error
    except signing.BadSignature as error:
        raise BadBadgeError("The lesson's address for this demo is damaged.") from error
    if not _LEARNER.fullmatch(learner):
        raise BadBadgeError("The lesson's address for this demo is damaged.")
    return learner


def wear_badge(world: World, badge: str) -> str:
    """From now on what happens in this world counts for the badge's learner. Raises BadBadgeError."""
    learner = check_badge(badge)
    with open_desk(world) as desk:
        desk["learner"] = learner
    return learner


def notice(world: World, trace: dict[str, Any], earlier: list[dict[str, Any]]) -> list[str]:
    """Evaluate what isn't done yet; the slugs of the missions that this request completed."""
    missions = missions_of(world.demo)
    noticed = [mission.slug for mission in missions if _fulfils(world.demo, mission, trace, earlier)]
    if not noticed:
        return []
    with open_desk(world) as desk:
        new = [slug for slug in noticed if not is_done(desk, slug)]
        for slug in new:
            desk["missions"][slug] = {"at": int(time.time()), "learner": desk["learner"]}
    return new


def is_done(desk: Desk, slug: str) -> bool:
    """What another learner did in the same browser doesn't count for this one; what nobody's did, does."""
    done = desk["missions"].get(slug)
    return done is not None and done["learner"] in (None, desk["learner"])


def receipt(desk: Desk, lesson: str, slug: str) -> str | None:
    """The signed receipt for a mission that is done, or None when there is nobody to give it to."""
    if desk["learner"] is None or not is_done(desk, slug):
        return None
    content = {
        "learner": desk["learner"],
        "lesson": lesson,
        "mission": slug,
        "at": desk["missions"][slug]["at"],
    }
    return signing.dumps(content, key=conf.RECEIPT_KEY, salt="mission")


def _mission(demo: Demo, function: FunctionType) -> Mission:
    title, _, hint = cleandoc(function.__doc__ or "").partition("\n")
    if not title:
        raise ImproperlyConfigured(
            f"{demo.track}/{demo.slug}/missions.py: {function.__name__} needs a docstring; "
            "its first line is the mission's title"
        )
    return Mission(slug=function.__name__, title=title, hint=hint.strip(), notices=function)


def _fulfils(demo: Demo, mission: Mission, trace: dict[str, Any], earlier: list[dict[str, Any]]) -> bool:
    try:
        return bool(mission.notices(trace, earlier))
    except Exception:
        # The author's mistake must not become the visitor's: their request has been answered well.
        log.exception("Mission %s of %s failed on %s", mission.slug, demo.slug, trace["request"]["path"])
        return False
