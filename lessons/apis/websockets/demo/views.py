import random

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from . import doors, talk
from .forms import ORIGINS, HandshakeForm, StormForm, WardenForm
from .models import Room
from .seed import WARDENS

READINGS = 130
NAP = 1.5  # seconds


@require_GET
def lobby(request: HttpRequest) -> HttpResponse:
    return render(
        request, "websockets/lobby.html", {"rooms": doors.rooms_of(request.user), "wardens": WARDENS}
    )


@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    form = WardenForm(request.POST)
    if not form.is_valid():
        raise Http404("There is no such warden.")
    user = get_object_or_404(User, username=form.cleaned_data["name"])
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    target = request.POST.get("room", "")
    if Room.objects.filter(slug=target).exists():
        return redirect("websockets:room", target)
    return redirect("websockets:lobby")


# region: sign_out
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    pk = request.user.pk
    logout(request)
    if pk is not None:
        # A socket looked at the session when it was opened, and never again.
        async_to_sync(get_channel_layer().group_send)(f"user.{pk}", {"type": "signed_out"})
    return redirect("websockets:lobby")


# endregion: sign_out


@require_GET
@ensure_csrf_cookie
def room(request: HttpRequest, slug: str) -> HttpResponse:
    rooms = doors.rooms_of(request.user)
    found = next((room for room in rooms if room.slug == slug), None)
    if found is None:
        raise Http404("There is no such room.")
    said = talk.before(found, None) if found.open_to_you else []
    context = {
        "room": found,
        "rooms": rooms,
        "wardens": WARDENS,
        "said": said,
        "last": said[-1]["number"] if said else 0,
        "socket": socket_path(slug),
    }
    return render(request, "websockets/room.html", context)


@require_GET
def earlier(request: HttpRequest, slug: str) -> HttpResponse:
    found = next((room for room in doors.rooms_of(request.user) if room.slug == slug), None)
    if found is None or not found.open_to_you:
        raise Http404("There is no such room for you.")
    number = request.GET.get("before", "")
    if not number.isdigit() or len(number) > 9:
        return JsonResponse({"error": "before has to be a number."}, status=400)
    return JsonResponse({"messages": talk.before(found, int(number))})


@require_POST
@login_required(login_url="websockets:lobby")
def storm(request: HttpRequest) -> HttpResponse:
    """Cuts whoever asks off: their sockets now, their handshakes for some seconds."""
    form = StormForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"error": form.errors}, status=400)
    doors.cut_line(request.user, form.cleaned_data["seconds"], timezone.now())
    async_to_sync(get_channel_layer().group_send)(f"user.{request.user.pk}", {"type": "line.cut"})
    return JsonResponse({"seconds": form.cleaned_data["seconds"]})


# region: readings
@require_POST
@login_required(login_url="websockets:lobby")
def readings(request: HttpRequest) -> HttpResponse:
    """The mast sends all it has to a consumer that is busy."""
    async_to_sync(_send_readings)(f"user.{request.user.pk}")
    return JsonResponse({"sent": READINGS})


async def _send_readings(group: str) -> None:
    layer = get_channel_layer()
    await layer.group_send(group, {"type": "nap", "seconds": NAP})
    wind = 55.0
    for number in range(1, READINGS + 1):
        wind = min(max(wind + random.uniform(-6, 6), 5), 110)
        reading = {"type": "reading", "number": number, "of": READINGS, "wind": round(wind)}
        await layer.group_send(group, reading)


# endregion: readings


def door(request: HttpRequest) -> HttpResponse:
    """A handshake with an Origin that no page could send, tried on the real consumer."""
    form = HandshakeForm(request.POST or None)
    context = {"form": form}
    if request.method != "POST":
        context["form"] = HandshakeForm()
    elif form.is_valid():
        slug, origin = form.cleaned_data["room"], form.cleaned_data["origin"]
        headers = {"host": request.get_host()}
        if origin != "none":
            own = f"{request.scheme}://{request.get_host()}"
            headers["origin"] = own if origin == "own" else ORIGINS[origin]
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        if form.cleaned_data["session"] and key:
            headers["cookie"] = f"{settings.SESSION_COOKIE_NAME}={key}"
        context["sent"] = {**headers, "cookie": "sessionid=…"} if "cookie" in headers else headers
        context["path"] = socket_path(slug)
        context["status"] = request.META["DEMOS_HANDSHAKE"](context["path"], headers)
    if not request.user.is_authenticated:
        messages.info(request, "Nobody is signed in in this browser, so there is no session to send.")
    return render(request, "websockets/door.html", context)


def socket_path(slug: str) -> str:
    return f"{reverse('websockets:lobby')}ws/{slug}/"
