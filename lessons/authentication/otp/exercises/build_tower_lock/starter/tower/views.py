from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST


def home(request):
    """The first lock; a password opens it."""
    form = AuthenticationForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        login(request, form.get_user())
        return redirect("log")
    return render(request, "tower/home.html", {"form": form})


@require_POST
def sign_out(request):
    logout(request)
    return redirect("home")


@login_required(login_url="/")
def log(request):
    return render(request, "tower/log.html")


def app(request):
    return HttpResponse("Not built yet.", status=501)


def code(request):
    return HttpResponse("Not built yet.", status=501)


def codes(request):
    return HttpResponse("Not built yet.", status=501)
