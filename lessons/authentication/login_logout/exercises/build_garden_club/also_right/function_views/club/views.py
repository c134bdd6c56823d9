from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from club.forms import JoinForm
from club.models import Offer


def onward(request):
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        return redirect(target)
    return redirect("members")


def home(request):
    return render(request, "club/home.html")


@login_required(login_url="/login/")
def members(request):
    """What members give away, and where; ?q= filters by title. For members' eyes only."""
    wanted = request.GET.get("q", "")
    offers = Offer.objects.filter(title__icontains=wanted).order_by("title")
    return render(request, "club/members.html", {"offers": offers, "wanted": wanted})


def sign_in(request):
    if request.method == "POST":
        user = authenticate(
            request, username=request.POST.get("username"), password=request.POST.get("password")
        )
        if user is not None:
            login(request, user)
            request.session.set_expiry(None if request.POST.get("remember") else 0)
            return onward(request)
        messages.error(request, "Name and password do not belong together.")
        return redirect(request.get_full_path())
    return render(request, "club/sign_in.html")


def join(request):
    form = JoinForm(request.POST or None)
    if form.is_valid():
        login(request, form.save())
        return onward(request)
    return render(request, "club/join.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def sign_out(request):
    logout(request)
    return redirect("home")
