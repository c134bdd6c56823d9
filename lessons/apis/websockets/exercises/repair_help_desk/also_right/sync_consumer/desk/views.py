from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from desk.models import Ticket
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST


def ticket(request, pk):
    found = get_object_or_404(Ticket, pk=pk)
    return JsonResponse({"title": found.title, "open": found.is_open})


@require_POST
def close(request, pk):
    if not request.user.is_staff:
        return HttpResponse(status=403)
    found = get_object_or_404(Ticket, pk=pk)
    found.is_open = False
    found.save()
    async_to_sync(get_channel_layer().group_send)(f"ticket.{pk}", {"type": "ticket.closed"})
    return HttpResponse(status=204)
