"""The app that Gunicorn serves: a Django project in one file. Nothing of the site around it gets in here."""

import os
import time
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path
from django.views.static import serve

HERE = Path(__file__).parent
# Read when a worker imports this. A worker that runs goes on pouring what it has read.
BLEND = Path(os.environ["TEAHOUSE"], "blend.txt").read_text().strip()

settings.configure(
    ALLOWED_HOSTS=["teahouse.example"],
    ROOT_URLCONF=__name__,
    SECRET_KEY=os.urandom(20).hex(),
    MIDDLEWARE=["teahouse.signed"],
)


def signed(get_response):
    """Each answer says who has poured it."""

    def answer(request):
        response = get_response(request)
        response.headers["X-Worker"] = str(os.getpid())
        response.headers["X-Blend"] = BLEND
        return response

    return answer


def home(request):
    return HttpResponse(f"{BLEND}, poured by worker {os.getpid()}.\n", content_type="text/plain")


def steep(request):
    """Takes its time, as a query or another service would."""
    time.sleep(min(int(request.GET.get("ms", "20")), 8_000) / 1000)
    return home(request)


def order(request):
    """Reads all that the client sends, at the client's pace."""
    return HttpResponse(f"{len(request.read())} bytes of order.\n", content_type="text/plain")


def menu(request):
    """Two megabytes: more than any buffer between here and the client."""
    return HttpResponse(b"Assam, Darjeeling, Keemun, Sencha\n" * 60_000, content_type="text/plain")


urlpatterns = [
    path("", home),
    path("steep/", steep),
    path("order/", order),
    path("menu/", menu),
    path("by-django/<path:path>", serve, {"document_root": HERE / "static"}),
]

application = get_wsgi_application()
