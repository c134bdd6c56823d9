"""The same question to a buoy, asked in the two ways there are: with a thread that waits, and without."""

import asyncio
import json
from http.client import HTTPConnection
from urllib.parse import quote

from .models import Buoy
from .upstream import address

PATIENCE = 3.0  # seconds for one answer


class BuoyDown(Exception):
    """It answered with an error, or not at all."""


# region: sync
def ask(buoy: Buoy, fault: str = "") -> int:
    """The wind in knots. Whoever calls this waits here, and so does their thread."""
    connection = HTTPConnection(*address(), timeout=PATIENCE)
    try:
        connection.request("GET", _target(buoy, fault))
        response = connection.getresponse()
        return _wind(buoy, response.status, response.read())
    except TimeoutError as error:
        raise BuoyDown(f"{buoy} is silent") from error
    finally:
        connection.close()


# endregion: sync


# region: async
async def aask(buoy: Buoy, fault: str = "") -> int:
    """The wind in knots. Each `await` gives the thread back to the loop until there is something to read."""
    try:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection(*address())
            try:
                writer.write(f"GET {_target(buoy, fault)} HTTP/1.1\r\nHost: buoys\r\n\r\n".encode())
                head, _, body = (await reader.read()).partition(b"\r\n\r\n")
            finally:
                writer.close()  # also when cancelled: the buoy sees its caller hang up
    except TimeoutError as error:
        raise BuoyDown(f"{buoy} is silent") from error
    return _wind(buoy, int(head.split()[1]), body)


# endregion: async


def _target(buoy: Buoy, fault: str) -> str:
    return f"/{quote(buoy.name)}?ms={buoy.delay_ms}&fault={fault}"


def _wind(buoy: Buoy, status: int, body: bytes) -> int:
    if status != 200:
        raise BuoyDown(f"{buoy} answered {status}")
    return json.loads(body)["wind"]
