"""A small exercise that needs no database, and people who do it."""

from __future__ import annotations

from typing import Any

import factory

from content.models import Exercise
from lms.accounts.models import Learner

URLS = """\
from django.urls import path

from greetings import hello

urlpatterns = [path("hello/", hello)]
"""
STARTER = """\
from django.http import HttpResponse


def hello(request):
    return HttpResponse("nothing yet")
"""
SOLUTION = STARTER.replace("nothing yet", "hello")
CHECKS = '''\
from sandbox.jail.examiner import ExerciseTestCase


class Checks(ExerciseTestCase):
    def test_answers(self):
        """The page answers."""
        self.expect(self.client.get("/hello/").status_code, 200)

    def test_greets(self):
        """The page says hello."""
        self.expect_in("hello", self.client.get("/hello/").text, concept="HttpResponse: what is shown")
'''


class LearnerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Learner


class ExerciseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Exercise

    lesson = "greetings"
    slug = factory.Sequence(lambda number: f"say_hello_{number}")
    title = "Say hello"
    kind = "build"
    task = "Let `/hello/` say hello."
    editable: Any = ["greetings.py"]
    urls = "urls"
    starter: Any = {"urls.py": URLS, "greetings.py": STARTER}
    solution: Any = {"greetings.py": SOLUTION}
    checks = CHECKS
