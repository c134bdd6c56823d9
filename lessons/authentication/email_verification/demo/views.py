"""The notice board, and the register behind it."""

from allauth.account.decorators import verified_email_required
from allauth.account.internal.flows.email_verification_by_code import EMAIL_VERIFICATION_CODE_SESSION_KEY
from allauth.account.models import EmailAddress
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from .forms import HouseForm, KeyForm, NoticeForm
from .models import House, Notice
from .registry import take_apart
from .seed import PASSWORDS


def home(request: HttpRequest) -> HttpResponse:
    return render(request, "email_verification/home.html", board(request, NoticeForm()))


@require_POST
@verified_email_required(login_url=reverse_lazy("account_login"))
def pin(request: HttpRequest) -> HttpResponse:
    """Whoever is signed in may read. To pin takes an address that was confirmed."""
    form = NoticeForm(request.POST)
    form.instance.author = request.user
    if form.is_valid():
        form.save()
        messages.success(request, "Your notice is up.")
        return redirect("email_verification:home")
    return render(request, "email_verification/home.html", board(request, form))


@never_cache
def register(request: HttpRequest) -> HttpResponse:
    house = House.current()
    form = KeyForm(request.GET if "link" in request.GET else None)
    context = {
        "house": house,
        "house_form": HouseForm(instance=house),
        "form": form,
        "anatomy": take_apart(form.cleaned_data["link"]) if form.is_valid() else None,
        "addresses": EmailAddress.objects.select_related("user").order_by("user__username", "pk"),
        "waiting": request.session.get(EMAIL_VERIFICATION_CODE_SESSION_KEY),
    }
    return render(request, "email_verification/register.html", context)


@require_POST
def set_house(request: HttpRequest) -> HttpResponse:
    form = HouseForm(request.POST, instance=House.current())
    if form.is_valid():
        form.save()
    else:
        messages.error(request, "There is no such choice.")
    return redirect("email_verification:register")


def board(request: HttpRequest, form: NoticeForm) -> dict[str, object]:
    is_verified = (
        request.user.is_authenticated
        and EmailAddress.objects.filter(user=request.user, verified=True).exists()
    )
    notices = Notice.objects.select_related("author").order_by("-pinned_at", "-pk")[:20]
    return {"notices": notices, "form": form, "is_verified": is_verified, "passwords": PASSWORDS}
