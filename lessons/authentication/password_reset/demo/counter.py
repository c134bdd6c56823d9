"""The left-luggage office itself, and the pages that look behind its counter."""

from dataclasses import dataclass

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from .anatomy import forgeries, take_apart
from .forms import AddressForm, BenchForm, CandidateForm, LinkForm
from .models import Bench, Locker, SentLink
from .passwords import verdicts
from .seed import PASSWORDS
from .tokens import BenchTokenGenerator

LOGIN_URL = reverse_lazy("password_reset:login")


@dataclass(frozen=True)
class SessionRow:
    """A live session of somebody, and whether it would survive its next request."""

    key: str
    mine: bool
    username: str
    hash_then: str
    hash_now: str
    holds: bool


def home(request: HttpRequest) -> HttpResponse:
    lockers = Locker.objects.select_related("owner").order_by("number")
    return render(request, "password_reset/home.html", {"lockers": lockers, "passwords": PASSWORDS})


@never_cache
@login_required(login_url=LOGIN_URL)
def account(request: HttpRequest) -> HttpResponse:
    context = {"form": AddressForm(instance=request.user), "rows": session_rows(request)}
    return render(request, "password_reset/account.html", context)


@require_POST
@login_required(login_url=LOGIN_URL)
def change_address(request: HttpRequest) -> HttpResponse:
    # A copy: the form writes into its instance before it knows whether the data are good.
    form = AddressForm(request.POST, instance=User.objects.get(pk=request.user.pk))
    if form.is_valid():
        form.save()
        return redirect("password_reset:account")
    context = {"form": form, "rows": session_rows(request)}
    return render(request, "password_reset/account.html", context)


@never_cache
def workbench(request: HttpRequest) -> HttpResponse:
    bench = Bench.current()
    form = LinkForm(request.GET if "link" in request.GET else None)
    anatomy = None
    if form.is_valid():
        anatomy = take_apart(*form.cleaned_data["link"], BenchTokenGenerator(bench))
    context = {
        "form": form,
        "bench_form": BenchForm(instance=bench),
        "anatomy": anatomy,
        "forgeries": forgeries(anatomy) if anatomy else [],
        "sent": SentLink.objects.select_related("user").order_by("-pk")[:5],
    }
    return render(request, "password_reset/workbench.html", context)


@require_POST
def set_bench(request: HttpRequest) -> HttpResponse:
    form = BenchForm(request.POST, instance=Bench.current())
    if not form.is_valid():
        context = {"form": LinkForm(), "bench_form": form, "sent": []}
        return render(request, "password_reset/workbench.html", context)
    form.save()
    return redirect("password_reset:workbench")


def validators(request: HttpRequest) -> HttpResponse:
    form = CandidateForm(request.POST or None)
    found = None
    if form.is_valid():
        found = verdicts(form.cleaned_data["password"], form.cleaned_data["user"])
    return render(
        request,
        "password_reset/validators.html",
        {"form": form, "verdicts": found, "rules": verdicts("", None)},
    )


def session_rows(request: HttpRequest) -> list[SessionRow]:
    """Every live session with somebody in it, beside the hash that get_user() will want to see."""
    rows = []
    for row in Session.objects.filter(expire_date__gt=timezone.now()).order_by("-expire_date"):
        data = row.get_decoded()
        user = User.objects.filter(pk=data.get(SESSION_KEY)).first()
        if user is None:
            continue
        then, now = data.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()
        rows.append(
            SessionRow(
                key=row.pk[:8],
                mine=row.pk == request.session.session_key,
                username=user.get_username(),
                hash_then=then[:8],
                hash_now=now[:8],
                holds=constant_time_compare(then, now),
            )
        )
    return rows
