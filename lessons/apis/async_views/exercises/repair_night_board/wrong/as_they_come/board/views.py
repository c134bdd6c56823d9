import asyncio

from django.http import JsonResponse

from . import operators
from .models import Operator


async def board(request):
    questions = [ask(operator) async for operator in Operator.objects.order_by("name")]
    found, missing = [], []
    for next_one in asyncio.as_completed(questions):
        operator, rows = await next_one
        if rows is None:
            missing.append(operator.name)
        else:
            found += [row | {"by": operator.name} for row in rows]
    return JsonResponse({"departures": found, "missing": sorted(missing)})


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


