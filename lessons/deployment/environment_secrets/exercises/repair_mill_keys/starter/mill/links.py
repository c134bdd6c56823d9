"""Links at the end of the mill's letters: "ada@example.com:" and 64 hexadecimal digits."""

import hashlib
import hmac

from django.conf import settings


class BadLink(ValueError):
    """Nobody of the mill has made this link."""


def digest(address):
    return hmac.new(settings.SECRET_KEY.encode(), address.encode(), hashlib.sha256).hexdigest()


def make(address):
    return f"{address}:{digest(address)}"


def address_of(link):
    address, _, given = link.rpartition(":")
    if given != digest(address):
        raise BadLink
    return address
