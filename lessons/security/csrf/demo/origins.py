"""The bank's address and the attacker's: two hosts, so two sites."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest


def bank_origin() -> str:
    return settings.CSRF_BANK_ORIGIN


def attacker_origin() -> str:
    """Empty where this site has no second host: then there is nobody to be attacked by."""
    return settings.CSRF_ATTACKER_ORIGIN


def is_attackers(request: HttpRequest) -> bool:
    return bool(attacker_origin()) and request.get_host() == urlsplit(attacker_origin()).netloc


def crossing(request: HttpRequest) -> str:
    """A parameter that belongs into each address on the other origin.

    Every visitor of this course has a database of their own, found by a cookie. Which cookies cross over is
    what this demo is about, so the address says it instead. In a project with one database it is empty.
    """
    return request.META.get("DEMOS_TICKET", "")
