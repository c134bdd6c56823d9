"""WebSockets for programs: the handshake brings a JWT or a script's key, and needs no cookie for it.

A program sends `Authorization: Bearer <JWT>` or `Authorization: Token <key>`. A script in a browser cannot
set headers of a handshake: it offers the subprotocols `django-mastery.v1` and `bearer.<JWT>` or
`token.<key>`, and the first one is chosen. Addresses are logged by every proxy, so a token in a query is
not looked at.

What brings a token is not asked for its Origin: no browser adds a token by itself, as it does with cookies.
"""

from __future__ import annotations

from typing import Any

from channels.db import database_sync_to_async
from django.http import HttpRequest
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from lms.api.authentication import JWTTokenAuthentication, KeyAuthentication
from lms.grading.consumers import chosen_subprotocol

NOT_SIGNED_IN = 4401  # the code of the close, after HTTP's 401
_SCHEMES = ("bearer", "token")
_WAYS = (JWTTokenAuthentication, KeyAuthentication)


class ByToken:
    """ASGI application: handshakes with a token go to `sockets`, all others to `otherwise`."""

    def __init__(self, sockets: Any, *, otherwise: Any) -> None:
        self.sockets = sockets
        self.otherwise = otherwise

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        authorization = authorization_of(scope)
        if authorization is None:
            await self.otherwise(scope, receive, send)
            return
        user = await database_sync_to_async(user_of)(authorization)
        if user is None:
            await _refuse(scope, receive, send)
            return
        await self.sockets({**scope, "user": user, "session": {}}, receive, send)


def authorization_of(scope: dict[str, Any]) -> bytes | None:
    """Return what the handshake says of who it is, as an Authorization header has it; None if nothing."""
    for name, value in scope.get("headers", ()):
        if name == b"authorization":
            return bytes(value)
    for offered in scope.get("subprotocols", ()):
        scheme, dot, token = offered.partition(".")
        if dot and scheme.lower() in _SCHEMES:
            return f"{scheme} {token}".encode()
    return None


def user_of(authorization: bytes) -> Any | None:
    """Return whose token it is, by the same ways as the rest of the API; None for one that is not good."""
    asking = HttpRequest()
    asking.META["HTTP_AUTHORIZATION"] = authorization
    request = Request(asking)
    for way in _WAYS:
        try:
            found = way().authenticate(request)
        except AuthenticationFailed:
            return None
        if found is not None:
            return found[0]
    return None


async def _refuse(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Accept, and close with a code: of a handshake that is refused a browser's script learns nothing."""
    await receive()
    await send({"type": "websocket.accept", "subprotocol": chosen_subprotocol(scope)})
    await send(
        {"type": "websocket.close", "code": NOT_SIGNED_IN, "reason": "The token is not good (any more)."}
    )
