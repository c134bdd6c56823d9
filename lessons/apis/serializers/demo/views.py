import inspect
import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from . import shapes as ways
from .bench import KINDS, written_down
from .models import Recipe, Tag
from .samples import SAMPLES
from .serializers import IngredientSerializer


@require_GET
def panes(request: HttpRequest) -> HttpResponse:
    context = {
        "kinds": [(name, kind.__name__, inspect.getdoc(kind)) for name, kind in KINDS.items()],
        "recipes": Recipe.objects.order_by("pk"),
        "samples": SAMPLES,
    }
    return render(request, "serializers/panes.html", context)


@require_GET
def printed(request: HttpRequest) -> HttpResponse:
    """repr() of a serializer: what its class, its Meta and the model have made of each other."""
    choices = {kind.__name__: kind for kind in (*KINDS.values(), IngredientSerializer)}
    name = request.GET.get("kind", "FlatRecipe")
    kind = choices.get(name)
    context = {"names": list(choices), "name": name}
    if kind is not None:
        context |= {"source": inspect.getsource(kind), "printed": repr(kind())}
    return render(request, "serializers/printed.html", context, status=200 if kind else 404)


@require_GET
def shapes(request: HttpRequest) -> HttpResponse:
    """One recipe in every shape, and what all recipes cost in it."""
    recipe = get_object_or_404(Recipe, pk=1)
    everything = Recipe.objects.order_by("pk")
    fetched = everything.select_related("author").prefetch_related("tags", "ingredients")
    rows = [
        {
            "name": shape.__name__,
            "doc": inspect.getdoc(shape),
            "json": json.dumps(shape(recipe, context={"request": request}).data, indent=2),
            "plain": _queries(shape, everything, request),
            "fetched": _queries(shape, fetched, request),
        }
        for shape in ways.SHAPES
    ]
    return render(request, "serializers/shapes.html", {"rows": rows, "count": len(everything)})


@require_GET
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Tag, slug=slug)
    return JsonResponse({"slug": found.slug, "name": found.name})


def _queries(shape, queryset, request: HttpRequest) -> int:
    statements: list[str] = []
    with written_down(statements):
        shape(queryset.all(), many=True, context={"request": request}).data
    return len(statements)
