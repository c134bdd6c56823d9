from django.http import JsonResponse

from bakery import reports


def monthly(request):
    try:
        year = int(request.GET.get("year", ""))
    except ValueError:
        year = 0
    if not 2000 <= year <= 2100:
        return JsonResponse({"error": "year has to be a whole number from 2000 to 2100."}, status=400)
    return JsonResponse(reports.monthly_sales(year))
