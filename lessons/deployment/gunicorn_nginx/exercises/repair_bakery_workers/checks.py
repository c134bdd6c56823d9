from sandbox.jail.examiner import ExerciseTestCase

# Executes the file as Gunicorn does, on a machine with 64 cores, and reads the values as it does: the names
# that it knows, with the defaults of Gunicorn 27.
LOAD = """
import multiprocessing, os, runpy
from pathlib import Path
from types import SimpleNamespace
import urls

def whole(value):
    number = int(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else -1
    if number < 0:
        raise ValueError(f"{value!r} is no whole number from 0 on")
    return number

def words(value):
    found = value.split(",") if isinstance(value, str) else value
    return [str(word).strip() for word in found]

def flag(value):
    return value.strip().lower() == "true" if isinstance(value, str) else bool(value)

def hook(*_):
    pass

def load(environment):
    before = dict(os.environ), os.cpu_count, multiprocessing.cpu_count
    os.environ.pop("WEB_CONCURRENCY", None)
    os.environ.update(environment)
    os.cpu_count = multiprocessing.cpu_count = lambda: 64
    try:
        known = {
            "bind": (words, "127.0.0.1:8000"), "workers": (whole, os.environ.get("WEB_CONCURRENCY", "1")),
            "timeout": (whole, 30), "graceful_timeout": (whole, 30), "max_requests": (whole, 0),
            "max_requests_jitter": (whole, 0), "preload_app": (flag, False), "reload": (flag, False),
            "forwarded_allow_ips": (words, "127.0.0.1,::1"), "accesslog": (lambda value: value, None),
            "errorlog": (lambda value: value, "-"), "access_log_format": (str, '%(h)s "%(r)s" %(s)s'),
        }
        hooks = ("on_starting", "when_ready", "pre_fork", "post_fork", "post_worker_init")
        found = runpy.run_path(str(Path(urls.__file__).parent / "gunicorn.conf.py"))
        values = {name: read(found.get(name, default)) for name, (read, default) in known.items()}
        return SimpleNamespace(**values, **{name: found.get(name, hook) for name in hooks})
    finally:
        os.environ.clear()
        os.environ.update(before[0])
        os.cpu_count, multiprocessing.cpu_count = before[1:]
"""

ASK = LOAD + "{name: value for name, value in vars(load(ENVIRONMENT)).items() if not callable(value)}"

# A fork as it is for the hooks: before it in the master, after it in the worker. With preload_app the app is
# loaded before on_starting, once; after it the master opens no connection.
FORK = (
    LOAD
    + """
import logging
from django.db import connection, connections

def fork():
    config = load({})
    server = SimpleNamespace(log=logging.getLogger("bakery"), cfg=config, pid=1, num_workers=3, WORKERS={})
    worker = SimpleNamespace(log=server.log, cfg=config, pid=2, age=1, nr=0, wsgi=None)
    connection.ensure_connection()
    closed = []
    own, close = connections["default"], connections["default"].close
    own.close = lambda *args, **options: closed.append(True)
    try:
        config.on_starting(server)
        config.when_ready(server)
        config.pre_fork(server, worker)
        config.post_fork(server, worker)
        config.post_worker_init(worker)
    finally:
        own.close = close
    return len(closed)

fork()
"""
)

LINE = (
    LOAD
    + """
class Atoms(dict):
    def __missing__(self, key):  # as Gunicorn: a header's name in any case
        return self.get(key.lower(), "-") if key.startswith("{") else "-"

load({}).access_log_format % Atoms({"{x-request-id}i": "tea-7f3a", "r": "GET /orders/ HTTP/1.0", "s": "204"})
"""
)

LOOPBACK = ("127.", "localhost", "[::1]", "unix:")


class Checks(ExerciseTestCase):
    def settings(self, **environment):
        return self.project.run(ASK.replace("ENVIRONMENT", repr(environment)))

    def test_bind(self):
        """Nobody from outside reaches Gunicorn."""
        for address in self.settings()["bind"]:
            self.expect_true(
                address.startswith(LOOPBACK),
                expected="127.0.0.1, or a Unix socket",
                what=f"bind is {address}",
                concept="0.0.0.0 is every network that the machine has; nginx is on the same machine",
            )

    def test_workers(self):
        """The environment says how many workers there are, and three are enough without it."""
        for environment, count in (({"WEB_CONCURRENCY": "5"}, 5), ({}, 3), ({"WEB_CONCURRENCY": "1"}, 1)):
            self.expect(
                self.settings(**environment)["workers"],
                count,
                what=f"workers on 64 cores, with {environment or 'no WEB_CONCURRENCY'}",
                concept="cpu_count() counts the machine's cores, and knows nothing of a container's memory",
            )

    def test_timeout(self):
        """A worker that hangs is ended, and the report gets through."""
        timeout = self.settings()["timeout"]
        self.expect_true(
            40 < timeout <= 120,
            expected="more than 40 seconds, and 120 at most",
            what=f"timeout is {timeout}",
            concept="0 switches it off. A sync worker gives no sign of life during a request",
        )

    def test_graceful(self):
        """A reload waits for the report."""
        graceful = self.settings()["graceful_timeout"]
        self.expect_true(
            40 < graceful <= 120,
            expected="more than 40 seconds, and 120 at most",
            what=f"graceful_timeout is {graceful}",
            concept="At a reload it is graceful_timeout that counts, and it is 30 by default",
        )

    def test_renewal(self):
        """Workers are renewed, and not all of them at once."""
        found = self.settings()
        self.expect_true(
            500 <= found["max_requests"] <= 2_000,
            expected="some 1000 requests, as it was",
            what=f"max_requests is {found['max_requests']}",
            concept="Without it the leak fills the container",
        )
        self.expect_true(
            found["max_requests"] * 0.05 <= found["max_requests_jitter"] <= found["max_requests"] * 2,
            expected="5 % of max_requests at least",
            what=f"max_requests_jitter is {found['max_requests_jitter']}",
            concept="Each worker gets as many requests more as chance says, up to the jitter",
        )

    def test_connection(self):
        """No worker goes on with the master's connection."""
        self.expect_true(
            self.project.run(FORK) > 0,
            expected="the connection is closed at the fork",
            what="After all hooks up to post_worker_init the connection of the app is still open",
            concept="A fork copies the socket. connections.close_all() on one side of it",
        )
        self.expect(self.settings()["preload_app"], True, what="preload_app", concept="It saves 300 MB")

    def test_trust(self):
        """Only nginx may say that a request came by HTTPS."""
        found = self.settings()
        if all(address.startswith("unix:") for address in found["bind"]):
            return  # a socket's peer has no address, and file permissions say who it is
        for address in found["forwarded_allow_ips"]:
            self.expect_true(
                address.startswith(("127.", "::1")),
                expected="127.0.0.1",
                what=f"forwarded_allow_ips has {address}",
                concept="secure_scheme_headers are believed of these addresses; * is everybody",
            )

    def test_logs(self):
        """Both logs go to the standard outputs, and a request is found by its id."""
        found = self.settings()
        for name in ("accesslog", "errorlog"):
            self.expect_true(
                found[name] in ("-", "/dev/stdout", "/dev/stderr"),
                expected="-, which is standard output for accesslog and standard error for errorlog",
                what=f"{name} is {found[name]}",
                concept="Without accesslog there is no access log; a file ends with the container",
            )
        line = self.project.run(LINE)
        for word in ("tea-7f3a", "GET /orders/", "204"):
            self.expect_in(word, line, what="A line of the access log", concept="%({x-request-id}i)s")

    def test_no_reloader(self):
        """Nobody watches the files."""
        self.expect(self.settings()["reload"], False, what="reload", concept="Deploy by HUP")
