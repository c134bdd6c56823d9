import asyncio

from django.http import JsonResponse

from . import operators
from .models import Operator


async def board(request):
    tasks = {}
    try:
        async with asyncio.TaskGroup() as group:
            async for operator in Operator.objects.order_by("name"):
                tasks[operator] = group.create_task(timed(operator))
    except* (operators.OperatorDown, TimeoutError):
        pass
    return answered(
        [(operator, None if task.cancelled() or task.exception() else task.result()) for operator, task in tasks.items()]
    )


async def timed(operator):
    async with asyncio.timeout(operators.PATIENCE):
        return await question(operator)


async def question(operator):
    if operator.has_library:
        return await asyncio.to_thread(operators.library_departures, operator.code)
    return await operators.departures(operator.code)



def answered(answers):
    found = [row | {"by": operator.name} for operator, rows in answers for row in rows or []]
    found.sort(key=lambda row: (row["at"] < "12:00", row["at"], row["to"]))
    missing = sorted(operator.name for operator, rows in answers if rows is None)
    return JsonResponse({"departures": found, "missing": missing})

