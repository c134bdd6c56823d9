"""Celery without a broker or a worker: tasks run eagerly, and every try is written down."""

from typing import Any

from celery import Celery, _state
from celery.app.defaults import DEFAULTS

from sandbox.jail.harness.errors import Own
from sandbox.xray import tasks

_MOST = 500


def install() -> None:
    """Once, in the zygote: from now on a Celery app is eager unless it is told otherwise.

    Its tasks are Django's, with `delay_on_commit`, as if DJANGO_SETTINGS_MODULE were set.
    """
    Celery.task_cls = "celery.contrib.django.task:DjangoTask"
    DEFAULTS["task_always_eager"] = True
    DEFAULTS["broker_url"] = "memory://"
    tasks.install()


def force_eager() -> None:
    """After a project was imported, whatever it configured: a Redis broker, a result backend."""
    default = [_state.default_app] if _state.default_app is not None else []
    for app in {*_state._get_active_apps(), *default}:
        app.conf.task_always_eager = True
        app.conf.broker_url = "memory://"
        app.conf.result_backend = "disabled://"


class TaskLog:
    """The tries of a check's tasks, in the order in which they began."""

    def __init__(self, own: Own) -> None:
        self._entries: list[dict[str, Any]] = []
        tasks.listen(own, self._note)

    def entries(self) -> list[dict[str, Any]]:
        return list(self._entries)

    def forget(self) -> None:
        self._entries = []

    def _note(self, entry: dict[str, Any]) -> None:
        if len(self._entries) < _MOST:
            self._entries.append(entry)
