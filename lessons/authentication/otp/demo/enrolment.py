"""Devices: what they are, and how one comes to be trusted."""

import time

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_otp import login as otp_login
from django_otp.decorators import otp_required
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from . import phones
from .forms import CodeForm
from .models import Phone, SMSDevice
from .pictures import qr_code
from .second_step import confirmed_devices
from .views import page

# Whoever has a device shows it before there is another: else a password would be enough to add one.
has_shown_a_device = otp_required(login_url=reverse_lazy("otp:verify"), if_configured=True)


@require_GET
@has_shown_a_device
@never_cache
def devices(request: HttpRequest) -> HttpResponse:
    step = int(time.time()) // phones.STEP
    return page(request, "devices", devices=confirmed_devices(request.user), step=step)


@require_http_methods(["GET", "POST"])
@has_shown_a_device
@never_cache
def add_app(request: HttpRequest) -> HttpResponse:
    """A key is made and shown. It counts from the moment when a first code proves that it arrived."""
    device, _ = TOTPDevice.objects.get_or_create(
        user=request.user, confirmed=False, defaults={"name": "Authenticator app"}
    )
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if device.verify_token(form.cleaned_data["code"]):
            device.confirmed = True
            device.save(update_fields=["confirmed"])
            otp_login(request, device)
            messages.success(request, "The app is yours: its first code was right.")
            return redirect("otp:devices")
        form.add_error("code", "That is not a code that works now.")
    context = {"device": device, "qr": qr_code(device.config_url)}
    return page(request, "add_app", form=form, **context)


@require_POST
@has_shown_a_device
def scan(request: HttpRequest) -> HttpResponse:
    """The phone's camera sees the picture: no request at all, in truth. The key is on both sides now."""
    device = TOTPDevice.objects.filter(user=request.user, confirmed=False).first()
    if device is not None:
        account, key = phones.read_address(device.config_url)
        before = Phone.on_the_table().account
        if before not in ("", account):
            gone = before.rpartition(":")[2]
            messages.info(
                request,
                f"This phone has room for one key: {gone}'s is gone. The other devices of {gone} still work.",
            )
        Phone.objects.filter(pk=1).update(account=account, key=key)
    return redirect("otp:add_app")


@require_http_methods(["GET", "POST"])
@has_shown_a_device
@never_cache
def add_phone(request: HttpRequest) -> HttpResponse:
    """A number is somebody's claim, until a code that was sent to it comes back."""
    number = Phone.on_the_table().number
    device, _ = SMSDevice.objects.get_or_create(
        user=request.user, number=number, defaults={"name": "Text message", "confirmed": False}
    )
    if device.confirmed:
        messages.info(request, f"Codes go to {number} already.")
        return redirect("otp:devices")
    form = CodeForm(request.POST if "code" in request.POST else None)
    if form.is_valid():
        if device.verify_token(form.cleaned_data["code"]):
            SMSDevice.objects.filter(pk=device.pk).update(confirmed=True)
            otp_login(request, device)
            messages.success(request, f"{number} is yours: the code came back.")
            return redirect("otp:devices")
        form.add_error("code", "That is not a code that works now.")
    elif request.method == "POST" and not form.is_bound:
        messages.info(request, f"A code: {device.generate_challenge()}.")
    return page(request, "add_phone", form=form, number=number)


@require_POST
@has_shown_a_device
@never_cache
def backup_codes(request: HttpRequest) -> HttpResponse:
    """New codes take the place of the old ones, and are shown in this answer only."""
    device, _ = StaticDevice.objects.get_or_create(user=request.user, name="Backup codes")
    device.token_set.all().delete()
    codes = [StaticToken.random_token() for _ in range(8)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return page(request, "backup", codes=codes)
