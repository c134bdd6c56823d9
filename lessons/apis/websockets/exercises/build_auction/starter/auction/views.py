from auction.models import Lot
from django.http import JsonResponse
from django.shortcuts import get_object_or_404


def lot(request, pk):
    found = get_object_or_404(Lot, pk=pk)
    bids = list(found.bids.order_by("number").values("number", "bidder__username", "amount"))
    return JsonResponse({"title": found.title, "start": found.start, "bids": bids})
