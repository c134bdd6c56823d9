"""What the zygote does once, so that no child has to: imports, settings, apps, the framework's tables."""

import asyncio
import importlib
import mimetypes
import sys
from typing import TYPE_CHECKING

import django
from django.conf import settings
from django.db import connections

from sandbox.jail.harness.base_settings import base_settings

if TYPE_CHECKING:
    from sandbox.jail.harness.database import Database

# Imported for their being imported. Files can't be read later at a price worth paying, and some not at all.
_MODULES = [
    "asyncio",
    "base64",
    "calendar",
    "collections",
    "colorsys",
    "concurrent.futures",
    "contextvars",
    "csv",
    "ctypes",
    "dataclasses",
    "datetime",
    "decimal",
    "difflib",
    "email.mime.text",
    "enum",
    "fractions",
    "functools",
    "graphlib",
    "hashlib",
    "heapq",
    "hmac",
    "html",
    "http.cookies",
    "io",
    "itertools",
    "json",
    "locale",
    "logging",
    "math",
    "operator",
    "pathlib",
    "pprint",
    "queue",
    "random",
    "re",
    "secrets",
    "selectors",
    "shelve",
    "shutil",
    "statistics",
    "string",
    "tempfile",
    "textwrap",
    "threading",
    "time",
    "types",
    "typing",
    "unicodedata",
    "unittest",
    "unittest.mock",
    "urllib.parse",
    "uuid",
    "warnings",
    "weakref",
    "zoneinfo",
    "encodings.idna",
    "encodings.latin_1",
    "encodings.utf_16",
    "asgiref.local",
    "asgiref.sync",
    "bs4",
    "bs4.builder._htmlparser",
    "soupsieve",
    "channels",
    "channels.layers",
    "channels.generic.websocket",
    "channels.db",
    "channels.auth",
    "channels.generic.http",
    "channels.routing",
    "channels.security.websocket",
    "channels.sessions",
    "celery",
    "celery.app.trace",
    "celery.canvas",
    "celery.contrib.django.task",
    "celery.fixups.django",
    "celery.result",
    "celery.schedules",
    "celery.utils.log",
    "kombu.pools",
    "kombu.transport.memory",
    "django.contrib.admin.sites",
    "django.contrib.auth.forms",
    "django.contrib.auth.urls",
    "django.contrib.auth.views",
    "django.contrib.humanize.templatetags.humanize",
    "django.core.cache.backends.locmem",
    "django.core.mail.backends.locmem",
    "django.core.paginator",
    "django.core.serializers.json",
    "django.core.serializers.python",
    "django.db.models.functions",
    "django.db.models.query",
    "django.forms",
    "django.template.loader",
    "django.template.defaulttags",
    "django.templatetags.i18n",
    "django.templatetags.static",
    "django.test.client",
    "django.test.signals",
    "django.test.utils",
    "django.views.debug",
    "django.views.generic",
    "django.utils.timezone",
    "django.conf.urls.i18n",
    "django.conf.locale.en.formats",
    "django.contrib.sessions.backends.db",
    "django.contrib.messages.storage.fallback",
    "django.contrib.auth.backends",
    "django.views.decorators.cache",
    "django.views.decorators.csrf",
    "django.views.decorators.http",
    "django.middleware.security",
    "django.middleware.common",
    "django.middleware.csrf",
    "django.middleware.clickjacking",
    "django.contrib.sessions.middleware",
    "django.contrib.auth.middleware",
    "django.contrib.messages.middleware",
    "rest_framework.authentication",
    "rest_framework.decorators",
    "rest_framework.filters",
    "rest_framework.generics",
    "rest_framework.mixins",
    "rest_framework.negotiation",
    "rest_framework.metadata",
    "rest_framework.pagination",
    "rest_framework.parsers",
    "rest_framework.permissions",
    "rest_framework.renderers",
    "rest_framework.response",
    "rest_framework.routers",
    "rest_framework.serializers",
    "rest_framework.throttling",
    "rest_framework.versioning",
    "rest_framework.views",
    "rest_framework.viewsets",
    "sandbox.jail.examiner",
    "sandbox.jail.harness.candidate",
    "sandbox.jail.harness.examine",
    "sandbox.jail.harness.canary",
    "sandbox.jail.harness.tool",
    "sandbox.xray.recorder",
]


def up() -> "Database":
    """Django set up with the base settings; gives the database, which has the framework's tables."""
    sys.dont_write_bytecode = True
    # Without this it would look for /etc/mime.types, which a child may not read.
    mimetypes.init(files=[])
    settings.configure(**base_settings())
    django.setup()
    for name in _MODULES:
        importlib.import_module(name)
    _install_recorder()
    importlib.import_module("sandbox.jail.harness.waits").install()
    importlib.import_module("sandbox.jail.harness.eager").install()
    importlib.import_module("sandbox.jail.harness.sockets").use_layers_in_memory()
    database = _framework_tables()
    _run_once()
    return database


def _run_once() -> None:
    """Slow the first time only: soupsieve's patterns (120 ms), templates, middleware, an event loop."""
    bs4 = importlib.import_module("bs4")
    bs4.BeautifulSoup("<p class=a>x</p>", "html.parser").select("p.a, p[class=a] > b:first-child")
    requests = importlib.import_module("sandbox.jail.harness.requests")
    answering = requests.Answering(lambda name: None)
    question = {"path": "/", "headers": [], "body": "", "secure": False, "host": "testserver"}
    for method, csrf in (("GET", False), ("POST", True)):
        answering.answer({**question, "method": method, "csrf": csrf})
    _ask_an_api()
    forms = importlib.import_module("django.contrib.auth.forms")
    forms.AuthenticationForm().as_p()
    # Reads the 20,000 most common passwords, once.
    importlib.import_module("django.contrib.auth.password_validation").get_default_password_validators()
    asyncio.run(asyncio.sleep(0))
    # Django's own connections begin in the child.
    connections.close_all()


def _ask_an_api() -> None:
    """A REST endpoint, once: its serializer, its queries, its answers."""
    from django.contrib.auth.models import Group
    from django.test import RequestFactory
    from rest_framework import serializers, viewsets

    class GroupSerializer(serializers.ModelSerializer):
        class Meta:
            model = Group
            fields = ["id", "name"]

    class GroupViewSet(viewsets.ModelViewSet):
        queryset = Group.objects.order_by("id")
        serializer_class = GroupSerializer
        authentication_classes = []

    view = GroupViewSet.as_view({"get": "list", "post": "create"})
    for request in (RequestFactory().get("/"), RequestFactory().post("/", {}, "application/json")):
        view(request).render()


def _install_recorder() -> None:
    from sandbox.xray import hooks

    hooks.install()


def _framework_tables() -> "Database":
    from sandbox.jail.harness.database import Database, build_framework_tables

    database = Database()
    build_framework_tables()
    connections.close_all()
    return database
