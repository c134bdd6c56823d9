from django.contrib.auth.decorators import login_required
from django.shortcuts import render


def home(request):
    return render(request, "shed/home.html")


@login_required
def shelf(request):
    return render(request, "shed/shelf.html")
