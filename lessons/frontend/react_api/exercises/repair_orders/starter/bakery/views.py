import json

from bakery.models import Order
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST
from workbench.page import page

PAGE = 4


@ensure_csrf_cookie
def counter(request):
    """What the component renders, once its first page has come. Nothing listens there."""
    if "workbench" in request.headers.get("User-Agent", ""):
        return HttpResponse()
    return HttpResponse(f"<!doctype html><title>Orders</title><style>{STYLE}</style>{page.open('mo')}")


@require_GET
def orders(request):
    """Newest first. `?before=7` has the orders that are older than number 7."""
    found = Order.objects.order_by("-pk")
    if request.GET.get("before", "").isdigit():
        found = found.filter(pk__lt=request.GET["before"])
    rows = list(found.values("id", "customer", "what", "done")[: PAGE + 1])
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    after = f"/api/orders/?before={rows[-1]['id']}" if more else None
    return JsonResponse({"results": rows, "next": after})


@require_POST
def done(request, pk):
    if not request.user.is_authenticated:
        return JsonResponse({"error": "Sign in first."}, status=403)
    order = get_object_or_404(Order, pk=pk)
    order.done = bool(json.loads(request.body)["done"])
    order.save()
    return JsonResponse({"id": order.pk, "done": order.done})


STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; margin: 1.5rem; max-width: 34rem; color: #222; }
li { padding: .35rem 0; border-bottom: 1px solid #ddd; } button { margin-right: .5rem; }
[aria-pressed=true] { background: #cfe8d6; } [role=alert] { color: #a11; }
"""
