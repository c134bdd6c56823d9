from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from ferry.codes import accept, send_code
from ferry.models import Text

CLAIMS = "claims_to_be"


def home(request):
    return render(request, "ferry/home.html", {"texts": Text.objects.order_by("-pk")[:3]})


@require_POST
def sign_in(request):
    user = authenticate(request, username=request.POST["username"], password=request.POST["password"])
    if user is None:
        return render(request, "ferry/home.html", {"problem": "That did not work."}, status=403)
    request.session[CLAIMS] = user.pk
    send_code(user)
    return redirect("code")


def code(request):
    user = User.objects.filter(pk=request.session.get(CLAIMS)).first()
    if user is None:
        return redirect("home")
    if request.method == "POST":
        if not accept(user, request.POST["code"].strip()):
            return render(request, "ferry/code.html", {"problem": "That did not work."}, status=403)
        del request.session[CLAIMS]
        login(request, user)
        return redirect("roster")
    return render(request, "ferry/code.html", {"texts": Text.objects.order_by("-pk")[:3]})


@require_POST
def again(request):
    user = User.objects.filter(pk=request.session.get(CLAIMS)).first()
    if user is None:
        return redirect("home")
    send_code(user)
    return redirect("code")


@login_required(login_url="/")
def roster(request):
    return render(request, "ferry/roster.html")


@require_POST
def sign_out(request):
    logout(request)
    return redirect("home")
