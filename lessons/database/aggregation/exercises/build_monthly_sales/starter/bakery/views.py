from django.http import JsonResponse

from bakery import reports


def monthly(request):
    year = int(request.GET["year"])
    return JsonResponse(reports.monthly_sales(year))
