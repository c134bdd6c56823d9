import asyncio
import json

from django.http import StreamingHttpResponse
from django.views import View

from . import counters
from .models import Station, Visit


class Results(View):
    async def get(self, request):
        names = [name async for name in Station.objects.values_list("name", flat=True)]
        visit = await Visit.objects.acreate()
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}
        return StreamingHttpResponse(self.events(names, visit), headers=headers)

    async def events(self, names, visit):
        waiting = {asyncio.create_task(counters.count(name), name=name) for name in names}
        total = 0
        try:
            yield "retry: 3000\n\n"
            while waiting:
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    try:
                        total += task.result()
                        yield "event: result\n"
                        yield f"data: {json.dumps({'votes': task.result(), 'station': task.get_name()})}\n\n"
                    except counters.Recount:
                        yield f"event: recount\ndata:{json.dumps({'station': task.get_name()})}\n\n"
                    visit.heard += 1
            yield f"event: end\ndata: {json.dumps({'votes': total})}\n\n"
        except (asyncio.CancelledError, GeneratorExit):
            visit.ending = "left"
            raise
        else:
            visit.ending = "finished"
        finally:
            for task in waiting:
                task.cancel()
            await Visit.objects.filter(pk=visit.pk).aupdate(heard=visit.heard, ending=visit.ending)


results = Results.as_view()
