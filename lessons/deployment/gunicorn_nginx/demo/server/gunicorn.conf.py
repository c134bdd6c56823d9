"""What Gunicorn is told. It is Python, run by the master at the start and again at each HUP."""

import os
import threading
from pathlib import Path

# region: settings
bind = "unix:gunicorn.sock"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = os.environ.get("WORKER_CLASS", "sync")
threads = int(os.environ.get("THREADS", "1"))
timeout = int(os.environ.get("TIMEOUT", "30"))  # seconds without a heartbeat
graceful_timeout = 8  # seconds that a worker has for its last request
max_requests = int(os.environ.get("MAX_REQUESTS", "0"))
max_requests_jitter = max_requests // 4  # or all would be renewed at once
# Heartbeats are file times.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
# endregion: settings

# region: logs
accesslog = "access.log"
errorlog = "error.log"
access_log_format = '%(t)s pid=%(p)s "%(r)s" %(s)s %(B)sB %(M)sms id=%({x-request-id}i)s'
# endregion: logs

pidfile = "gunicorn.pid"
control_socket = "gunicorn.ctl"

# region: hooks
BUSY = Path("busy")


def pre_request(worker, req):
    """The head of a request is read; from now on a worker, or a thread of it, is its."""
    _mark(worker).touch()


def post_request(worker, req, environ, resp):
    _mark(worker).unlink(missing_ok=True)


def _mark(worker):
    return BUSY / f"{worker.pid}-{threading.get_ident()}"


# endregion: hooks


def child_exit(server, worker):
    """Called by the master: a worker that was killed could not take its marks along."""
    for mark in BUSY.glob(f"{worker.pid}-*"):
        mark.unlink(missing_ok=True)
