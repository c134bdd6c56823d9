from channels.layers import get_channel_layer
from desk.models import Ticket
from django.http import HttpResponse, JsonResponse
from django.shortcuts import aget_object_or_404, get_object_or_404


def ticket(request, pk):
    found = get_object_or_404(Ticket, pk=pk)
    return JsonResponse({"title": found.title, "open": found.is_open})


async def close(request, pk):
    if request.method != "POST":
        return HttpResponse(status=405)
    user = await request.auser()
    if not user.is_staff:
        return HttpResponse(status=403)
    found = await aget_object_or_404(Ticket, pk=pk)
    found.is_open = False
    await found.asave()
    await get_channel_layer().group_send(f"ticket.{pk}", {"type": "ticket.closed"})
    return HttpResponse(status=204)
