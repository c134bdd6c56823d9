import asyncio
import json

from django.http import StreamingHttpResponse

from .counters import Recount, count
from .models import Station, Visit


async def results(request):
    return StreamingHttpResponse(
        stream(), content_type="text/event-stream; charset=utf-8", headers={"Cache-Control": "no-store"}
    )


async def stream():
    visit = await Visit.objects.acreate()
    queue = asyncio.Queue()

    async def put(name):
        try:
            await queue.put(("result", {"station": name, "votes": await count(name)}))
        except Recount:
            await queue.put(("recount", {"station": name}))

    tasks = [asyncio.create_task(put(station.name)) async for station in Station.objects.all()]
    total, is_over = 0, False
    try:
        for _ in tasks:
            kind, data = await queue.get()
            total += data.get("votes", 0)
            visit.heard += 1
            yield f"event: {kind}\ndata: {json.dumps(data)}\n\n".encode()
        is_over = True
        yield f"event: end\ndata: {json.dumps({'votes': total})}\n\n".encode()
    finally:
        [task.cancel() for task in tasks]
        visit.ending = "finished" if is_over else "left"
        await visit.asave(update_fields=["heard", "ending"])
