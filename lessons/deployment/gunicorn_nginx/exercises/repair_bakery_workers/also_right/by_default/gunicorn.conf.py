import os

from django.db import connection

wsgi_app = "bakery.wsgi:application"
bind = "localhost:8000"
preload_app = True
if "WEB_CONCURRENCY" not in os.environ:
    workers = 3
timeout = 60
graceful_timeout = 45
max_requests = 1000
max_requests_jitter = 500
accesslog = "-"
errorlog = "-"
access_log_format = '%(h)s "%(m)s %(U)s" id=%({x-request-id}i)s "%(r)s" %(s)s'


def pre_fork(server, worker):
    connection.close()
