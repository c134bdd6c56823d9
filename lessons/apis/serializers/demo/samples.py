"""Bodies worth sending. Each has a title of its own, so that one that was kept is in nobody's way."""

import json

GOOD = {
    "title": "Leek Pie",
    "servings": 4,
    "minutes": 60,
    "tags": ["winter"],
    "ingredients": [
        {"name": "leek", "amount": 3, "unit": "pc"},
        {"name": "flour", "amount": "250", "unit": "g"},
        {"name": "cream", "amount": "0.2", "unit": "l"},
    ],
}
TWICE = [{"name": "leek", "amount": amount} for amount in (1, 2)]


def _with(**changed) -> dict:
    return GOOD | changed


def _sample(title: str, body: dict, kind: str = "recipe") -> dict:
    return {"title": title, "json": json.dumps({"kind": kind, "text": json.dumps(body, indent=2)})}


SAMPLES = [
    _sample("A good one", GOOD),
    _sample(
        "Wrong in the depth",
        _with(
            title="Leek Soup",
            servings=0,
            ingredients=[
                {"name": "leek", "amount": 3, "unit": "pc"},
                {"name": "flour", "amount": "a lot", "unit": "cup"},
            ],
        ),
    ),
    _sample("In fractions", _with(title="Leek Bread", ingredients=[{"name": "leek", "amount": "1 1/2"}])),
    _sample("A field that is read-only", {"id": 999, "author": "somebody", **_with(title="Leek Stew")}),
    _sample("A field that nobody knows", _with(title="Leek Salad", colour="green"), "strict"),
    _sample("A title that is taken", _with(title="Onion Soup")),
    _sample("Twice the same ingredient", _with(title="Leek Gratin", ingredients=TWICE)),
    _sample("Twice, and unchecked", _with(title="Leek Curry", ingredients=TWICE), "half"),
    _sample(
        "Nested, and nobody saves it",
        {k: v for k, v in _with(title="Leek Dumplings").items() if k != "tags"},
        "unwritten",
    ),
    _sample("Rests too long", _with(title="Leek Dough", resting=90)),
    _sample("In another's name", {"title": "Leek Tart", "author": 2, "servings": 4, "minutes": 50}, "flat"),
]
