from django.http import JsonResponse
from django.shortcuts import render

from hire import reports


def stations(request):
    context = {"rows": reports.station_rows(), "total": reports.total_takings()}
    return render(request, "hire/stations.html", context)


def stations_json(request):
    return JsonResponse({"stations": reports.station_rows(), "total": reports.total_takings()})
