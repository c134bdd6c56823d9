"""Who asks, where proxies stand before the site: the address that the outermost of ours has seen.

Each proxy adds the address of whoever connected to it at the end of X-Forwarded-For; what stands before
that, the client wrote. So with n proxies of ours it is the nth from the right. uvicorn's own way takes the
first one where it trusts every proxy, and wants the proxies' addresses otherwise: a platform's are not known.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, Scope

HEADER = b"x-forwarded-for"


class BehindProxies:
    """ASGI middleware: gives `application` the client's address in place of the nearest proxy's.

    Limits of tries, networks that may read metrics, and what the account page says of a sign-in all go by
    REMOTE_ADDR, which Django has from there.
    """

    def __init__(self, application: ASGI3Application, proxies: int) -> None:
        self._application, self._proxies = application, proxies

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if scope["type"] in ("http", "websocket"):
            host, port = scope.get("client") or ("", 0)
            address = client_address(scope["headers"], self._proxies)
            if address:
                scope["client"] = (address, 0)
            elif host:
                scope["client"] = (_address(host) or host, port)
        await self._application(scope, receive, send)


def client_address(headers: Iterable[tuple[bytes, bytes]], proxies: int) -> str:
    """Return the address that the `proxies`-th entry from the right of X-Forwarded-For names.

    "" where there is none: the request came past a proxy, or from inside, and the connection's own address
    is the one to go by. Several such headers are one list.
    """
    told = b",".join(value for name, value in headers if name.lower() == HEADER).decode("latin-1")
    entries = [entry.strip() for entry in told.split(",")] if told else []
    if not 0 < proxies <= len(entries):
        return ""
    return _address(entries[-proxies])


def subscriber(address: str) -> str:
    """Return what one person has of this: an address of IPv4, a network of 64 bits of IPv6.

    A limit for each address of IPv6 is none, since nobody has fewer than 2^64. What is no address is
    returned as it stands. allauth goes by the same network of its own accord.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False).network_address)


def _address(entry: str) -> str:
    """Return the address of `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1` or `[2001:db8::1]:80`; else ""."""
    if entry.startswith("["):
        entry = entry[1:].partition("]")[0]
    elif entry.count(":") == 1:
        entry = entry.partition(":")[0]
    try:
        found = ipaddress.ip_address(entry)
    except ValueError:
        return ""
    # What a socket for both kinds calls an IPv4 address. As one of IPv6, all of those are of one network.
    return str(getattr(found, "ipv4_mapped", None) or found)
