"""Celery's workers of demos: a demo with `demo/celery.py`, whose `app` is a Celery application, gets one.

It is a process of its own (`python -m sandbox.demos worker <lesson>`) with pool processes that it forks, so
that a task can be stopped and a process killed. It starts when somebody first visits the lesson, and ends
with the site.
"""

import importlib
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from django.conf import settings

from sandbox.demos.conf import conf
from sandbox.demos.discovery import Demo
from sandbox.demos.worlds import demo_named

log = logging.getLogger(__name__)

CONCURRENCY = 3  # processes
END_WITHIN = 1.0  # seconds

_lock = threading.Lock()
_workers: dict[str, "Worker"] = {}


class Worker:
    """The worker of a demo, as the site sees it."""

    def __init__(self, demo: Demo) -> None:
        from sandbox.demos import tasks

        inbox, outbox = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        with outbox:
            self.process = subprocess.Popen(
                [sys.executable, "-u", "-m", "sandbox.demos", "worker", demo.slug, str(outbox.fileno())],
                env={
                    **os.environ,
                    "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
                    "DEMOS_WORKER_OF": str(conf.DEMOS_VAR_DIR),
                },
                cwd=settings.BASE_DIR,
                stdout=subprocess.DEVNULL,
                stdin=subprocess.PIPE,  # that it ends tells the worker that the site did
                pass_fds=[outbox.fileno()],
                start_new_session=True,
            )
        threading.Thread(target=tasks.hear, args=(inbox,), name=f"hear-{demo.slug}", daemon=True).start()

    def stop(self) -> None:
        """What was running is lost, or delivered again where its message was not acknowledged."""
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def has_worker(demo: Demo) -> bool:
    return (demo.folder / "demo" / "celery.py").is_file()


def install() -> None:
    """At the site's start; nothing of Celery is imported where no demo uses it."""
    if any(has_worker(demo) for demo in conf.DEMOS):
        from sandbox.demos import broker, tasks

        broker.install()
        tasks.install()


def wake(demo: Demo) -> None:
    """Somebody visits it: its worker is needed from now on. One that has ended is started again."""
    worker = _workers.get(demo.slug)
    if (worker is not None and worker.process.poll() is None) or not has_worker(demo):
        return
    with _lock:
        worker = _workers.get(demo.slug)
        if worker is not None and worker.process.poll() is None:
            return
        if worker is None:
            _make_folders()
        _workers[demo.slug] = Worker(demo)


def tidy() -> None:
    """Results that nobody asked for in an hour; Redis forgets them by itself."""
    for slug in list(_workers):
        _app(demo_named(slug)).backend.cleanup()


def stop_all() -> None:
    with _lock:
        for worker in _workers.values():
            worker.stop()
        _workers.clear()


def run(lesson: str, outbox: int) -> int:
    """In the worker's process: work until told to stop, or until the site is gone."""
    from celery.worker import state

    from sandbox.demos import tasks

    app = _app(demo_named(lesson))
    app.loader.import_default_modules()
    tasks.tell_by(socket.socket(fileno=outbox))
    embedded = not str(app.conf.broker_url).startswith("redis")
    controller = app.WorkController(
        pool_cls="prefork",
        concurrency=CONCURRENCY,
        hostname=f"{app.main}@demos",
        without_heartbeat=True,
        without_mingle=True,
        without_gossip=True,
        use_eventloop=False if embedded else None,
    )

    def terminate(*_: Any) -> None:
        state.should_terminate = 0
        threading.Thread(target=end_soon, name="end", daemon=True).start()

    def end_soon() -> None:
        time.sleep(END_WITHIN)
        os.killpg(0, signal.SIGKILL)

    def wait_for_the_end() -> None:
        while os.read(0, 1):  # not sys.stdin: a process that is forked would wait for its lock for ever
            pass
        os.killpg(0, signal.SIGKILL)  # with the pool's processes

    signal.signal(signal.SIGTERM, terminate)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the site, which then says so
    threading.Thread(target=wait_for_the_end, name="site", daemon=True).start()
    controller.start()
    return 0


def _app(demo: Demo) -> Any:
    return importlib.import_module(f"{demo.module}.celery").app


def _make_folders() -> None:
    """For the embedded broker, without messages of an earlier run: their worlds may be gone."""
    folder: Path = conf.CELERY_FOLDER
    for name in ("queue", "control"):
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in ("queue", "control", "results"):
        (folder / name).mkdir(parents=True, exist_ok=True)
