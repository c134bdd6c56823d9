"""A learner's project as a zip that runs on their own machine: the jail's boilerplate, written out."""

from __future__ import annotations

import io
import zipfile

from content.exercises import ExerciseFiles
from lms.grading.projects import LearnerFiles, complete_project

_MANAGE = """\
import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "local_settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
"""

_SETTINGS = """\
# What the course's jail sets for you, so that this project runs on your own machine.
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent
SECRET_KEY = "only-for-your-own-machine"
DEBUG = True
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = {urls!r}
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
{rest_framework}]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {{
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {{
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        }},
    }},
]
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "static/"
USE_TZ = True

# The exercise's own settings come last, as in the course.
{own}
INSTALLED_APPS = [*INSTALLED_APPS, *(app for app in {apps!r} if app not in INSTALLED_APPS)]
DATABASES = {{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"}}}}
"""

_OWN = "exec(compile((BASE_DIR / 'settings.py').read_text(), 'settings.py', 'exec'))\n"

_SETUP = """\
# Run once: makes the tables{and_rows}.
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "local_settings")
django.setup()

from django.core.management import call_command  # noqa: E402

call_command("migrate", run_syncdb=True)
{seed}"""

_README = """\
# {title}

Your project of the exercise {name}, as it was when you downloaded it. The checks are not in it.

    python -m venv .venv
    .venv/bin/pip install -r requirements.txt      (Windows: .venv\\Scripts\\pip)
    .venv/bin/python setup_database.py
    .venv/bin/python manage.py runserver

Then open http://127.0.0.1:8000{entry}
"""


def project_zip(exercise: ExerciseFiles, files: LearnerFiles) -> bytes:
    """Return a zip with one folder. Files of the exercise that learners do not see stay out of it."""
    project = complete_project(exercise, files)
    shown = exercise.visible_files()
    own = {path: text for path, text in project.files.items() if path in shown or path in files}
    source = "\n".join(own.values())
    with_rest = "rest_framework" in source
    # A seed that learners do not see is not given away; the database begins empty then.
    seed = exercise.seed if _module_file(exercise.seed) in own else ""
    made = {
        "manage.py": _MANAGE,
        "local_settings.py": _SETTINGS.format(
            urls=exercise.urls,
            apps=list(exercise.apps),
            own=_OWN if "settings.py" in own else "",
            rest_framework='    "rest_framework",\n' if with_rest else "",
        ),
        "setup_database.py": _SETUP.format(
            and_rows=" and fills them" if seed else "", seed=_seed_lines(seed) if seed else ""
        ),
        "requirements.txt": "Django~=5.2.0\n" + ("djangorestframework~=3.16\n" if with_rest else ""),
        "README.md": _README.format(
            title=getattr(exercise, "title", ""), name=exercise.name, entry=exercise.entry
        ),
    }
    folder = f"{exercise.lesson}-{exercise.slug}"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in sorted({**made, **own}.items()):
            archive.writestr(f"{folder}/{path}", text)
    return stream.getvalue()


def _module_file(dotted: str) -> str:
    return dotted.rpartition(".")[0].replace(".", "/") + ".py"


def _seed_lines(seed: str) -> str:
    module, _, function = seed.rpartition(".")
    return f"\nfrom {module} import {function}  # noqa: E402\n\n{function}()\n"
