from django.db import connection
from django.http import HttpResponse, JsonResponse

from tides.models import Tide


def tides(request):
    rows = Tide.objects.order_by("harbour").values("harbour", "high_at")
    return JsonResponse({"tides": list(rows)})


def healthz(request):
    connection.ensure_connection()
    return HttpResponse("ok", content_type="text/plain")
