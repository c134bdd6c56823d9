from django.db import DatabaseError, connection
from django.http import HttpResponse, JsonResponse

from tides.models import Tide


def tides(request):
    rows = Tide.objects.order_by("harbour").values("harbour", "high_at")
    return JsonResponse({"tides": list(rows)})


def healthz(request):
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("no database", content_type="text/plain", status=503)
    return HttpResponse("ok", content_type="text/plain")
