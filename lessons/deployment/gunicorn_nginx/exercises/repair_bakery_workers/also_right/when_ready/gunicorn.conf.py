import os

wsgi_app = "bakery.wsgi:application"
bind = ["127.0.0.1:8000", "[::1]:8000"]
workers = os.environ.get("WEB_CONCURRENCY", 3)
preload_app = True
timeout = 60
graceful_timeout = 45
max_requests = 1000
max_requests_jitter = 50
forwarded_allow_ips = "127.0.0.1"
accesslog = "-"
errorlog = "-"
access_log_format = '%(h)s %(t)s "%(r)s" %(s)s %(b)s %({x-request-id}i)s'
reload = False


def when_ready(server):
    from django.db import connection

    connection.close()
