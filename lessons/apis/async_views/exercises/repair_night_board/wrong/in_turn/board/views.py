import asyncio

from django.http import JsonResponse

from . import operators
from .models import Operator


async def board(request):
    return answered([await ask(operator) async for operator in Operator.objects.order_by("name")])


async def question(operator):
    if operator.has_library:
        return await asyncio.to_thread(operators.library_departures, operator.code)
    return await operators.departures(operator.code)


async def ask(operator):
    try:
        async with asyncio.timeout(operators.PATIENCE):
            return operator, await question(operator)
    except (operators.OperatorDown, TimeoutError):
        return operator, None



def answered(answers):
    found = [row | {"by": operator.name} for operator, rows in answers for row in rows or []]
    found.sort(key=lambda row: (row["at"] < "12:00", row["at"], row["to"]))
    missing = sorted(operator.name for operator, rows in answers if rows is None)
    return JsonResponse({"departures": found, "missing": missing})

