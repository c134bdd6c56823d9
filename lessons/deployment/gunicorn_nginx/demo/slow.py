"""A few clients that take two seconds for what others do in two milliseconds, and the others meanwhile."""

import socket
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from .client import HOST, ask
from .houses import House

SECONDS = 2.0  # that a slow client takes
PIECES = 20
PIECE = b"x" * 1_000
PROBES = 12
PROBE_EVERY = 0.12  # seconds
GIVES_UP = 12.0

ROUTES = {
    "buffered": "nginx, as it is by default",
    "unbuffered": "nginx, both bufferings off",
    "direct": "no nginx: Gunicorn itself",
}
KINDS = {"sends": "sends an order of 20 kB", "reads": "reads a menu of 2 MB"}


def run(house: House, route: str, kind: str) -> dict[str, Any]:
    """As many slow clients as there are places in the workers; then others, who want one cup of tea each."""
    door = house.gunicorn if route == "direct" else house.nginx
    prefix = "/unbuffered" if route == "unbuffered" else ""
    began = time.perf_counter()
    spans: list[dict[str, Any]] = []
    samples: list[tuple[float, int]] = []
    is_over = threading.Event()
    client = {"sends": _send_slowly, "reads": _read_slowly}[kind]
    with ThreadPoolExecutor(house.choice.places + PROBES + 1) as pool:
        sampling = pool.submit(_sample, house, began, samples, is_over)
        slow_ones = [
            pool.submit(_timed, f"slow client {n + 1}", began, spans, client, door, prefix)
            for n in range(house.choice.places)
        ]
        time.sleep(0.25)  # let them get hold of what they can get hold of
        probes = []
        for n in range(PROBES):
            probes.append(pool.submit(_timed, f"cup {n + 1}", began, spans, _drink, door, prefix))
            time.sleep(PROBE_EVERY)
        for task in (*slow_ones, *probes):
            task.result()
        is_over.set()
        sampling.result()
    cups = [span for span in spans if span["name"].startswith("cup")]
    return {
        "route": route,
        "kind": kind,
        "places": house.choice.places,
        "held": _held(samples),
        "held_ms": _held_ms(samples, house.choice.places),
        "worst_ms": round(max(span["ended"] - span["began"] for span in cups)),
        "failed": sum(not span["ok"] for span in spans),
        "spans": sorted(spans, key=lambda span: (span["name"].startswith("cup"), span["began"])),
    }


def _timed(name: str, began: float, spans: list, client, door: Path, prefix: str) -> None:
    started = time.perf_counter()
    try:
        ok = client(door, prefix)
    except OSError:
        ok = False
    ended = time.perf_counter()
    spans.append(
        {
            "name": name,
            "began": round((started - began) * 1000, 1),
            "ended": round((ended - began) * 1000, 1),
            "ok": ok,
        }
    )


def _drink(door: Path, prefix: str) -> bool:
    return ask(door, f"{prefix}/", timeout=GIVES_UP).status == 200


# region: sends
def _send_slowly(door: Path, prefix: str) -> bool:
    """The head at once, the body piece by piece, as a phone in a train does."""
    size = PIECES * len(PIECE)
    head = f"POST {prefix}/order/ HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {size}\r\n\r\n"
    with _connected(door) as wire:
        wire.sendall(head.encode())
        for _ in range(PIECES):
            time.sleep(SECONDS / PIECES)
            wire.sendall(PIECE)
        return b" 200 " in wire.recv(4_096)


# endregion: sends


def _read_slowly(door: Path, prefix: str) -> bool:
    """Asks for two megabytes, and takes a piece of them now and then."""
    size = 0
    with _connected(door) as wire:
        wire.sendall(f"GET {prefix}/menu/ HTTP/1.0\r\nHost: {HOST}\r\n\r\n".encode())
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            time.sleep(SECONDS / PIECES)
            size += len(wire.recv(10_000))
        while part := wire.recv(1 << 20):
            size += len(part)
    return size > 2_000_000


def _connected(door: Path) -> socket.socket:
    wire = socket.socket(socket.AF_UNIX)
    wire.settimeout(GIVES_UP)
    try:
        wire.connect(str(door))
    except OSError:
        wire.close()
        raise
    return wire


def _sample(house: House, began: float, samples: list[tuple[float, int]], is_over: threading.Event) -> None:
    while not is_over.wait(0.02):
        samples.append(((time.perf_counter() - began) * 1000, house.busy()))


def _held(samples: list[tuple[float, int]]) -> int:
    """By the slow ones, that is most of the time: a cup is there for some milliseconds, and no median."""
    meanwhile = [busy for at, busy in samples if 200 <= at <= SECONDS * 700]
    return statistics.median_low(meanwhile) if meanwhile else 0


def _held_ms(samples: list[tuple[float, int]], places: int) -> int:
    """For how long no place was free."""
    pairs = zip(samples, samples[1:])
    return round(sum(after[0] - before[0] for before, after in pairs if before[1] >= places))
