from datetime import date

from django.http import Http404, JsonResponse

from desk.models import Customer, Ticket


def tickets(request, pk):
    rows = Ticket.objects.filter(agent=pk, state="open").order_by("-opened_at")
    shown = [
        {
            "id": ticket.pk,
            "subject": ticket.subject,
            "customer": ticket.customer.name,
            "tags": [tag.name for tag in ticket.tags.order_by("name")],
            "comments": ticket.comments.count(),
        }
        for ticket in rows[:50]
    ]
    return JsonResponse({"tickets": shown})


def day(request, day):
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        raise Http404("No such day") from None
    rows = Ticket.objects.filter(opened_at__date=wanted).order_by("opened_at")
    return JsonResponse({"subjects": [ticket.subject for ticket in rows]})


def customer(request):
    try:
        found = Customer.objects.get(email__iexact=request.GET.get("email", ""))
    except Customer.DoesNotExist:
        raise Http404("No such customer") from None
    return JsonResponse({"name": found.name})
