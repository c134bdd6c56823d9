"""Links at the end of the mill's letters: "ada@example.com:" and 64 hexadecimal digits."""

import hashlib
import hmac

from django.conf import settings
from django.utils.crypto import constant_time_compare


class BadLink(ValueError):
    """Nobody of the mill has made this link."""


def digest(address, key):
    return hmac.new(key.encode(), address.encode(), hashlib.sha256).hexdigest()


def make(address):
    return f"{address}:{digest(address, [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS][-1])}"


def address_of(link):
    address, _, given = link.rpartition(":")
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if constant_time_compare(given, digest(address, key)):
            return address
    raise BadLink
