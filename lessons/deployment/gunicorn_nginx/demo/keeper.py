"""Run as a script of its own: starts Gunicorn and nginx in a folder, and ends them. Fixed commands only.

`python -I keeper.py <order>`, with the order as JSON. It does what its standard input says, a line each
("stop gunicorn", "start gunicorn", "reload"). When that ends, whoever has started it is gone, were it by
kill -9: then it ends everything and removes the folder. It does so as well when its time is over.
"""

import json
import os
import resource
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

MB = 1024**2
LIMITS = {
    "RLIMIT_AS": 1024 * MB,  # of each process, as the others
    "RLIMIT_CPU": 90,  # seconds
    "RLIMIT_FSIZE": 16 * MB,
    "RLIMIT_NOFILE": 256,
    "RLIMIT_CORE": 0,
}
PATIENCE = 3.0  # seconds for a server to end by itself


def main(order: dict) -> None:
    folder = Path(order["folder"])
    os.chdir(folder)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name, most in LIMITS.items():
        _limit(getattr(resource, name), most)
    servers = {
        "gunicorn": subprocess.Popen(order["gunicorn"], env=order["environment"], stdin=subprocess.DEVNULL)
    }
    if order["nginx"]:
        servers["nginx"] = subprocess.Popen(order["nginx"], env={}, stdin=subprocess.DEVNULL)
    has_died = False
    try:
        has_died = _obey(servers, order, time.monotonic() + order["seconds"])
    finally:
        _end(servers.values())
        if not has_died:  # or nobody could read why
            shutil.rmtree(folder, ignore_errors=True)
        os.killpg(0, signal.SIGKILL)  # what is left of the workers, and this


def _obey(servers: dict, order: dict, deadline: float) -> bool:
    """Until the time is over, or standard input, or a server without being told so: then True."""
    is_stopped = False
    while (left := deadline - time.monotonic()) > 0:
        if not select.select([0], [], [], min(left, 0.2))[0]:
            wanted = [server for name, server in servers.items() if name != "gunicorn" or not is_stopped]
            if any(server.poll() is not None for server in wanted):
                return True
            continue
        line = os.read(0, 200)
        if not line:
            return False
        for word in line.decode().split("\n"):
            if word == "stop gunicorn":
                is_stopped = True
                _end([servers["gunicorn"]])
            elif word == "start gunicorn" and is_stopped:
                is_stopped = False
                servers["gunicorn"] = subprocess.Popen(
                    order["gunicorn"], env=order["environment"], stdin=subprocess.DEVNULL
                )
            elif word == "reload" and not is_stopped:
                servers["gunicorn"].send_signal(signal.SIGHUP)
    return False


def _limit(which: int, most: int) -> None:
    allowed = resource.getrlimit(which)[1]
    most = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
    try:
        resource.setrlimit(which, (most, most))
    except (OSError, ValueError):
        pass  # macOS has no limit on address space


def _end(servers) -> None:
    for server in servers:
        if server.poll() is None:
            server.terminate()
    until = time.monotonic() + PATIENCE
    for server in servers:
        try:
            server.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
