"""The project's side: boots the learner's files and answers what the supervisor passes on.

Anything in this process can be changed by the learner's code. Nothing here decides whether a check passed.
"""

import contextvars
import importlib
import linecache
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, login
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.core.cache import caches
from django.core.signals import got_request_exception
from django.http import HttpRequest
from django.urls import set_script_prefix, set_urlconf
from django.utils import timezone, translation

from sandbox.jail.harness import eager
from sandbox.jail.harness.boot import BootFailed, boot
from sandbox.jail.harness.capture import Capture
from sandbox.jail.harness.database import Database
from sandbox.jail.harness.errors import clip, describe
from sandbox.jail.harness.evaluate import Console, evaluate
from sandbox.jail.harness.files import Uploads
from sandbox.jail.harness.requests import Answering
from sandbox.jail.harness.sealed import seal
from sandbox.jail.harness.sockets import Sockets
from sandbox.jail.harness.stopwatch import Stopwatch
from sandbox.jail.lockdown.child import Lock
from sandbox.jail.wire import Channel, WireError
from sandbox.xray.recorder import Recorder, own_files_in


def serve(channel: Channel, job: dict[str, Any], *, lock: Lock, slot: Path, database: Database) -> None:
    """Boots, says `{"booted".

    True}` or `{"booted": false, "problem": …}`, and answers until `{"op": "bye"}`.
    """
    seal(channel, job["files"], lock=lock, slot=slot)
    capture = Capture(job["output_limit"])
    sys.stdout = sys.stderr = capture
    own = own_files_in(slot)
    stopwatch = Stopwatch(channel, capture, own)
    try:
        with stopwatch.watch(job.get("patience"), {"booted": False}, "problem"):
            boot(job, slot, database, own)
        eager.force_eager()
    except BootFailed as failed:
        channel.send({"booted": False, "problem": failed.problem, "output": clip(capture.take())})
        return
    channel.send({"booted": True, "output": clip(capture.take(), job["output_limit"])})
    LiveProject(capture, database, own).answer_until_bye(channel, stopwatch)


class LiveProject:
    """A project that has booted in this process."""

    def __init__(self, capture: Capture, database: Database, own: Callable[[str], str | None]) -> None:
        self._capture = capture
        self._database = database
        self._own = own
        self._answering = Answering(own)
        self._sockets = Sockets(own)
        self._console = Console(own)
        self._tasks = eager.TaskLog(own)
        self._uploads = Uploads()
        self._uploads.remember()
        self._context = contextvars.copy_context()
        got_request_exception.connect(self._on_exception, weak=False)

    def answer_until_bye(self, channel: Channel, stopwatch: Stopwatch) -> None:
        while True:
            message = channel.receive()
            reply = {}
            if message.get("renew"):
                self._capture.renew()
            if message["op"] != "bye":
                with stopwatch.watch(message.get("patience"), {"id": message["id"]}, "exception"):
                    reply = self.answer(message)
            answer = {"id": message["id"], "output": self._capture.take()}
            try:
                channel.send({**answer, **reply})
            except WireError as error:
                problem = {"type": "AnswerTooLarge", "message": str(error), "frames": []}
                channel.send({**answer, "exception": problem})
            if message["op"] == "bye":
                return

    def answer(self, message: dict[str, Any]) -> dict[str, Any]:
        """To one operation. What the learner's code raises is an answer too."""
        if message["op"] == "reset":
            return self._reset()
        operations = {
            "request": self._answering.answer,
            "login": self._login,
            "run": self._run,
            "mail": self._mail,
            "tasks": self._list_tasks,
            "socket": self._sockets.answer,
        }
        reply: dict[str, Any] = self._context.run(self._guarded, operations[message["op"]], message)
        return reply

    def _guarded(self, operation: Callable[[dict[str, Any]], dict[str, Any]], message: dict[str, Any]) -> Any:
        try:
            answer = operation(message)
            if message["op"] in ("request", "run"):
                self._sockets.settle()
            return answer
        except BaseException as error:  # noqa: BLE001 - whatever the learner's code raises is an answer
            return {"exception": describe(error, self._own)}

    def _on_exception(self, **_: Any) -> None:
        self._answering.note_exception(sys.exception())

    def _login(self, message: dict[str, Any]) -> dict[str, Any]:
        user = authenticate(**message["credentials"])
        if user is None or not user.is_active:
            return {"value": None}
        request = HttpRequest()
        engine = importlib.import_module(settings.SESSION_ENGINE)
        request.session = engine.SessionStore(message["cookies"].get(settings.SESSION_COOKIE_NAME))
        login(request, user)
        request.session.save()
        return {"value": [settings.SESSION_COOKIE_NAME, request.session.session_key]}

    def _run(self, message: dict[str, Any]) -> dict[str, Any]:
        if not message.get("record"):
            return {"value": evaluate(message["source"])}
        recorder = Recorder(own=self._own)
        reply: dict[str, Any] = {kind: recorder.lists[kind] for kind in ("queries", "mail", "tasks")}
        reply["dropped"] = recorder.dropped
        try:
            with recorder:
                reply["value"] = self._console.enter(message["source"])
        except BaseException as error:  # noqa: BLE001 - the statements before it are worth as much
            reply["exception"] = self._console.describe(error, message["source"])
        return reply

    def _mail(self, message: dict[str, Any]) -> dict[str, Any]:
        return {"value": [_message(sent) for sent in getattr(mail, "outbox", [])]}

    def _list_tasks(self, message: dict[str, Any]) -> dict[str, Any]:
        return {"value": self._tasks.entries()}

    def _reset(self) -> dict[str, Any]:
        """A check must not see what an earlier one left: in the database, files, caches, mail, sockets."""
        try:
            self._context.run(self._sockets.reset)
            self._context.run(self._database.restore)
            self._uploads.restore()
            self._tasks.forget()
            self._context = contextvars.copy_context()
            mail.outbox = []
            for cache in caches.all(initialized_only=True):
                cache.clear()
            ContentType.objects.clear_cache()
            translation.deactivate()
            timezone.deactivate()
            set_urlconf(None)
            set_script_prefix("/")
            linecache.checkcache()
        except BaseException as error:  # noqa: BLE001 - signals and managers are the learner's
            return {"exception": describe(error, self._own)}
        return {}


def _message(sent: Any) -> dict[str, Any]:
    alternatives = [[clip(str(body)), str(kind)] for body, kind in getattr(sent, "alternatives", [])]
    html = next((body for body, kind in alternatives if kind == "text/html"), None)
    return {
        "subject": clip(str(sent.subject)),
        "body": clip(str(sent.body)),
        "from_email": clip(str(sent.from_email)),
        "to": [clip(str(address)) for address in sent.to],
        "cc": [clip(str(address)) for address in sent.cc],
        "bcc": [clip(str(address)) for address in sent.bcc],
        "html": html,
        "headers": {clip(str(key)): clip(str(value)) for key, value in sent.extra_headers.items()},
        "attachments": [clip(str(getattr(part, "filename", None) or part[0])) for part in sent.attachments],
    }
