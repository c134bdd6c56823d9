import asyncio

from asgiref.sync import sync_to_async
from django.http import JsonResponse

from . import operators
from .models import Operator


async def board(request):
    everybody = [operator async for operator in Operator.objects.order_by("name")]
    questions = (asyncio.wait_for(question(operator), operators.PATIENCE) for operator in everybody)
    answers = []
    for operator, rows in zip(everybody, await asyncio.gather(*questions, return_exceptions=True)):
        if isinstance(rows, (operators.OperatorDown, TimeoutError)):
            rows = None
        elif isinstance(rows, BaseException):
            raise rows
        answers.append((operator, rows))
    return answered(answers)


async def question(operator):
    if operator.has_library:
        return await sync_to_async(operators.library_departures)(operator.code)
    return await operators.departures(operator.code)


def answered(answers):
    found = [row | {"by": operator.name} for operator, rows in answers for row in rows or []]
    found.sort(key=lambda row: (row["at"] < "12:00", row["at"], row["to"]))
    missing = sorted(operator.name for operator, rows in answers if rows is None)
    return JsonResponse({"departures": found, "missing": missing})
