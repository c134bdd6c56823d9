"""Requests worth sending, with the keys of rows that are there."""

import json

from .matrix import NEW
from .models import Sighting


def presets() -> list[dict]:
    first = {
        name: Sighting.objects.filter(observer__username=name, draft=False).order_by("pk").first()
        for name in ("ada", "bo")
    }
    keys = {name: sighting.pk if sighting else 1 for name, sighting in first.items()}
    draft = Sighting.objects.filter(draft=True).order_by("pk").first()
    return [
        _preset("All sightings", "GET", "sightings/"),
        _preset("Fifty birds or more", "GET", "sightings/?at_least=50&ordering=-count"),
        _preset("A filter that is no date", "GET", "sightings/?after=yesterday"),
        _preset("A new sighting", "POST", "sightings/", NEW),
        _preset("Correct Ada's", "PATCH", f"sightings/{keys['ada']}/", {"count": 27}),
        _preset("Correct Bo's", "PATCH", f"sightings/{keys['bo']}/", {"count": 15}),
        _preset("Ada's draft", "GET", f"sightings/{draft.pk if draft else 24}/"),
        _preset("Verify Bo's", "POST", f"sightings/{keys['bo']}/verify/", {}),
        _preset("What may I do?", "OPTIONS", "sightings/"),
        _preset("The feed, by cursor", "GET", "feed/"),
        _preset("The feed, unjoined", "GET", "unjoined/"),
        _preset("The schema", "GET", "schema/?format=json"),
    ]


def _preset(title: str, method: str, path: str, body: dict | None = None) -> dict:
    text = "" if body is None else json.dumps(body, indent=2)
    return {
        "title": title,
        "method": method,
        "json": json.dumps({"method": method, "path": path, "body": text}),
    }
