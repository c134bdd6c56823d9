"""A small grade that the zygote plays to itself, to learn which memory a grade writes to."""

import tempfile
from pathlib import Path
from typing import Any, cast

from sandbox.jail.examiner_link import Link
from sandbox.jail.harness import boot, examine, hot
from sandbox.jail.harness.candidate import LiveProject
from sandbox.jail.harness.capture import Capture
from sandbox.jail.harness.database import Database
from sandbox.jail.wire import Channel, decode, encode
from sandbox.xray.recorder import own_files_in

_FILES = {
    "rehearsal/__init__.py": "",
    "rehearsal/models.py": """
from django.db import models

class Thing(models.Model):
    name = models.CharField(max_length=50)
    kind = models.ForeignKey("contenttypes.ContentType", null=True, on_delete=models.CASCADE)
""",
    "urls.py": """
from django.shortcuts import render
from django.urls import include, path
from rest_framework import routers, serializers, viewsets
from rehearsal.models import Thing

class ThingSerializer(serializers.ModelSerializer):
    class Meta:
        model = Thing
        fields = ["id", "name", "kind"]

class ThingViewSet(viewsets.ModelViewSet):
    queryset = Thing.objects.select_related("kind").order_by("name")
    serializer_class = ThingSerializer
    authentication_classes = []

def page(request):
    return render(request, "page.html", {"things": Thing.objects.all()})

router = routers.DefaultRouter()
router.register("things", ThingViewSet)
urlpatterns = [path("", page), path("api/", include(router.urls))]
""",
    "templates/page.html": "{% csrf_token %}{% for thing in things %}<li>{{ thing.name }}</li>{% endfor %}",
}
_JOB = {"files": _FILES, "apps": ["rehearsal"], "urls": "urls", "seed": ""}
_CHECKS = """
from sandbox.jail.examiner import ExerciseTestCase

class Checks(ExerciseTestCase):
    def test_page(self):
        self.expect(self.client.get("/").status_code, 200)

    def test_api(self):
        self.expect(self.client.post("/api/things/", json={"name": "x", "kind": None}).status_code, 201)
        self.expect(len(self.client.get("/api/things/").json()), 1)
"""


class _Line:
    """Between an examiner and a project that are one process."""

    def __init__(self, project: LiveProject) -> None:
        self._project = project
        self._answer = b""

    def send(self, message: dict[str, Any]) -> None:
        message = decode(encode(message)[4:])
        if message["op"] != "result":
            question = {"op": "reset"} if message["op"] == "start" else message
            self._answer = encode(self._project.answer(question))[4:]
        elif message["status"] != "passed":
            raise RuntimeError(f"the rehearsal's checks fail: {message}")

    def receive(self) -> dict[str, Any]:
        return decode(self._answer)


def pages(database: Database) -> list[hot.Range]:
    """What a grade writes to when its project has booted, on either side."""
    with tempfile.TemporaryDirectory() as directory:
        slot = Path(directory).resolve()
        for name, text in _FILES.items():
            path = slot / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        own = own_files_in(slot)
        return hot.rehearse(
            lambda: boot.boot(_JOB, slot, database, own),
            lambda: _examine(_Line(LiveProject(Capture(1000), database, own))),
        )


def _examine(line: _Line) -> None:
    case = examine.load(_CHECKS)
    case.link = Link(cast(Channel, line))
    for check in examine.listing(case):
        examine.run_one(case, check["name"])
