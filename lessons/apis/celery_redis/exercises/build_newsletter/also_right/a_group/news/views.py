from celery import group
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from news.models import Delivery, Issue, Subscriber
from news.tasks import deliver


@require_POST
def send(request, pk):
    issue = get_object_or_404(Issue, pk=pk)
    had = Delivery.objects.filter(issue=issue, subscriber=OuterRef("pk"))
    keys = list(Subscriber.objects.filter(~Exists(had), bounced=False).values_list("pk", flat=True))
    transaction.on_commit(lambda: group(deliver.s(pk, key) for key in keys).delay())
    return JsonResponse({"queued": len(keys)}, status=202)


def issue(request, pk):
    issue = get_object_or_404(Issue, pk=pk)
    rest = Subscriber.objects.exclude(pk__in=issue.deliveries.values("subscriber"))
    return JsonResponse(
        {
            "sent": issue.deliveries.count(),
            "waiting": rest.filter(bounced=False).count(),
            "bounced": rest.filter(bounced=True).count(),
        }
    )
