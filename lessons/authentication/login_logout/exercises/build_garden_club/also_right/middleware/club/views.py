from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.views import LoginView
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.generic import FormView

from club.forms import SignInForm
from club.models import Offer


def safe_next(request):
    """Where next points if that is on this site, else the members' page."""
    target = request.POST.get("next") or request.GET.get("next", "")
    allowed = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if allowed else reverse("members")


@login_not_required
def home(request):
    return render(request, "club/home.html")


def members(request):
    """What members give away, and where; ?q= filters by title. For members' eyes only."""
    wanted = request.GET.get("q", "")
    offers = Offer.objects.filter(title__icontains=wanted).order_by("title")
    return render(request, "club/members.html", {"offers": offers, "wanted": wanted})


class SignInView(LoginView):
    authentication_form = SignInForm
    template_name = "club/form.html"
    extra_context = {"heading": "Sign in"}

    def form_valid(self, form):
        response = super().form_valid(form)
        if form.cleaned_data["remember"]:
            self.request.session.set_expiry(14 * 24 * 60 * 60)
        return response


@method_decorator(login_not_required, name="dispatch")
class JoinView(FormView):
    form_class = UserCreationForm
    template_name = "club/form.html"
    extra_context = {"heading": "Join the club"}

    def form_valid(self, form):
        login(self.request, form.save())
        return redirect(safe_next(self.request))
