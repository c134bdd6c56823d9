from django.shortcuts import render

from harbour.models import Departure


def board(request):
    departures = Departure.objects.order_by("leaves_at", "pk")
    return render(request, "harbour/board.html", {"departures": departures})
