"""A mini browser without a page: what the workspace's script sends, for tests."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from content.models import Exercise
from content.tests.folders import write_syllabus
from lms.grading.preview import previews
from sandbox.jail import start_jail

HERE = "/exercises/counting/{}/preview/"

PNG = base64.b64encode(b"\x89PNG not really").decode()
FILES = {
    "views.py": """
import json, time
from django.core.files.storage import default_storage
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render

names = []

def page(request):
    response = render(request, "page.html", {"names": names, "seen": request.COOKIES.get("seen")})
    response.set_cookie("seen", "yes")
    return response

def add(request):
    names.append(request.POST["name"])
    return redirect("/")

def upload(request):
    file = request.FILES["file"]
    default_storage.save(file.name, file)
    return HttpResponse(f"{file.name} {file.content_type} {file.size} {request.POST['note']}")

def echo(request):
    return JsonResponse({"got": json.loads(request.body), "type": request.headers["Content-Type"]})

def endless(request):
    def parts():
        while True:
            yield "tick "
            time.sleep(0.001)
    return StreamingHttpResponse(parts(), content_type="text/plain")
""",
    "urls.py": """
from django.urls import path
import views

urlpatterns = [
    path("", views.page), path("add/", views.add), path("upload/", views.upload), path("echo/", views.echo),
    path("endless/", views.endless),
]
""",
    "settings.py": """
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
""",
    "static/site.css": "body { color: teal } /* </style><script>alert(1)</script> */\n",
    "templates/page.html": (
        "<!doctype html><title>x</title>{% load static %}"
        "<link rel=stylesheet href=\"{% static 'site.css' %}\">"
        "<img src='/media/a.png' alt='a'><p>{{ names|join:', ' }} {{ seen }}</p>"
        "<script>parent.hacked = 1</script><img src=x onerror='parent.hacked = 1'>"
    ),
}


@pytest.fixture(scope="module")
def jail_socket() -> Iterator[str]:
    with start_jail() as jail:
        yield str(jail.socket_path)


@pytest.fixture
def exercise(tmp_path, settings, jail_socket) -> Iterator[Exercise]:
    settings.LESSONS_DIR = write_syllabus(tmp_path).parent.parent
    settings.JAIL_SOCKET = jail_socket
    cache.clear()  # who boots in one test has the number of who booted in another
    call_command("load_lessons", stdout=StringIO(), stderr=StringIO())
    exercise = Exercise.objects.get(lesson="counting")
    exercise.starter, exercise.urls, exercise.seed, exercise.apps = FILES, "urls", "", []
    exercise.editable, exercise.hidden = ["views.py", "templates/"], []
    exercise.save()
    yield exercise
    previews.close_all()


class MiniBrowser:
    """What the workspace's script does."""

    def __init__(self, exercise: Exercise, client: Client | None = None) -> None:
        self.client = client or Client()
        self.base = HERE.format(exercise.slug)
        self.preview = ""

    def post(self, path: str, data: object, status: int = 200) -> dict:
        response = self.client.post(self.base + path, json.dumps(data), content_type="application/json")
        assert response.status_code == status, response.content
        return response.json()

    def boot(self, status: int = 201, **changed: str) -> dict:
        answer = self.post("", {"files": changed or {"views.py": FILES["views.py"]}}, status)
        self.preview = answer.get("preview", "")
        return answer

    def ask(self, method: str, path: str, status: int = 200, **request: object) -> dict:
        data = {"preview": self.preview, "method": method, "path": path, **request}
        return self.post("requests/", data, status)

    def document(self, answer: dict):
        return self.client.get(f"{self.base}{self.preview}/{answer['page']}/")
