import logging

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import PasswordChangeView
from django.core.mail import send_mail
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_POST

logger = logging.getLogger(__name__)


def tell(user):
    """A notice that fails must not look like a change that failed: the password is saved by now."""
    text = render_to_string("dome/changed.txt", {"user": user, "now": timezone.now()})
    try:
        send_mail("Your password was changed", text, None, [user.email])
    except OSError:
        logger.exception("No notice to user %s", user.pk)


def home(request):
    return render(request, "dome/home.html")


@login_required
def account(request):
    return render(request, "dome/account.html", {"watched": request.session.get("watched", [])})


@require_POST
@login_required
def watch(request, name):
    """The session remembers what somebody wants to be woken for."""
    watched = request.session.get("watched", [])
    if name not in watched:
        request.session["watched"] = [*watched, name]
    return redirect("account")


class ChangeView(PasswordChangeView):
    template_name = "dome/password.html"
    success_url = reverse_lazy("account")

    def form_valid(self, form):
        response = super().form_valid(form)
        tell(form.user)
        return response
