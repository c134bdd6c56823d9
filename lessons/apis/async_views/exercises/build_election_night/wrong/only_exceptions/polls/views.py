import asyncio
import json

from django.http import StreamingHttpResponse

from . import counters
from .models import Station, Visit


async def results(request):
    stations = [station async for station in Station.objects.all()]
    visit = await Visit.objects.acreate()
    response = StreamingHttpResponse(events(stations, visit), content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    return response


async def events(stations, visit):
    tasks = [asyncio.create_task(counted(station.name)) for station in stations]
    total = 0
    try:
        for next_one in asyncio.as_completed(tasks):
            name, votes = await next_one
            visit.heard += 1
            if votes is None:
                yield event("recount", station=name)
            else:
                total += votes
                yield event("result", station=name, votes=votes)
        yield event("end", votes=total)
        visit.ending = "finished"
        await visit.asave()
    except Exception:
        visit.ending = "left"
        await visit.asave()
        raise
    finally:
        for task in tasks:
            task.cancel()


async def counted(name):
    """The name, and the votes; None in their place if it has to be counted again."""
    try:
        return name, await counters.count(name)
    except counters.Recount:
        return name, None


def event(kind, **data):
    return f"event: {kind}\ndata: {json.dumps(data)}\n\n"
