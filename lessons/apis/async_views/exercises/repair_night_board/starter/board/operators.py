"""The operators' systems, each a little slow. They are not ours to change."""

import asyncio
import time

PATIENCE = 0.5  # seconds after which an operator counts as missing
ANSWERS_AFTER = 0.12
SILENCE = 3.0

down = set()  # codes of those that answer with an error
silent = set()  # and of those that take much too long
timetable = {
    "air": [("23:15", "Airport"), ("00:15", "Airport")],
    "city": [("23:02", "Old Town")],
    "coach": [("23:40", "Bergen")],
    "ferry": [("23:30", "Island")],
    "night": [("00:05", "Hospital"), ("23:05", "University")],
    "tram": [("23:05", "Harbour")],
}


class OperatorDown(Exception):
    """It says that it cannot say anything."""


async def departures(code):
    if code not in down:  # an error comes at once
        await asyncio.sleep(SILENCE if code in silent else ANSWERS_AFTER)
    return _looked_up(code)


def library_departures(code):
    """For the ferry. It blocks until it knows."""
    if code not in down:
        time.sleep(ANSWERS_AFTER)
    return _looked_up(code)


def _looked_up(code):
    if code in down:
        raise OperatorDown(code)
    return [{"at": at, "to": to} for at, to in timetable[code]]
