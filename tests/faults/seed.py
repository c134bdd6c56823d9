"""Run by `manage.py shell`: a course of one exercise, and people with keys who do it."""

from __future__ import annotations

import json
import os
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from knox.crypto import hash_token
from knox.settings import CONSTANTS

from content.models import Exercise
from content.tests.folders import write_syllabus
from lms.accounts.models import Learner, User
from lms.api.models import ApiToken
from lms.grading.tests.factories import CHECKS, SOLUTION, STARTER, URLS


def seed(people: int, keys_to: Path) -> None:
    write_syllabus(settings.LESSONS_DIR)
    call_command("load_lessons", verbosity=0)
    exercise = Exercise.objects.get()
    exercise.starter = {"urls.py": URLS, "greetings.py": STARTER}
    exercise.solution, exercise.checks = {"greetings.py": SOLUTION}, CHECKS
    exercise.editable, exercise.hidden, exercise.apps = ["greetings.py"], [], []
    exercise.seed, exercise.wrong, exercise.also_right, exercise.solution_removed = "", {}, {}, []
    exercise.time_limit = 3
    exercise.save()
    users = User.objects.bulk_create(
        User(email=f"person-{number}@example.org", password="!") for number in range(people)
    )
    Learner.objects.bulk_create(Learner(user=user) for user in users)
    keys = [f"dm_{os.urandom(24).hex()}" for _ in users]
    ApiToken.objects.bulk_create(
        ApiToken(
            digest=hash_token(key), token_key=key[: CONSTANTS.TOKEN_KEY_LENGTH], user=user, name="faults"
        )
        for user, key in zip(users, keys, strict=True)
    )
    keys_to.write_text(json.dumps(keys))


seed(int(os.environ["FAULTS_PEOPLE"]), Path(os.environ["FAULTS_KEYS"]))
