import os

from django.db import connections

wsgi_app = "bakery.wsgi:application"
bind = "127.0.0.1:8000"
workers = int(os.getenv("WEB_CONCURRENCY") or 3)
preload_app = True

timeout = 120
graceful_timeout = 120
max_requests = 1000
max_requests_jitter = 100

forwarded_allow_ips = "127.0.0.1,::1"
accesslog = "/dev/stdout"
errorlog = "/dev/stderr"
access_log_format = '%(h)s %(t)s "%(r)s" %(s)s %(b)s %({X-Request-ID}i)s'
loglevel = "info"


def post_fork(server, worker):
    connections.close_all()
    server.log.info("Worker %s has begun", worker.pid)
