from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST


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
