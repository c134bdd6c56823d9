import asyncio

from django.http import JsonResponse

from . import operators
from .models import Operator


async def board(request):
    tasks = {
        asyncio.create_task(question(operator)): operator
        async for operator in Operator.objects.order_by("name")
    }
    done, pending = await asyncio.wait(tasks, timeout=operators.PATIENCE)
    for task in pending:
        task.cancel()
    answers = [(tasks[task], None) for task in pending]
    for task in done:
        try:
            answers.append((tasks[task], task.result()))
        except operators.OperatorDown:
            answers.append((tasks[task], None))
    return answered(answers)


async def question(operator):
    if operator.has_library:
        return await asyncio.to_thread(operators.library_departures, operator.code)
    return await operators.departures(operator.code)


def answered(answers):
    found = [row | {"by": operator.name} for operator, rows in answers for row in rows or []]
    found.sort(key=lambda row: (row["at"] < "12:00", row["at"], row["to"]))
    missing = sorted(operator.name for operator, rows in answers if rows is None)
    return JsonResponse({"departures": found, "missing": missing})
