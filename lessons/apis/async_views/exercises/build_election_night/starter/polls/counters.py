"""The counting of the five stations. It takes as long as it takes, and is not ours to change."""

import asyncio

votes = {"Harbour Office": 201, "Library": 147, "North Hall": 312, "Old School": 98, "Town Hall": 446}
seconds = {"Harbour Office": 0.3, "Library": 0.1, "North Hall": 0.05, "Old School": 0.2, "Town Hall": 0.4}
doubtful = set()  # names of stations that have to count again
under_way = []  # names of stations that somebody is waiting for


class Recount(Exception):
    """There is no result, and there will not be one tonight."""


async def count(name):
    """The station's votes. Raises Recount."""
    under_way.append(name)
    try:
        await asyncio.sleep(seconds[name])
    finally:
        under_way.remove(name)
    if name in doubtful:
        raise Recount(name)
    return votes[name]
