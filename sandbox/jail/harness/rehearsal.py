"""A grade in one process, with nothing between its two sides, and the project that is graded so at the start.

What it does is of no interest, only where in memory: `pages.rehearse` looks. It has a bit of all that
exercises have: models, forms, templates, sessions, mail, a REST API, and pages that are looked through.
"""

import importlib
import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from sandbox.jail.examiner_link import Link
from sandbox.jail.harness import candidate, examine
from sandbox.jail.harness.boot import boot, run_checks
from sandbox.jail.harness.capture import Capture
from sandbox.jail.harness.database import Database
from sandbox.jail.harness.pages import Rehearsed, rehearse
from sandbox.jail.wire import Channel, decode, encode
from sandbox.xray.recorder import own_files_in

_HEADER_BYTES = 4

_FILES = {
    "shelf/__init__.py": "",
    "shelf/models.py": """
from django.db import models


class Shelf(models.Model):
    name = models.CharField(max_length=50)


class Volume(models.Model):
    title = models.CharField(max_length=80)
    pages = models.PositiveIntegerField(default=0)
    shelf = models.ForeignKey(Shelf, on_delete=models.CASCADE, related_name="volumes")
""",
    "shelf/seed.py": """
from django.contrib.auth.models import User
from shelf.models import Shelf, Volume


def fill():
    shelf = Shelf.objects.create(name="Top")
    for number in range(3):
        Volume.objects.create(title=f"Volume {number}", pages=number, shelf=shelf)
    User.objects.create_user("reader", "reader@example.com", "pages and pages")
""",
    "shelf/forms.py": """
from django import forms
from shelf.models import Volume


class VolumeForm(forms.ModelForm):
    class Meta:
        model = Volume
        fields = ["title", "pages", "shelf"]
""",
    "shelf/views.py": """
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.mail import send_mail
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from rest_framework import serializers, viewsets
from shelf.forms import VolumeForm
from shelf.models import Shelf, Volume


def index(request):
    volumes = Volume.objects.select_related("shelf").order_by("title")
    return render(request, "shelf/index.html", {"volumes": volumes, "form": VolumeForm()})


def detail(request, pk):
    return render(request, "shelf/index.html", {"volumes": [get_object_or_404(Volume, pk=pk)]})


@login_required
def add(request):
    form = VolumeForm(request.POST)
    if not form.is_valid():
        return render(request, "shelf/index.html", {"form": form}, status=422)
    volume = form.save()
    request.session["added"] = volume.pk
    send_mail("Added", volume.title, "shelf@example.com", ["reader@example.com"])
    messages.success(request, "Added.")
    return redirect("index")


class ShelfSerializer(serializers.ModelSerializer):
    used = serializers.IntegerField(read_only=True)

    class Meta:
        model = Shelf
        fields = ["id", "name", "used"]


class ShelfViewSet(viewsets.ModelViewSet):
    serializer_class = ShelfSerializer
    authentication_classes = []

    def get_queryset(self):
        return Shelf.objects.annotate(used=Count("volumes", filter=Q(volumes__pages__gt=0))).order_by("id")
""",
    "shelf/templates/shelf/index.html": (
        "{% for message in messages %}<p>{{ message }}</p>{% endfor %}"
        "<ul>{% for volume in volumes %}<li><a href='{% url 'detail' volume.pk %}'>{{ volume.title }}</a>"
        " {{ volume.shelf.name }}</li>{% empty %}<li>None</li>{% endfor %}</ul>"
        "{% if form %}<form method=post action='{% url 'add' %}'>"
        "{% csrf_token %}{{ form.as_p }}</form>{% endif %}"
    ),
    "urls.py": """
from django.urls import include, path
from rest_framework.routers import DefaultRouter
from shelf import views

router = DefaultRouter()
router.register("shelves", views.ShelfViewSet, basename="shelf")
urlpatterns = [
    path("", views.index, name="index"),
    path("volumes/<int:pk>/", views.detail, name="detail"),
    path("add/", views.add, name="add"),
    path("api/", include(router.urls)),
]
""",
}

_CHECKS = '''
from sandbox.jail.examiner import ExerciseTestCase


class Checks(ExerciseTestCase):
    query_budget = {"test_pages": 2}

    def test_pages(self):
        """Pages are read."""
        response = self.client.get("/")
        self.expect(response.status_code, 200)
        self.expect([a["href"] for a in response.soup.select("li a")][0], "/volumes/1/")
        self.expect_in("Volume 0", response.text)
        self.expect_queries(response, at_most=2)
        self.expect(self.client.get("/volumes/9/").status_code, 404)

    def test_forms(self):
        """A form is sent, and followed."""
        self.expect(self.client.post("/add/", {}).status_code, 302)
        self.expect_true(self.client.login(username="reader", password="pages and pages"))
        self.expect(self.client.post("/add/", {"title": ""}).status_code, 422)
        sent = {"title": "More", "pages": 4, "shelf": 1}
        self.expect_in("Added.", self.client.post("/add/", sent, follow=True).text)
        self.expect(len(self.project.mail()), 1)
        self.expect(self.project.run("from shelf.models import Volume\\nVolume.objects.count()"), 4)

    def test_api(self):
        """An API is asked."""
        self.expect(self.client.get("/api/shelves/").json()[0]["used"], 2)
        self.expect(self.client.post("/api/shelves/", json={"name": "Low"}).status_code, 201)
        self.expect(list(self.client.post("/api/shelves/", json={}).json()), ["name"])
        self.expect(self.client.patch("/api/shelves/1/", json={"name": "High"}).json()["name"], "High")
        self.expect(self.client.delete("/api/shelves/1/").status_code, 204)
'''

_JOB = {"files": _FILES, "apps": ["shelf"], "urls": "urls", "seed": "shelf.seed.fill", "checks": _CHECKS}

Answer = Callable[[dict[str, Any]], dict[str, Any]]


class RehearsalFailed(Exception):
    """What was played is not what a grade does."""


class Line:
    """Stands in for the line between the examiner and the project: `answer` is called with each question."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._said: dict[str, Any] = {}
        self.statuses: dict[str, str] = {}

    def send(self, message: dict[str, Any]) -> None:
        if message["op"] == "result":
            self.statuses[message["name"]] = message["status"]
        else:
            self._said = self._answer({"op": "reset"} if message["op"] == "start" else message)

    def receive(self) -> dict[str, Any]:
        return self._said


def project(job: dict[str, Any], slot: Path, database: Database) -> Answer:
    """The project of `job` (files, apps, urls, seed), booted in this process."""
    for name, text in job["files"].items():
        path = slot / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    own = own_files_in(slot)
    boot(job, slot, database, own)
    return candidate.LiveProject(Capture(1 << 16), database, own).answer


def examined(checks: str, answer: Answer) -> dict[str, str]:
    """Each check's status."""
    case = examine.load(checks)
    line = Line(answer)
    case.link = Link(cast(Channel, line))
    for check in examine.listing(case):
        examine.run_one(case, check["name"])
    return line.statuses


def rehearsed(database: Database, directory: Path) -> Rehearsed:
    """Where a project and an examiner write, seen in two children of this process.

    Their files are in `directory` for so long.
    """
    slot = Path(tempfile.mkdtemp(dir=directory)).resolve()
    try:
        answers = slot / "answers"
        as_candidate = rehearse(
            lambda ask: _play_candidate(ask, answers), before=lambda: project(_JOB, slot, database)
        )
        as_examiner = rehearse(lambda _: _play_examiner(answers)) if as_candidate else ()
    finally:
        shutil.rmtree(slot, ignore_errors=True)
    return Rehearsed(candidate=as_candidate, examiner=as_examiner)


def _play_candidate(ask: Answer, answers: Path) -> None:
    """What is left to do when the models are there: the learner's files, and the checks."""
    told: list[str] = []

    def answer(question: dict[str, Any]) -> dict[str, Any]:
        frame = encode(ask(question))
        told.append(frame[_HEADER_BYTES:].decode())
        return decode(frame[_HEADER_BYTES:])

    for name in ("shelf.forms", "shelf.views", "urls"):
        importlib.reload(sys.modules[name])
    run_checks()
    _confirm(examined(_CHECKS, answer))
    answers.write_text(json.dumps(told))


def _play_examiner(answers: Path) -> None:
    told = iter(json.loads(answers.read_text()))

    def answer(question: dict[str, Any]) -> dict[str, Any]:
        encode(question)
        return decode(next(told).encode())

    _confirm(examined(_CHECKS, answer))


def _confirm(statuses: dict[str, str]) -> None:
    if not statuses or set(statuses.values()) != {"passed"}:
        raise RehearsalFailed(f"not every check passed: {statuses}")
