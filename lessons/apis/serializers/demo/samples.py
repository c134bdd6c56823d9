"""Bodies worth sending."""

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


def _with(**changed) -> dict:
    return GOOD | changed


def _sample(title: str, body: dict, kind: str = "recipe") -> dict:
    return {"title": title, "json": json.dumps({"kind": kind, "text": json.dumps(body, indent=2)})}


SAMPLES = [
    _sample("A good one", GOOD),
    _sample(
        "Wrong in the depth",
        _with(
            servings=0,
            ingredients=[
                {"name": "leek", "amount": 3, "unit": "pc"},
                {"name": "flour", "amount": "a lot", "unit": "cup"},
            ],
        ),
    ),
    _sample("In fractions", _with(ingredients=[{"name": "leek", "amount": "1 1/2"}])),
    _sample("A field that is read-only", {"id": 999, "author": "somebody", **GOOD}),
    _sample("A field that nobody knows", _with(colour="green"), "strict"),
    _sample("A title that is taken", _with(title="Onion Soup")),
    _sample("Twice the same ingredient", _with(ingredients=[{"name": "leek", "amount": n} for n in (1, 2)])),
    _sample(
        "Twice, and unchecked", _with(ingredients=[{"name": "leek", "amount": n} for n in (1, 2)]), "half"
    ),
    _sample("Nested, and nobody saves it", {k: v for k, v in GOOD.items() if k != "tags"}, "unwritten"),
    _sample("Rests too long", _with(resting=90)),
    _sample("In another's name", {"title": "Leek Tart", "author": 2, "servings": 4, "minutes": 50}, "flat"),
]
