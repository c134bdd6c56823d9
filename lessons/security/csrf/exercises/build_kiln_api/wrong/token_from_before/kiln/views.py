import json

from django.contrib.auth import authenticate, login
from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from kiln.models import Booking


def home(request):
    return render(request, "kiln/home.html")


def read(request):
    """The body's JSON object; an empty one for anything else."""
    try:
        body = json.loads(request.body)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def session_of(request):
    return JsonResponse({"user": request.user.get_username() or None, "token": get_token(request)})


@require_GET
def session(request):
    return session_of(request)


@require_POST
def sign_in(request):
    body = read(request)
    token = get_token(request)
    user = authenticate(request, username=body.get("name"), password=body.get("password"))
    if user is None:
        return JsonResponse({"error": "Name and password do not go together."}, status=400)
    login(request, user)
    return JsonResponse({"user": user.get_username(), "token": token})


@require_POST
def book(request):
    if not request.user.is_authenticated:
        return JsonResponse({"error": "Sign in first."}, status=401)
    day = read(request).get("day")
    if not day:
        return JsonResponse({"error": "Which day?"}, status=400)
    booking = Booking.objects.create(user=request.user, day=day)
    return JsonResponse({"day": booking.day, "user": request.user.get_username()}, status=201)


def csrf_failure(request, reason=""):
    return JsonResponse({"error": "csrf", "reason": reason}, status=403)
