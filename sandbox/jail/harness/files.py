"""What a web server in front of the project would serve: its static files, and what was uploaded."""

import copy
import mimetypes
from typing import Any
from urllib.parse import unquote, urlsplit

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.views import serve
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import InMemoryStorage, default_storage, storages
from django.core.handlers.exception import response_for_exception
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase


def file_response(request: HttpRequest) -> HttpResponseBase | None:
    """The file at this address, a 404 below STATIC_URL where there is none; None if it is the project's."""
    if request.method not in ("GET", "HEAD"):
        return None
    static, media = _below(settings.STATIC_URL, request), _below(settings.MEDIA_URL, request)
    if static and apps.is_installed("django.contrib.staticfiles"):
        try:
            return serve(request, static, insecure=True)
        except (Http404, SuspiciousFileOperation):
            return response_for_exception(request, Http404(f"there is no static file {static}"))
    return _uploaded(media) if media else None


class Uploads:
    """Files in the memory of the project's storages: put back before each check, as the database is."""

    def __init__(self) -> None:
        self._roots: dict[str, Any] = {}

    def remember(self) -> None:
        self._roots = {alias: copy.deepcopy(storage._root) for alias, storage in _in_memory().items()}

    def restore(self) -> None:
        for alias, storage in _in_memory().items():
            if alias in self._roots:
                storage._root = copy.deepcopy(self._roots[alias])
            elif storage.listdir("") != ([], []):
                storage._root = type(storage._root)()


def _in_memory() -> dict[str, Any]:
    made: dict[str, Any] = vars(storages)["_storages"]
    found = {alias: storages[alias] for alias in settings.STORAGES if alias in made}
    return {alias: storage for alias, storage in found.items() if isinstance(storage, InMemoryStorage)}


def _uploaded(name: str) -> HttpResponseBase | None:
    try:
        if not default_storage.exists(name):
            return None
        file = default_storage.open(name)
    except (SuspiciousFileOperation, OSError, ValueError):
        return None
    return FileResponse(file, content_type=mimetypes.guess_type(name)[0] or "application/octet-stream")


def _below(prefix: str | None, request: HttpRequest) -> str:
    path = urlsplit(prefix or "")
    if path.netloc or not path.path.strip("/"):
        return ""
    base = unquote(path.path)
    return request.path.removeprefix(base) if request.path.startswith(base) else ""
