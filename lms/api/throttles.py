"""How often the API may be asked: by account, and by network where nobody has signed in."""

from __future__ import annotations

from typing import Any

from rest_framework import throttling

from lms.proxies import subscriber


class _BySubscriber:
    def get_ident(self, request: Any) -> str:
        """Return who asks, as REMOTE_ADDR has it (lms/proxies.py)."""
        return subscriber(request.META.get("REMOTE_ADDR", ""))


class AnonThrottle(_BySubscriber, throttling.AnonRateThrottle):
    """The scope `anon`."""


class UserThrottle(_BySubscriber, throttling.UserRateThrottle):
    """The scope `user`."""


class SubmitThrottle(UserThrottle):
    """Handing in, besides what holds for every request."""

    scope = "submit"
