"""The pages around the API. The API itself is in api.py."""

from django.contrib.auth import login, logout
from django.contrib.auth.models import User
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from . import description, window
from . import matrix as asking
from .forms import MatrixForm, QueryForm
from .models import Sighting, Species
from .people import ROLES
from .presets import presets


@require_GET
@ensure_csrf_cookie
def workbench(request: HttpRequest) -> HttpResponse:
    return render(request, "birdlog/workbench.html", {"form": QueryForm(), "presets": presets()})


@require_GET
@ensure_csrf_cookie
def paging(request: HttpRequest) -> HttpResponse:
    return render(request, "birdlog/paging.html")


@require_POST
def arrival(request: HttpRequest) -> HttpResponse:
    """Somebody else records a bird while you are reading."""
    number = Sighting.objects.count()
    species = Species.objects.order_by("pk")[number % Species.objects.count()]
    Sighting.objects.create(
        species=species,
        observer=User.objects.get(username="cleo"),
        place="Sluice",
        count=1 + number % 9,
        seen_at=timezone.now(),
        created_at=timezone.now(),
    )
    return HttpResponse(status=204)


@require_GET
def matrix(request: HttpRequest) -> HttpResponse:
    form = MatrixForm(request.GET or None, initial={"permissions": "as-it-is", "authentication": "session"})
    chosen = form.cleaned_data if form.is_valid() else form.initial
    rows = list(asking.measure(request.get_host(), **chosen))
    context = {
        "form": form if form.is_bound else MatrixForm(initial=form.initial),
        "people": ROLES,
        "classes": asking.label(asking.PERMISSIONS[chosen["permissions"]]),
        "rows": rows,
        "count": sum(len(row["answers"]) for row in rows),
    }
    return render(request, "birdlog/matrix.html", context, status=400 if form.errors else 200)


@require_GET
@ensure_csrf_cookie
def throttle(request: HttpRequest) -> HttpResponse:
    return render(request, "birdlog/throttle.html", {"window": window.seen_by(request, cache)})


@require_GET
def described(request: HttpRequest) -> HttpResponse:
    return render(request, "birdlog/described.html", description.describe())


def login_as(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        login(request, get_object_or_404(User, username=request.POST.get("who")))
        return redirect(_next(request))
    return render(request, "birdlog/login.html", {"next": _next(request), "people": ROLES})


@require_POST
def logout_now(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect(_next(request))


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        return wanted
    return reverse("rest_framework:workbench")
