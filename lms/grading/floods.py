"""How often the pages may order work of the jail: a learner, and a network whoever its people say they are.

A limit of learners alone holds back nobody who comes as a new visitor each time.
"""

from __future__ import annotations

import ipaddress
import math
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from rest_framework.throttling import SimpleRateThrottle

from lms.grading.submit import TooManySubmissions
from lms.proxies import subscriber

MOST_BOOTS_A_MINUTE = 30


class _Limit(SimpleRateThrottle):
    """So many of a kind, for whom `who` names."""

    def __init__(self, kind: str, who: str, rate: str) -> None:
        self.rate = rate
        self._key = f"orders-{kind}-{who}"
        super().__init__()

    def get_cache_key(self, request: Any, view: Any) -> str:
        return self._key

    def takes(self, request: Any) -> bool:
        """Count one more, unless there were too many. It is no view of an API that asks."""
        view: Any = None
        return self.allow_request(request, view)


def refuse_a_flood_from_a_network(request: HttpRequest, kind: str) -> None:
    """Count an order of this kind, or raise TooManySubmissions where its network has had a minute's share.

    Who asks from the machine itself is not counted: there it is one person, or a proxy that tells of nobody.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if _is_this_machine(address):
        return
    limit = _Limit(kind, f"network-{subscriber(address)}", settings.ORDERS_OF_A_NETWORK)
    _refuse(request, limit, "Too much is run from your network at the moment.")


def refuse_a_flood_of_boots(request: HttpRequest, learner: int) -> None:
    """Count a boot of the learner's project, or raise TooManySubmissions."""
    limit = _Limit("boot", f"learner-{learner}", f"{MOST_BOOTS_A_MINUTE}/minute")
    _refuse(request, limit, f"You ran your project {MOST_BOOTS_A_MINUTE} times in a minute.")


def _refuse(request: HttpRequest, limit: _Limit, why: str) -> None:
    if limit.takes(request):
        return
    seconds = max(1, math.ceil(limit.wait() or 1))
    raise TooManySubmissions(f"{why} Try again in {seconds} seconds.", seconds)


def _is_this_machine(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
