from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import render

from market.models import Stall

COLUMNS = {
    "name": "name",
    "price": "price, name",
    "-price": "price DESC, name",
    "rating": "rating DESC, name",
}


def stalls(request):
    q, sort = request.GET.get("q", ""), request.GET.get("sort", "name")
    if sort not in COLUMNS:
        return HttpResponseBadRequest("There is no such order.")
    pattern = "%" + q.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%"
    found = list(
        Stall.objects.raw(
            "SELECT * FROM market_stall"
            " WHERE is_open AND (name LIKE %s ESCAPE '!' OR goods LIKE %s ESCAPE '!')"
            f" ORDER BY {COLUMNS[sort]}",
            [pattern, pattern],
        )
    )
    data = [{"name": stall.name, "price": stall.price} for stall in found]
    return render(request, "market/stalls.html", {"stalls": found, "data": data, "q": q})


def terms(request):
    response = HttpResponse("<h1>Terms</h1><p>Be kind. Pay on time.</p>")
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    return response
