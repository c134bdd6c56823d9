from django.http import HttpResponse
from django.shortcuts import render

from menu.models import Tea


def menu(request):
    return render(request, "menu/menu.html", {"teas": Tea.objects.order_by("name")})


def health(request):
    return HttpResponse("ok")
