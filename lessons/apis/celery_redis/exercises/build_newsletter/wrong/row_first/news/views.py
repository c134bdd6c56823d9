from functools import partial

from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from news.models import Issue, Subscriber
from news.tasks import deliver


def waiting_for(issue):
    return Subscriber.objects.filter(bounced=False).exclude(deliveries__issue=issue)


@require_POST
def send(request, pk):
    found = get_object_or_404(Issue, pk=pk)
    keys = list(waiting_for(found).values_list("pk", flat=True))
    for key in keys:
        transaction.on_commit(partial(deliver.delay, found.pk, key))
    return JsonResponse({"queued": len(keys)}, status=202)


def issue(request, pk):
    found = get_object_or_404(Issue, pk=pk)
    bounced = Subscriber.objects.filter(bounced=True).exclude(deliveries__issue=found)
    return JsonResponse(
        {"sent": found.deliveries.count(), "waiting": waiting_for(found).count(), "bounced": bounced.count()}
    )
