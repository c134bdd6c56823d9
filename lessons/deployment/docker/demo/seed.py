"""A small project in a visitor's folder, and the Dockerfile that somebody wrote in five minutes."""

from pathlib import Path

from .models import File

EXAMPLES = Path(__file__).parent / "examples"
DOCKERFILES = {"first": "Written in five minutes", "ordered": "Put in order", "stages": "In stages"}

MANAGE = """#!/usr/bin/env python
import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kettle.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
"""
VIEWS = """from django.shortcuts import render

from menu.models import Tea


def menu(request):
    return render(request, "menu/menu.html", {"teas": Tea.objects.order_by("name")})
"""
URLS = """from django.urls import path

from menu import views

urlpatterns = [path("", views.menu)]
"""
WSGI = """from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
"""
MODELS = """from django.db import models


class Tea(models.Model):
    name = models.CharField(max_length=40)
"""
FILES = {
    "manage.py": MANAGE,
    "requirements.txt": "Django==5.2.*\ngunicorn>=23\nwhitenoise>=6\nredis>=5\n",
    "kettle/__init__.py": "",
    "kettle/settings.py": 'import os\n\nSECRET_KEY = os.environ["SECRET_KEY"]\nALLOWED_HOSTS = ["*"]\n' * 6,
    "kettle/urls.py": URLS,
    "kettle/wsgi.py": WSGI,
    "menu/__init__.py": "",
    "menu/models.py": MODELS,
    "menu/views.py": VIEWS,
    "menu/templates/menu/menu.html": "<ul>{% for tea in teas %}<li>{{ tea.name }}</li>{% endfor %}</ul>\n",
    "menu/static/menu/style.css": ".tea { color: #0c6b45; }\n" * 40,
    "tests/test_menu.py": "from django.test import TestCase\n\n\nclass MenuTest(TestCase):\n    pass\n",
    "README.md": "# Kettle\n\nThe menu of a tea room.\n",
    ".env": "SECRET_KEY=w7-real-and-in-use\nPOSTGRES_PASSWORD=oolong-and-lemon\n",
    "db.sqlite3": "SQLite format 3 (the rows of Ada's own machine) " * 120,
    ".git/config": '[remote "origin"]\n\turl = https://git.kettle.example/kettle.git\n',
    ".git/objects/pack-1f2e": "every version of every file, ever " * 300,
    ".dockerignore": "",
}


def example(name: str) -> str:
    """Its text, without the marks by which the lesson finds pieces of it."""
    lines = (EXAMPLES / name).read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if not line.lstrip().startswith(("# region:", "# endregion:")))


def seed() -> None:
    for path, text in FILES.items():
        File.objects.create(path=path, text=text)
    File.objects.create(path="Dockerfile", text=example("first.Dockerfile"))
    File.objects.create(path="compose.yaml", text=example("compose.yaml"))
