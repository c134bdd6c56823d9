from importlib import import_module

from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, URLResolver, include, path

from sandbox.demos import pages
from sandbox.demos.conf import conf
from sandbox.demos.discovery import Demo
from sandbox.demos.stage import urls as stage_urls


def _mounted(demo: Demo) -> URLResolver:
    module = import_module(f"{demo.module}.urls")
    if getattr(module, "app_name", None) != demo.slug:
        raise ImproperlyConfigured(f"{demo.track}/{demo.slug}/demo/urls.py: app_name has to be {demo.slug!r}")
    return path(demo.prefix.lstrip("/"), include(module))


urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.index, name="index"),
    path("livez", pages.livez, name="livez"),
    path("readyz", pages.readyz, name="readyz"),
    path("stage/<slug:track>/<slug:lesson>/", include(stage_urls)),
    *(_mounted(demo) for demo in conf.DEMOS),
]
