from datetime import UTC, datetime, timedelta

from django.db.models import Count
from django.db.models.functions import Lower
from django.http import Http404, JsonResponse

from desk.models import Customer, Ticket


def tickets(request, pk):
    rows = (
        Ticket.objects.filter(agent=pk, state="open")
        .select_related("customer")
        .prefetch_related("tags")
        .annotate(comment_count=Count("comments"))
        .order_by("-opened_at")
    )
    shown = [
        {
            "id": ticket.pk,
            "subject": ticket.subject,
            "customer": ticket.customer.name,
            "tags": [tag.name for tag in ticket.tags.order_by("name")],
            "comments": ticket.comment_count,
        }
        for ticket in rows[:50]
    ]
    return JsonResponse({"tickets": shown})


def day(request, day):
    try:
        start = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise Http404("No such day") from None
    rows = Ticket.objects.filter(opened_at__gte=start, opened_at__lt=start + timedelta(days=1))
    return JsonResponse({"subjects": list(rows.order_by("opened_at").values_list("subject", flat=True))})


def customer(request):
    email = request.GET.get("email", "").lower()
    found = Customer.objects.alias(lower=Lower("email")).filter(lower=email).first()
    if found is None:
        raise Http404("No such customer")
    return JsonResponse({"name": found.name})
