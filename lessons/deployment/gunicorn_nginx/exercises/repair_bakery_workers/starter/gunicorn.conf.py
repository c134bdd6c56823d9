import multiprocessing

wsgi_app = "bakery.wsgi:application"
bind = "0.0.0.0:8000"
workers = multiprocessing.cpu_count() * 2 + 1
preload_app = True

timeout = 0  # the report takes long
max_requests = 1000  # there is a leak

forwarded_allow_ips = "*"
accesslog = "/var/log/bakery/access.log"
errorlog = "/var/log/bakery/error.log"
access_log_format = '%(h)s %(t)s "%(r)s" %(s)s %(b)s'
loglevel = "info"

reload = True


def post_fork(server, worker):
    server.log.info("Worker %s has begun", worker.pid)
