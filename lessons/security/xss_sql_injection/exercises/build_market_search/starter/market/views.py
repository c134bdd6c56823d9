from django.http import HttpResponse
from django.shortcuts import render


def stalls(request):
    return render(request, "market/stalls.html", {})


def terms(request):
    response = HttpResponse("<h1>Terms</h1><p>Be kind. Pay on time.</p>")
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    return response
