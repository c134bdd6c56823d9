from django.db.models import Q
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import render

from market.models import Stall

ORDERS = {
    "name": ("name",),
    "price": ("price", "name"),
    "-price": ("-price", "name"),
    "rating": ("-rating", "name"),
}


def stalls(request):
    q, sort = request.GET.get("q", ""), request.GET.get("sort", "name")
    if sort not in ORDERS:
        return HttpResponseBadRequest("There is no such order.")
    found = Stall.objects.filter(Q(name__icontains=q) | Q(goods__icontains=q), is_open=True)
    found = found.order_by(*ORDERS[sort])
    data = [{"name": stall.name, "price": stall.price} for stall in found]
    return render(request, "market/stalls.html", {"stalls": found, "data": data, "q": q})


def terms(request):
    response = HttpResponse("<h1>Terms</h1><p>Be kind. Pay on time.</p>")
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    return response
