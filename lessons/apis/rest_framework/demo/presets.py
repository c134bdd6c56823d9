"""Requests worth sending, with the keys of rows that are there."""

import json

from .matrix import NEW
from .models import Sighting


def presets() -> list[dict]:
    # The newest first, so that the oldest of each is what stays.
    rows = Sighting.objects.order_by("-pk").values_list("observer__username", "draft", "pk")
    keys = {"draft" if draft else observer: pk for observer, draft, pk in rows}
    ada, bo, draft = (keys.get(name, 1) for name in ("ada", "bo", "draft"))
    return [
        _preset("All sightings", "GET", "sightings/"),
        _preset("Fifty birds or more", "GET", "sightings/?at_least=50&ordering=-count"),
        _preset("A filter that is no date", "GET", "sightings/?after=yesterday"),
        _preset("A new sighting", "POST", "sightings/", NEW),
        _preset("Correct Ada's", "PATCH", f"sightings/{ada}/", {"count": 27}),
        _preset("Correct Bo's", "PATCH", f"sightings/{bo}/", {"count": 15}),
        _preset("Ada's draft", "GET", f"sightings/{draft}/"),
        _preset("Verify Bo's", "POST", f"sightings/{bo}/verify/", {}),
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
