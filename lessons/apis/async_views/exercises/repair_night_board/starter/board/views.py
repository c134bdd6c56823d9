from django.http import JsonResponse

from . import operators
from .models import Operator


async def board(request):
    found = []
    async for operator in Operator.objects.order_by("name"):
        if operator.has_library:
            rows = operators.library_departures(operator.code)
        else:
            rows = await operators.departures(operator.code)
        found += [row | {"by": operator.name} for row in rows]
    # Ten past midnight comes after eleven at night.
    found.sort(key=lambda row: (row["at"] < "12:00", row["at"], row["to"]))
    return JsonResponse({"departures": found, "missing": []})
