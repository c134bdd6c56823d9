"""Whether this installation can grade."""

import contextlib
import hashlib

import structlog
from django.conf import settings

from sandbox.jail import Jail, JailUnavailable

GraderUnavailable = JailUnavailable


def jail() -> Jail:
    """Return the jail of this installation, or raise GraderUnavailable where none is configured."""
    if not settings.JAIL_SOCKET:
        raise GraderUnavailable("no jail is configured: JAIL_SOCKET is empty.")
    return Jail(settings.JAIL_SOCKET, request=_request())


def _request() -> bytes:
    """The request at work, as the jail's log names it: its id where that is 32 hex digits, as nginx's are.

    Of another id it is the MD5: nothing that anybody has written comes to stand in that log.
    """
    name = str(structlog.contextvars.get_contextvars().get("request_id", ""))
    with contextlib.suppress(ValueError):
        if len(name) in (0, 32):
            return bytes.fromhex(name)
    return hashlib.md5(name.encode(), usedforsecurity=False).digest()


def check_grader() -> None:
    """Raise GraderUnavailable, with the reason, unless the jail answers and refuses its canary attacks."""
    jail().check()
