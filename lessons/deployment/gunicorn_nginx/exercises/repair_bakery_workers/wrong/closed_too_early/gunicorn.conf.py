import os

from django.db import connections

wsgi_app = "bakery.wsgi:application"
bind = "127.0.0.1:8000"
workers = int(os.environ.get("WEB_CONCURRENCY", "3"))
preload_app = True

timeout = 90  # the report takes 40 seconds
graceful_timeout = 60  # and is waited for at a reload
max_requests = 1000  # there is a leak
max_requests_jitter = 200

forwarded_allow_ips = "127.0.0.1"
accesslog = "-"
errorlog = "-"
access_log_format = '%(h)s %(t)s "%(r)s" %(s)s %(b)s %(M)sms %({x-request-id}i)s'
loglevel = "info"


connections.close_all()


def post_fork(server, worker):
    server.log.info("Worker %s has begun", worker.pid)
