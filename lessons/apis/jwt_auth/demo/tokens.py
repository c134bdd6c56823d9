"""Simple JWT's own tokens; only the clock that they read is the visitor's."""

from datetime import datetime
from typing import Any

import jwt
from rest_framework_simplejwt import tokens
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError, TokenBackendExpiredToken

from . import clock
from .keys import PRIVATE_KEY, PUBLIC_KEY


class ClockedBackend(TokenBackend):
    """PyJWT checks the signature. The time is ours: it would ask the machine's clock."""

    def decode(self, token: bytes, verify: bool = True) -> dict[str, Any]:
        ours = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
        try:
            payload = jwt.decode(
                token,
                self.get_verifying_key(token),
                algorithms=[self.algorithm],  # never what the token's header asks for
                options={"verify_signature": verify, **ours},
            )
        except jwt.InvalidTokenError as error:
            raise TokenBackendError("Token is invalid") from error
        if verify and payload.get("exp", 0) <= clock.now().timestamp():
            raise TokenBackendExpiredToken("Token is expired")
        return payload


class Clocked:
    """A token whose "now" is the lockers' clock. Simple JWT sets `current_time`, once, as it begins."""

    _token_backend = ClockedBackend("ES256", PRIVATE_KEY, PUBLIC_KEY)

    @property
    def current_time(self) -> datetime:
        return self._current_time

    @current_time.setter
    def current_time(self, machines: datetime) -> None:
        self._current_time = machines + clock.fast_by()


class AccessToken(Clocked, tokens.AccessToken):
    """Five minutes. Nobody remembers that it was given out."""


class RefreshToken(Clocked, tokens.RefreshToken):
    """A day. Each is a row of OutstandingToken, and can be put on the blacklist."""

    access_token_class = AccessToken
