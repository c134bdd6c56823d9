"""What to make happen in Stockpot's kitchen. The format is in docs/architecture.md."""

import json


def find_the_depth(trace: dict, earlier: list[dict]) -> bool:
    """Have an error reported at one field of one ingredient, and nowhere else.

    Start from *A good one*, and write an amount that is no number into the second ingredient. The line
    turns red, and the error names the way to it.
    """
    at = _errors_at(trace)
    return len(at) == 1 and at[0].startswith("ingredients.") and at[0].count(".") == 2


def save_a_whole_recipe(trace: dict, earlier: list[dict]) -> bool:
    """Keep a new recipe with at least two ingredients: one body, two tables.

    With `RecipeSerializer` and *Keep it*. In the X-ray there is a transaction, the recipe's `INSERT`, and one
    for its ingredients together.
    """
    return (
        _kind(trace) == "recipe"
        and trace["response"]["status"] == 201
        and len(_body(trace).get("ingredients") or []) >= 2
        and any('INSERT INTO "serializers_ingredient"' in query["sql"] for query in trace["queries"])
    )


def be_ignored(trace: dict, earlier: list[dict]) -> bool:
    """Send what is read-only and be ignored; then be told by a stricter serializer.

    *A field that is read-only* sends an `id` and an `author`: 200, and neither is in `validated_data`. Then
    choose `StrictRecipe` for the same body.
    """
    return (
        _kind(trace) == "strict"
        and bool({"author", "id"} & set(_errors_at(trace)))
        and any(
            _kind(seen) == "recipe"
            and seen["response"]["status"] < 300
            and {"author", "id"} & set(_body(seen))
            for seen in earlier
        )
    )


def change_one_field(trace: dict, earlier: list[dict]) -> bool:
    """Change one field of a recipe by PATCH, and count the columns of the UPDATE.

    Choose a recipe under *Onto*, the method `PATCH`, and a body with one field of it. Keep it.
    """
    return (
        _kind(trace) == "recipe"
        and trace["request"]["method"] == "PATCH"
        and _kept(trace)
        and trace["response"]["status"] == 200
        and len(_body(trace)) == 1
        and any('UPDATE "serializers_recipe"' in query["sql"] for query in trace["queries"])
    )


def nobody_saves_it(trace: dict, earlier: list[dict]) -> bool:
    """Send a valid body to a nested serializer that nobody has taught to save.

    *Nested, and nobody saves it*. Valid is not saved: read what `ModelSerializer.create()` says.
    """
    return _kind(trace) == "unwritten" and trace["response"]["status"] == 500


def leave_half_a_recipe(trace: dict, earlier: list[dict]) -> bool:
    """Leave half a recipe in the database.

    *Twice, and unchecked*, then *Keep it*. The second ingredient is refused by the constraint, the first and
    the recipe stay. Which two things does `RecipeSerializer` do about it?
    """
    statements = [query for query in trace["queries"] if "INSERT INTO" in query["sql"]]
    return (
        _kind(trace) == "half"
        and _kept(trace)
        and trace["response"]["status"] == 500
        and len(statements) > 1
        and not statements[0].get("error")
        and "UNIQUE" in (statements[-1].get("error") or "")
    )


def _kind(trace: dict) -> str:
    if trace["url_name"] not in ("bench", "bench-new"):
        return ""
    return trace["request"]["path"].partition("/bench/")[2].partition("/")[0]


def _kept(trace: dict) -> bool:
    return "keep" in trace["request"]["query"]


def _body(trace: dict) -> dict:
    try:
        body = json.loads(trace["request"]["body"] or "")
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _errors_at(trace: dict) -> list[str]:
    """The bench says it in a header, since a trace has no answer's body."""
    headers = {name.lower(): value for name, value in trace["response"]["headers"]}
    return [place for place in headers.get("errors-at", "").split("; ") if place] if _kind(trace) else []
