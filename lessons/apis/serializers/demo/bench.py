"""A serializer on the bench: it is given a body, and everything that comes of it is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pprint import pformat
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.http import Http404
from django.shortcuts import get_object_or_404
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import APIView

from .careless import HalfRecipe, UnwrittenRecipe
from .models import Recipe
from .rows import compared, newest, rows_of
from .serializers import FlatRecipe, RecipeSerializer, StrictRecipe
from .watch import Watch

KINDS = {
    "recipe": RecipeSerializer,
    "strict": StrictRecipe,
    "flat": FlatRecipe,
    "unwritten": UnwrittenRecipe,
    "half": HalfRecipe,
}


class Bench(APIView):
    """POST makes a recipe, PUT and PATCH change one. It stays with ?keep=1 only."""

    authentication_classes = []
    parser_classes = [JSONParser]
    renderer_classes = [JSONRenderer]

    def get(self, request, kind, pk):
        return Response(_kind(kind)(get_object_or_404(Recipe, pk=pk)).data)

    def post(self, request, kind):
        return self.answer(request, _kind(kind)(data=request.data))

    def put(self, request, kind, pk):
        return self.answer(request, _kind(kind)(get_object_or_404(Recipe, pk=pk), data=request.data))

    def patch(self, request, kind, pk):
        recipe = get_object_or_404(Recipe, pk=pk)
        return self.answer(request, _kind(kind)(recipe, data=request.data, partial=True))

    def answer(self, request, serializer):
        watch = Watch(serializer)
        if serializer.is_valid():
            told, status = saved(serializer, keep="keep" in request.query_params)
            headers = {}
        else:
            at = list(leaves(serializer.errors))
            told, status = {"errors": serializer.errors, "at": at}, 400
            headers = {"Errors-At": "; ".join(sorted({".".join(map(str, leaf["path"])) for leaf in at}))}
        told["steps"] = [asdict(step) for step in watch.steps]
        return Response(told, status=status, headers=headers)


def saved(serializer, *, keep: bool) -> tuple[dict[str, Any], int]:
    """What save() did, as rows and as SQL, and the status of it."""
    recipe, sql = serializer.instance, []
    told: dict[str, Any] = {
        "validated": pformat(dict(serializer.validated_data), sort_dicts=False, width=64),
        "raised": "",
    }
    pk = recipe and recipe.pk
    last = newest() if pk is None else pk
    before = rows_of(pk)
    # Kept as any view would: in no transaction but the serializer's own.
    with taken_back(unless=keep), written_down(sql):
        try:
            now = serializer.save(**_from_the_view(serializer)).pk
        except Exception as error:  # noqa: BLE001 - whatever it is, the page shows it
            told["raised"] = f"{type(error).__name__}: {error}"
            if not keep:
                transaction.set_rollback(False)  # SQLite goes on after an error
            found = pk or newest()
            now = found if pk or found != last else None
        told["sql"] = list(sql)
        told["rows"] = compared(before, rows_of(now))
        told["representation"] = None if told["raised"] else serializer.data
    if told["raised"]:
        return told, 500
    return told, 201 if keep and not pk else 200


# region: from_the_view
def _from_the_view(serializer) -> dict[str, Any]:
    """What no client says, if the serializer does not let them."""
    field = serializer.fields.get("author")
    if serializer.instance or (field and not field.read_only):
        return {}
    return {"author": User.objects.get(username="nadia")}


# endregion: from_the_view


@contextmanager
def taken_back(*, unless: bool) -> Iterator[None]:
    if unless:
        yield
        return
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def written_down(statements: list[str]) -> Iterator[None]:
    def wrapper(execute, sql, params, many, context):
        try:
            return execute(sql, params, many, context)
        finally:
            text = connection.ops.last_executed_query(context["cursor"], sql, params)
            statements.append(text.replace('"serializers_', '"').replace('"', ""))

    with connection.execute_wrapper(wrapper):
        yield


def leaves(errors, path: tuple = ()) -> Iterator[dict]:
    """Every message of `errors`, with the way to it."""
    if isinstance(errors, dict):
        for key, inner in errors.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(errors, list):
        for place, inner in enumerate(errors):
            yield from leaves(inner, (*path, place) if isinstance(inner, dict) else path)
    else:
        yield {"path": list(path), "message": str(errors)}


def _kind(name: str):
    if name not in KINDS:
        raise Http404
    return KINDS[name]
