"""The buoys: an HTTP server on 127.0.0.1 that takes its time.

It has a loop and a thread of its own, so that to the views it is what another machine would be: it answers
when it likes, whatever they are doing meanwhile. `GET /Skerry?ms=180` is answered after 180 ms;
`&fault=down` makes the answer a 503, and with `&fault=silent` there is none.
"""

import asyncio
import json
import random
import threading
from functools import cache
from urllib.parse import parse_qs, unquote, urlsplit

MOST_MS = 3_000
SILENCE = 20.0  # seconds until a silent buoy hangs up, if nobody has done so before
REQUEST_BYTES = 4_096
WORDS = {200: "OK", 400: "Bad Request", 503: "Service Unavailable"}


@cache
def address() -> tuple[str, int]:
    """Host and port. The first who asks starts the server."""
    started = threading.Event()
    found: list[tuple[str, int]] = []

    async def serve() -> None:
        server = await asyncio.start_server(_answer, "127.0.0.1", 0, limit=REQUEST_BYTES)
        found.append(server.sockets[0].getsockname()[:2])
        started.set()
        await asyncio.Event().wait()

    threading.Thread(target=asyncio.run, args=(serve(),), name="buoys", daemon=True).start()
    if not started.wait(10):
        raise OSError("The buoys could not be put out.")
    return found[0]


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        async with asyncio.timeout(SILENCE):
            head = await reader.readuntil(b"\r\n\r\n")
            name, ms, fault = _understood(head)
            if fault == "silent":
                await reader.read()  # until the other side hangs up
                return
            await asyncio.sleep(ms / 1000)
            status = 503 if fault == "down" else 200
            writer.write(_response(status, {"buoy": name, "wind": random.randint(4, 28)}))
            await writer.drain()
    except (OSError, ValueError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        pass  # whoever asked has left, or did not speak HTTP
    finally:
        writer.close()


def _understood(head: bytes) -> tuple[str, int, str]:
    target = urlsplit(head.split(b" ", 2)[1].decode("ascii"))
    asked = parse_qs(target.query)
    ms = min(int(asked.get("ms", ["0"])[0]), MOST_MS)
    return unquote(target.path.strip("/")), ms, asked.get("fault", [""])[0]


def _response(status: int, content: dict) -> bytes:
    body = json.dumps(content).encode()
    head = (
        f"HTTP/1.1 {status} {WORDS[status]}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body
