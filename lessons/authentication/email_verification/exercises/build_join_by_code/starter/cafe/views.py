from django.contrib.auth.decorators import login_required
from django.shortcuts import render


def home(request):
    return render(request, "cafe/home.html")


@login_required
def bench(request):
    return render(request, "cafe/bench.html")
