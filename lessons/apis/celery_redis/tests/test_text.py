"""What the text says of Celery, looked up in the Celery that is installed."""

from pathlib import Path

import pytest
from celery import Celery
from celery.app.task import Task
from celery.contrib.django.task import DjangoTask
from celery.exceptions import MaxRetriesExceededError
from celery.utils.time import get_exponential_backoff_interval
from django.conf import settings
from kombu.transport.redis import Channel

from lessons.apis.celery_redis.demo import tasks

TEXT = (Path(__file__).parents[1] / "lesson.md").read_text()


def test_the_defaults_that_the_text_names():
    plain = Celery("plain", set_as_current=False).conf
    assert plain.task_acks_late is False
    assert plain.task_reject_on_worker_lost is None
    assert plain.accept_content == ("json",)
    assert plain.result_expires.days == 1
    assert Channel.visibility_timeout == 3600
    assert Task.max_retries == 3


def test_the_limits_that_the_text_names():
    limits = (settings.CELERY_TASK_TIME_LIMIT, settings.CELERY_TASK_SOFT_TIME_LIMIT)
    assert "Here they are {} and {} seconds".format(*limits) in TEXT


def test_the_waits_and_their_jitter():
    waits = [get_exponential_backoff_interval(factor=1, retries=n, maximum=8) for n in range(4)]
    assert waits == [1, 2, 4, 8]
    assert f"Waits of {waits[0]}, {waits[1]}, {waits[2]} and {waits[3]} seconds" in TEXT
    jittered = {
        get_exponential_backoff_interval(factor=1, retries=3, maximum=8, full_jitter=True) for _ in range(200)
    }
    assert jittered <= set(range(9))
    assert len(jittered) > 1


def test_autoretry_has_jitter_unless_it_is_turned_off():
    app = Celery("plain", broker="memory://", set_as_current=False)
    seen = []

    def waits(**options) -> list[int]:
        @app.task(
            name=f"task{len(app.tasks)}", bind=True, autoretry_for=(OSError,), retry_backoff=8, **options
        )
        def task(self):
            raise OSError

        task.retry = lambda exc, countdown, **_: seen.append(countdown) or MaxRetriesExceededError()
        seen.clear()
        for _ in range(30):
            with pytest.raises(MaxRetriesExceededError):
                task.run()
        return seen

    assert len(set(waits())) > 1
    assert set(waits(retry_jitter=False)) == {8}


def test_delay_on_commit_knows_no_result():
    assert DjangoTask.delay_on_commit.__annotations__["return"] is None


def test_how_each_print_is_acknowledged():
    how = [
        (task.acks_late, bool(task.reject_on_worker_lost))
        for task in (tasks.print_early, tasks.print_late, tasks.print_again)
    ]
    assert how == [(False, False), (True, False), (True, True)]


def test_a_task_may_not_wait_for_another(monkeypatch):
    monkeypatch.setattr("celery.result.task_join_will_block", lambda: True)
    app = Celery("plain", broker="memory://", backend="cache+memory://", set_as_current=False)
    with pytest.raises(RuntimeError, match="within a task"):
        app.AsyncResult("1").get()


def test_a_backend_in_files_asks_again_and_again():
    assert "celery.chord_unlock" in tasks.app.tasks
