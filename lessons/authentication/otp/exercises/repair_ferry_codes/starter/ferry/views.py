from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from ferry.codes import accept, send_code
from ferry.models import Text


def home(request):
    return render(request, "ferry/home.html", {"texts": Text.objects.order_by("-pk")[:3]})


@require_POST
def sign_in(request):
    user = authenticate(request, username=request.POST["username"], password=request.POST["password"])
    if user is None:
        return render(request, "ferry/home.html", {"problem": "That did not work."}, status=403)
    login(request, user)
    send_code(user)
    return redirect("code")


def code(request):
    if request.method == "POST":
        user = accept(request.POST["code"])
        if user is None:
            return render(request, "ferry/code.html", {"problem": "That did not work."}, status=403)
        login(request, user)
        return redirect("roster")
    return render(request, "ferry/code.html", {"texts": Text.objects.order_by("-pk")[:3]})


@require_POST
def again(request):
    send_code(request.user)
    return redirect("code")


@login_required(login_url="/")
def roster(request):
    return render(request, "ferry/roster.html")


@require_POST
def sign_out(request):
    logout(request)
    return redirect("home")
