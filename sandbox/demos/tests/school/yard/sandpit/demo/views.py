import asyncio
import json

from django.contrib import messages
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from .models import Castle


def castles(request):
    if request.method == "POST":
        Castle.objects.create(name=request.POST["name"])
        messages.success(request, "Built.")
        return redirect("sandpit:castles")
    return render(request, "sandpit/castles.html", {"castles": Castle.objects.order_by("id")})


async def count(request):
    return JsonResponse({"names": [castle.name async for castle in Castle.objects.order_by("id")]})


async def slow_count(request):
    before = await Castle.objects.acount()
    await asyncio.sleep(0.05)
    await Castle.objects.acreate(name=request.GET["name"])
    await asyncio.sleep(0.05)
    names = [castle.name async for castle in Castle.objects.order_by("id")]
    return JsonResponse({"before": before, "names": names})


def stream(request):
    return StreamingHttpResponse(f"{castle.name}\n" for castle in Castle.objects.order_by("id"))


def write(request):
    link = request.build_absolute_uri(reverse("sandpit:castles"))
    letter = EmailMultiAlternatives("Your castle", f"See {link}", to=["ada@example.com"])
    letter.attach_alternative(f'<p>See <a href="{link}">your castle</a></p>', "text/html")
    try:
        with transaction.atomic():
            letter.send()
            Castle.objects.create(name="Washed away")
            if "fail" in request.GET:
                raise ValueError("a wave")
    except ValueError:
        return HttpResponse("rolled back", status=409)
    return HttpResponse("sent")


def boom(request):
    raise ZeroDivisionError("the castle fell")


def knock(request):
    response = HttpResponse("who is there?")
    response.set_cookie("knocked", "1")
    response.headers["Content-Security-Policy"] = "default-src 'self'"
    return response


def api(request):
    return JsonResponse({"got": json.loads(request.read())})


kept_waiting = []  # the paths of those who wait for ever


async def forever(request):
    kept_waiting.append(request.get_full_path())
    await asyncio.sleep(3_600)
