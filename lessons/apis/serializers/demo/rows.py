"""The rows of one recipe, before and after, cell by cell."""

from .models import Ingredient, Recipe


def rows_of(pk: int | None) -> dict[str, dict[int, dict]]:
    """By table and key; nothing where there is no such recipe."""
    tags = Recipe.tags.through.objects.filter(recipe=pk)
    return {
        "recipe": _by_key(Recipe.objects.filter(pk=pk)),
        "ingredient": _by_key(Ingredient.objects.filter(recipe=pk).order_by("pk")),
        "recipe_tags": _by_key(tags.order_by("pk")),
    }


def compared(before: dict, after: dict) -> list[dict]:
    """Tables with their rows, each new, gone, changed or as it was, and the cells that differ."""
    return [
        {
            "table": table,
            "columns": list(next(iter({**before[table], **after[table]}.values()), {})),
            "rows": [
                _row(before[table].get(key), after[table].get(key))
                for key in sorted({*before[table], *after[table]})
            ],
        }
        for table in before
    ]


def _row(old: dict | None, new: dict | None) -> dict:
    shown = new or old or {}
    changed = [name for name in shown if old and new and old[name] != new[name]]
    state = "new" if not old else "gone" if not new else "changed" if changed else "same"
    return {"state": state, "cells": [str(value) for value in shown.values()], "changed": changed}


def _by_key(queryset) -> dict[int, dict]:
    return {row["id"]: row for row in queryset.values()}


def newest() -> int:
    return Recipe.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
