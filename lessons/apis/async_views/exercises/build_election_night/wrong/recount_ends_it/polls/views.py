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
    total, visit.ending = 0, "left"
    try:
        for next_one in asyncio.as_completed(tasks):
            name, votes = await next_one
            visit.heard += 1
            if votes is None:
                yield event("recount", station=name)
            else:
                total += votes
                yield event("result", station=name, votes=votes)
        visit.ending = "finished"
        yield event("end", votes=total)
    except counters.Recount as error:
        yield event("recount", station=str(error))
        yield event("end", votes=total)
    finally:
        for task in tasks:
            task.cancel()
        await visit.asave()


async def counted(name):
    """The name, and the votes; None in their place if it has to be counted again."""
    return name, await counters.count(name)


def event(kind, **data):
    return f"event: {kind}\ndata: {json.dumps(data)}\n\n"
