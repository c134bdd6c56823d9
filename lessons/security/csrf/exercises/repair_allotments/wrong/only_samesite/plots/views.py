import hashlib
import hmac

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from plots.models import Plot, Rain


@login_required(login_url="/enter/")
def home(request):
    return render(request, "plots/home.html", {"plots": request.user.plots.order_by("pk")})


def enter(request):
    """Only in the preview: signs you in as ada."""
    login(request, User.objects.get(username="ada"), backend="django.contrib.auth.backends.ModelBackend")
    return redirect("home")


@csrf_exempt
@login_required(login_url="/enter/")
@require_POST
def change_email(request):
    request.user.email = request.POST["email"]
    request.user.save(update_fields=["email"])
    return redirect("home")


@login_required(login_url="/enter/")
@require_POST
def release(request, pk):
    plot = get_object_or_404(Plot, pk=pk, tenant=request.user)
    plot.tenant = None
    plot.save(update_fields=["tenant"])
    return redirect("home")


@csrf_exempt
@require_POST
def rain(request):
    """For the gauges: no cookie, no session; the signature says who it is."""
    signature = hmac.new(settings.RAIN_KEY.encode(), request.body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(signature, request.headers.get("X-Signature", "")):
        return HttpResponse("Wrong signature.", status=403)
    Rain.objects.create(millimetres=int(request.body))
    return HttpResponse("Noted.", status=201)
