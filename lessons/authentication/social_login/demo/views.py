"""The walks, and the pages that show what was danced."""

from allauth.socialaccount.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from .buttons import buttons
from .dances import note
from .drawing import draw
from .forms import PolicyForm
from .models import Dance, Hop, Policy, Walk
from .project import client_secret
from .seed import PASSWORDS

signed_in = login_required(login_url=reverse_lazy("account_login"))


def home(request: HttpRequest) -> HttpResponse:
    context = {
        "walks": Walk.objects.prefetch_related("walkers"),
        "providers": buttons(request),
        "latest": Dance.objects.first(),
    }
    return render(request, "social_login/home.html", context)


@require_POST
@signed_in
def join(request: HttpRequest, pk: int) -> HttpResponse:
    walk = get_object_or_404(Walk, pk=pk)
    walk.walkers.add(request.user)
    messages.success(request, f"You are coming: {walk}.")
    return redirect("social_login:home")


@never_cache
def dances(request: HttpRequest) -> HttpResponse:
    return render(request, "social_login/dances.html", {"dances": Dance.objects.all()[:20]})


@never_cache
def dance(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Dance, pk=pk)
    return render(request, "social_login/dance.html", {"dance": found, "drawing": draw(found)})


@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the very token request of this dance once more, as a thief of the code would."""
    hop = Hop.objects.filter(dance=pk, kind=Hop.Kind.TOKEN).first()
    if hop is None:
        messages.error(request, "No code was redeemed in this dance.")
    elif not hop.dance.provider_id.endswith("-stand-in"):
        messages.error(request, "Only the stand-ins are asked twice.")
    else:
        slug = hop.dance.provider_id.removesuffix("-stand-in")
        with get_adapter().get_requests_session() as session:
            response = session.post(hop.url, data=hop.sent | {"client_secret": client_secret(slug)})
        seen = note(hop.dance, response, Hop.Kind.AGAIN)
        return redirect(f"{reverse('social_login:dance', args=[pk])}#hop-{seen.pk}")
    return redirect("social_login:dance", pk=pk)


@never_cache
def policy(request: HttpRequest) -> HttpResponse:
    form = PolicyForm(request.POST if request.method == "POST" else None, instance=Policy.current())
    if form.is_valid():
        form.save()
        messages.success(request, "Set. It holds from the next sign-in on.")
        return redirect("social_login:policy")
    context = {
        "form": form,
        "users": User.objects.filter(person=None).prefetch_related("emailaddress_set", "socialaccount_set"),
        "passwords": PASSWORDS,
    }
    return render(request, "social_login/policy.html", context)
