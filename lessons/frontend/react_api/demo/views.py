from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from .api import CardPages
from .forms import MeasurementForm, MechanicForm, MoodForm, MoveForm
from .models import Card, Column, Measurement, Mood, Server
from .seed import MECHANICS


# region: board
@require_GET
@ensure_csrf_cookie
def board(request: HttpRequest) -> HttpResponse:
    """The single-page app: an empty element, a script, and what the script has to know."""
    start = {
        "api": reverse("react_api:card-list"),
        "server": reverse("react_api:server"),
        "user": request.user.get_username(),
        "columns": [{"name": column.value, "title": column.label} for column in Column],
        "moods": [{"name": mood.value, "title": mood.label} for mood in Mood],
        "mood": Server.objects.get().mood,
    }
    return render(request, "react_api/board.html", {"start": start, "mechanics": MECHANICS})


# endregion: board


# region: islands
@require_GET
def islands(request: HttpRequest) -> HttpResponse:
    """The same board as HTML; only the search is a component."""
    columns = [
        (column, Card.objects.filter(column=column).order_by("-id")[: CardPages.page_size])
        for column in Column
    ]
    asked = request.GET.get("q", "").strip()
    context = {
        "columns": columns,
        "asked": asked,
        "found": search_cards(asked) if asked else None,
        "start": {"search": reverse("react_api:search")},
    }
    return render(request, "react_api/islands.html", context)


# endregion: islands


@require_POST
@login_required(login_url="react_api:board")
def move(request: HttpRequest, pk: int) -> HttpResponse:
    card = get_object_or_404(Card, pk=pk)
    form = MoveForm(request.POST)
    if not form.is_valid():
        raise Http404("There is no such column.")
    Card.objects.filter(pk=pk).update(column=form.cleaned_data["column"], version=F("version") + 1)
    messages.success(request, f"{card.bike} is in {Column(form.cleaned_data['column']).label} now.")
    return redirect("react_api:islands")


def search_cards(asked: str) -> list[Card]:
    return list(Card.objects.filter(Q(bike__icontains=asked) | Q(fault__icontains=asked)).order_by("-id")[:6])


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("q", "").strip()
    found = search_cards(asked) if asked else []
    return JsonResponse(
        {"cards": [{"id": card.pk, "bike": card.bike, "in": card.get_column_display()} for card in found]}
    )


@require_POST
def server(request: HttpRequest) -> HttpResponse:
    form = MoodForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"error": form.errors}, status=400)
    Server.objects.update(mood=form.cleaned_data["mood"])
    return JsonResponse({"mood": form.cleaned_data["mood"]})


@require_GET
@ensure_csrf_cookie
def compare(request: HttpRequest) -> HttpResponse:
    return render(request, "react_api/compare.html", {"measured": Measurement.objects.order_by("-pk")[:6]})


@require_POST
def measured(request: HttpRequest) -> HttpResponse:
    form = MeasurementForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"error": form.errors}, status=400)
    form.save()
    return JsonResponse({"kept": True}, status=201)


@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    form = MechanicForm(request.POST)
    if not form.is_valid():
        raise Http404("There is no such mechanic.")
    user = get_object_or_404(User, username=form.cleaned_data["name"])
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("react_api:board")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("react_api:board")
