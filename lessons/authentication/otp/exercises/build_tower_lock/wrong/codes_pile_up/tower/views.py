from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpResponseForbidden
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django_otp import login as otp_login
from django_otp import verify_token
from django_otp.decorators import otp_required
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice


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
@otp_required(login_url="/code/")
def log(request):
    return render(request, "tower/log.html")


@login_required(login_url="/")
@otp_required(login_url="/code/", if_configured=True)
def app(request):
    device, _ = TOTPDevice.objects.get_or_create(
        user=request.user, confirmed=False, defaults={"name": "app"}
    )
    problem = ""
    if request.method == "POST":
        if device.verify_token(request.POST.get("code", "")):
            device.confirmed = True
            device.save(update_fields=["confirmed"])
            otp_login(request, device)
            return redirect("log")
        problem = "That code does not work now."
    context = {"address": device.config_url, "problem": problem}
    return render(request, "tower/app.html", context, status=403 if problem else 200)


@login_required(login_url="/")
def code(request):
    following = request.POST.get("next") or request.GET.get("next", "")
    problem = ""
    if request.method == "POST":
        typed = request.POST.get("code", "").strip()
        device = device_for(request.user, typed)
        if device is not None and verify_token(request.user, device.persistent_id, typed):
            otp_login(request, device)
            is_ours = url_has_allowed_host_and_scheme(following, allowed_hosts={request.get_host()})
            return redirect(following if is_ours else "log")
        problem = "That code does not work now."
    context = {"next": following, "problem": problem}
    return render(request, "tower/code.html", context, status=403 if problem else 200)


def device_for(user, typed):
    """Six digits are the app's, anything else is on paper: a wrong code counts against one device."""
    model = TOTPDevice if typed.isdigit() else StaticDevice
    return model.objects.devices_for_user(user, confirmed=True).order_by("-pk").first()


@require_POST
@login_required(login_url="/")
@otp_required(login_url="/code/")
def codes(request):
    if not TOTPDevice.objects.devices_for_user(request.user, confirmed=True).exists():
        return HttpResponseForbidden("Add an app first.")
    device, _ = StaticDevice.objects.get_or_create(user=request.user, defaults={"name": "paper"})
    new = [StaticToken.random_token() for _ in range(8)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=token) for token in new)
    return render(request, "tower/codes.html", {"codes": new})
