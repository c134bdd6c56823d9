from django.shortcuts import render

from club.models import Offer


def home(request):
    return render(request, "club/home.html")


def members(request):
    """What members give away, and where; ?q= filters by title. For members' eyes only."""
    wanted = request.GET.get("q", "")
    offers = Offer.objects.filter(title__icontains=wanted).order_by("title")
    return render(request, "club/members.html", {"offers": offers, "wanted": wanted})
