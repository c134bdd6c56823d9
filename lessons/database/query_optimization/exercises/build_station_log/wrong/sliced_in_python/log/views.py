from datetime import datetime

from django.db.models import OuterRef, Subquery
from django.http import JsonResponse

from log.models import Reading, Station

SIZE = 20


def stations(request):
    newest = Reading.objects.filter(station=OuterRef("pk")).order_by("-measured_at", "-id")
    rows = Station.objects.annotate(latest=Subquery(newest.values("value")[:1])).order_by("name")
    return JsonResponse({"stations": [{"name": row.name, "latest": row.latest} for row in rows]})


def readings(request, pk):
    rows = Reading.objects.filter(station=pk).order_by("-measured_at", "-id")
    if request.GET.get("after"):
        try:
            time, _, key = request.GET["after"].partition("_")
            time, key = datetime.fromisoformat(time), int(key)
            if time.tzinfo is None:
                raise ValueError("a cursor of ours has a time zone")
        except ValueError:
            return JsonResponse({"error": "This is no cursor."}, status=400)
        # What is not newer, but for those of the very same time that were shown.
        rows = rows.filter(measured_at__lte=time).exclude(measured_at=time, id__gte=key)
    found = list(rows)[: SIZE + 1]
    page = found[:SIZE]
    last = page[-1] if len(found) > SIZE else None
    return JsonResponse(
        {
            "readings": [
                {"id": row.pk, "measured_at": row.measured_at.isoformat(), "value": row.value} for row in page
            ],
            "next": f"{last.measured_at.isoformat()}_{last.pk}" if last else None,
        }
    )


def alarms(request):
    rows = Reading.objects.filter(alarm=True, acknowledged=False).select_related("station")
    shown = [
        {"station": row.station.name, "measured_at": row.measured_at.isoformat(), "value": row.value}
        for row in rows.order_by("-measured_at", "-id")[:SIZE]
    ]
    return JsonResponse({"alarms": shown})
