"""Sign-up by a code, sign-in in two steps, the papers behind both, and the phone on the table."""

from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_otp import login as otp_login
from django_otp import user_has_device
from django_otp.decorators import otp_required
from django_otp.plugins.otp_email.models import EmailDevice

from .forms import ClockForm, CodeForm, SignUpForm
from .models import Phone, TextMessage
from .second_step import confirmed_devices, own_device, send_code, try_code
from .seed import PASSWORD

PENDING = "signing_up"  # in the session: who has not proved the address yet


def page(request: HttpRequest, template: str, **context: object) -> HttpResponse:
    return render(request, f"otp/{template}.html", {**context, **_table()})


def _table() -> dict[str, object]:
    """What lies beside the keyboard: the phone, with what it shows at the moment."""
    phone = Phone.on_the_table()
    return {
        "phone": phone,
        "code": phone.code(),
        "texts": TextMessage.objects.filter(number=phone.number).order_by("-pk")[:2],
        "clock": ClockForm(initial={"fast_by": phone.fast_by}),
    }


@require_GET
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    return page(request, "home")


@require_http_methods(["GET", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """The account is made inactive. Who can read its mail makes it active."""
    form = SignUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = form.save(commit=False)
        user.is_active = False
        user.save()
        EmailDevice.objects.create(user=user, name="Email", confirmed=False).generate_challenge()
        request.session[PENDING] = user.pk
        return redirect("otp:confirm")
    return page(request, "sign_up", form=form)


@require_http_methods(["GET", "POST"])
@never_cache
def confirm(request: HttpRequest) -> HttpResponse:
    user = User.objects.filter(pk=request.session.get(PENDING), is_active=False).first()
    if user is None:
        return redirect("otp:sign_up")
    device = EmailDevice.objects.get(user=user, confirmed=False)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        verdict = try_code(user, device, form.cleaned_data["code"])
        if verdict.device is not None:
            User.objects.filter(pk=user.pk).update(is_active=True)
            EmailDevice.objects.filter(pk=device.pk).update(confirmed=True)
            del request.session[PENDING]
            user.otp_device = device
            login(request, user, backend="django.contrib.auth.backends.ModelBackend")
            messages.success(request, f"Welcome, {user.username}. Your address is proved.")
            return redirect("otp:papers")
        form.add_error("code", verdict.reason)
    return page(request, "confirm", form=form, user_signing_up=user)


@require_POST
def send_again(request: HttpRequest) -> HttpResponse:
    """Codes end after five minutes, and letters get lost."""
    user = User.objects.filter(pk=request.session.get(PENDING), is_active=False).first()
    if user is None:
        return redirect("otp:sign_up")
    device = EmailDevice.objects.get(user=user, confirmed=False)
    messages.info(request, send_code(device))
    return redirect("otp:confirm")


@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The first step: something you know. The user is signed in after it, and not verified."""
    form = AuthenticationForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        login(request, form.get_user())
        return redirect("otp:verify" if user_has_device(form.get_user()) else "otp:devices")
    return page(request, "sign_in", form=form, password=PASSWORD)


@require_http_methods(["GET", "POST"])
@never_cache
def verify(request: HttpRequest) -> HttpResponse:
    """The second step: something you have."""
    if not request.user.is_authenticated:
        return redirect("otp:sign_in")
    if request.user.is_verified():
        return redirect("otp:papers")
    devices = confirmed_devices(request.user)
    if not devices:
        return redirect("otp:devices")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = own_device(request.user, request.POST.get("device", ""))
        verdict = try_code(request.user, asked, form.cleaned_data["code"])
        if verdict.device is not None:
            request.session.cycle_key()
            otp_login(request, verdict.device)
            return redirect("otp:papers")
        if verdict.is_locked:
            messages.warning(request, verdict.reason)
        form.add_error("code", verdict.reason)
    chosen = request.POST.get("device") or request.GET.get("device") or devices[0].persistent_id
    return page(request, "verify", form=form, devices=devices, chosen=chosen)


@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """Let an email or text message device send a code. Others have nothing to send."""
    if not request.user.is_authenticated:
        return redirect("otp:sign_in")
    device = own_device(request.user, request.POST.get("device", ""))
    if device is None:
        return HttpResponseBadRequest("There is no such device.", content_type="text/plain")
    if device.is_interactive():
        messages.info(request, send_code(device))
    return redirect(f"{reverse_lazy('otp:verify')}?device={device.persistent_id}")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("otp:home")


@require_GET
@otp_required(login_url=reverse_lazy("otp:verify"))
@never_cache
def papers(request: HttpRequest) -> HttpResponse:
    return page(request, "papers")


@require_POST
def clock(request: HttpRequest) -> HttpResponse:
    form = ClockForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest("There is no such clock.", content_type="text/plain")
    Phone.objects.filter(pk=1).update(fast_by=form.cleaned_data["fast_by"])
    messages.info(request, "The phone’s clock is set.")
    return redirect("otp:verify" if request.user.is_authenticated else "otp:home")
