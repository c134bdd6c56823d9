import asyncio
import json

from django.http import StreamingHttpResponse

from . import counters
from .models import Station, Visit


def sse(event, data):
    return f"event: {event}\ndata: {json.dumps(data)}\n\n"


async def results(request):
    return StreamingHttpResponse(
        stream(),
        content_type="text/event-stream",
        headers={"Cache-Control": "no-cache"},
    )


async def stream():
    visit = await Visit.objects.acreate()
    names = [name async for name in Station.objects.values_list("name", flat=True)]
    queue = asyncio.Queue()

    async def one(name):
        try:
            await queue.put((name, await counters.count(name)))
        except counters.Recount:
            await queue.put((name, None))

    total = 0
    finished = False
    try:
        async with asyncio.TaskGroup() as group:
            for name in names:
                group.create_task(one(name))
            for _ in names:
                name, votes = await queue.get()
                visit.heard += 1
                if votes is None:
                    yield sse("recount", {"station": name})
                else:
                    total += votes
                    yield sse("result", {"station": name, "votes": votes})
        yield sse("end", {"votes": total})
        finished = True
    finally:
        visit.ending = "finished" if finished else "left"
        await visit.asave(update_fields=["heard", "ending"])
