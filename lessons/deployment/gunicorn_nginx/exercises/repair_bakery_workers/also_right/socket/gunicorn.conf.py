import os

from django.db import connections

wsgi_app = "bakery.wsgi:application"
bind = ["unix:/run/bakery/gunicorn.sock"]
workers = int(os.getenv("WEB_CONCURRENCY") or 3)
worker_class = "gthread"
threads = 2
preload_app = True
timeout = 120
graceful_timeout = 90
max_requests, max_requests_jitter = 1_000, 100
accesslog = errorlog = "-"
access_log_format = "%(t)s %({x-request-id}i)s %(r)s %(s)s %(D)s"


def post_worker_init(worker):
    for connection in connections.all(initialized_only=True):
        connection.close()
