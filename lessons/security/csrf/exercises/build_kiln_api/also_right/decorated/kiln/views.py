import json

from django.contrib.auth import authenticate, login
from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_protect

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


class SessionView(View):
    def get(self, request):
        return session_of(request)


@method_decorator(csrf_protect, name="dispatch")
class LoginView(View):
    def post(self, request):
        body = read(request)
        user = authenticate(request, username=body.get("name", ""), password=body.get("password", ""))
        if user is None:
            return JsonResponse({"error": "Name and password do not go together."}, status=400)
        login(request, user)
        return session_of(request)


@method_decorator(csrf_protect, name="dispatch")
class BookingsView(View):
    def post(self, request):
        if request.user.is_anonymous:
            return JsonResponse({"error": "Sign in first."}, status=401)
        day = str(read(request).get("day", "")).strip()
        if day == "":
            return JsonResponse({"error": "Which day?"}, status=400)
        Booking(user=request.user, day=day).save()
        return JsonResponse({"day": day, "user": request.user.username}, status=201)


session = SessionView.as_view()
sign_in = LoginView.as_view()
book = BookingsView.as_view()
