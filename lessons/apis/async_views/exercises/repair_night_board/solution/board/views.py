import asyncio

from django.http import JsonResponse

from . import operators
from .models import Operator


async def board(request):
    answers = await asyncio.gather(*[ask(operator) async for operator in Operator.objects.order_by("name")])
    found = [row | {"by": operator.name} for operator, rows in answers for row in rows or []]
    # Ten past midnight comes after eleven at night.
    found.sort(key=lambda row: (row["at"] < "12:00", row["at"], row["to"]))
    missing = [operator.name for operator, rows in answers if rows is None]
    return JsonResponse({"departures": found, "missing": missing})


async def ask(operator):
    """The operator, and its departures; None in their place if it could not be asked."""
    try:
        async with asyncio.timeout(operators.PATIENCE):
            if operator.has_library:
                return operator, await asyncio.to_thread(operators.library_departures, operator.code)
            return operator, await operators.departures(operator.code)
    except (operators.OperatorDown, TimeoutError):
        return operator, None
