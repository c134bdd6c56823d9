import hashlib
import hmac

from django.conf import settings


class BadLink(ValueError):
    """Nobody of the mill has made this link."""


def make(address, key=None):
    key = settings.SECRET_KEY if key is None else key
    return address + ":" + hmac.new(key.encode(), address.encode(), hashlib.sha256).hexdigest()


def address_of(link):
    address = link.rpartition(":")[0]
    keys = [settings.SECRET_KEY] + list(settings.SECRET_KEY_FALLBACKS)
    if not any(hmac.compare_digest(make(address, key).encode(), link.encode()) for key in keys):
        raise BadLink
    return address
