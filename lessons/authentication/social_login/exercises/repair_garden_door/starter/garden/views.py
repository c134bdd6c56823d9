from django.contrib.auth.decorators import login_required
from django.shortcuts import render


def home(request):
    return render(request, "garden/home.html", {"next": request.GET.get("next", "")})


@login_required
def plot(request):
    return render(request, "garden/page.html", {"heading": f"Plot {request.user.pk}"})


@login_required
def shop(request):
    return render(request, "garden/page.html", {"heading": "Seeds and tools"})
