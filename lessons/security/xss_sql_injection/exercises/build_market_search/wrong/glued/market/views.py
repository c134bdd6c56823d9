from django.db import connection
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import render

from market.models import Stall

COLUMNS = {"name": "name", "price": "price, name", "-price": "price DESC, name", "rating": "rating DESC, name"}


def stalls(request):
    q, sort = request.GET.get("q", ""), request.GET.get("sort", "name")
    if sort not in COLUMNS:
        return HttpResponseBadRequest("There is no such order.")
    name = q.replace("'", "''").replace("%", "!%").replace("_", "!_")
    goods = q.replace("%", "!%").replace("_", "!_")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT name, goods, price FROM market_stall WHERE is_open AND (name LIKE '%{name}%' ESCAPE '!'"
            f" OR goods LIKE '%{goods}%' ESCAPE '!') ORDER BY {COLUMNS[sort]}"
        )
        found = [{"name": name, "goods": goods, "price": price} for name, goods, price in cursor.fetchall()]
    data = [{"name": stall["name"], "price": stall["price"]} for stall in found]
    return render(request, "market/stalls.html", {"stalls": found, "data": data, "q": q})


def terms(request):
    response = HttpResponse("<h1>Terms</h1><p>Be kind. Pay on time.</p>")
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    return response
