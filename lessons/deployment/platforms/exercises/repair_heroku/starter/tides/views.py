from django.http import JsonResponse

from tides.models import Tide


def tides(request):
    rows = Tide.objects.order_by("harbour").values("harbour", "high_at")
    return JsonResponse({"tides": list(rows)})
