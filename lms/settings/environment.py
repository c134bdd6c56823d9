"""Settings from the environment. A secret may stand in a file instead: `SECRET_KEY_FILE=/run/secrets/key`."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from environ.fileaware_mapping import FileAwareMapping

_NAMED = ("SECRET_KEY", "RECEIPT_KEY", "BADGE_KEY", "EMAIL_HOST_PASSWORD", "METRICS_TOKEN", "SENTRY_DSN")


class Files(FileAwareMapping):
    """The environment, where `NAME_FILE` names the file that has the value of `NAME`.

    The newline that an editor puts at a file's end is no part of a secret. Raises ImproperlyConfigured for
    a file that cannot be read, and where both names are set: one of them is not what somebody thinks.
    """

    def __getitem__(self, key: str) -> str:
        file = self.env.get(f"{key}_FILE")
        if not file:
            return str(self.env[key])
        if self.env.get(key):
            raise ImproperlyConfigured(f"Both {key} and {key}_FILE are set: keep one of them.")
        try:
            return str(super().__getitem__(key)).strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ImproperlyConfigured(f"{key}_FILE names a file that cannot be read: {error}") from error


POOL_LEAST = 12  # connections

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Env(environ.Env):
    ENVIRON = Files(os.environ)

    def networks(self, name: str) -> list[Network]:
        """Return a list such as `10.0.0.0/8,fd00::/8`. Raises ImproperlyConfigured for what is no network."""
        found = []
        for text in self.list(name, default=[]):
            try:
                found.append(ipaddress.ip_network(text.strip()))
            except ValueError as error:
                raise ImproperlyConfigured(
                    f"{name} has {text!r}, which is no network: {_why(text)}"
                ) from error
        return found

    def pool(self, name: str) -> dict[str, Any]:
        """Return psycopg's options for as many connections as this names; none where it is 0 or not set.

        Raises ImproperlyConfigured for fewer than POOL_LEAST.
        """
        size = int(self.str(name, default="") or 0)
        if 0 < size < POOL_LEAST:
            raise ImproperlyConfigured(
                f"{name} is {size}. A web process keeps six connections for lessons, and needs some more for "
                f"all else: {POOL_LEAST} at least, or 0."
            )
        if not size:
            return {}
        # Who gets none within some seconds is told so, as is everybody at once while the server is gone: what
        # waits longer for a connection only makes it worse. After so long nobody tries again but who asks.
        return {"min_size": 2, "max_size": size, "timeout": 5.0, "reconnect_timeout": 5.0}


def _why(text: str) -> str:
    try:
        meant = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return "write an address and how many of its bits count, as 10.0.0.0/8."
    return f"bits are set after its prefix. The network that has it is {meant}."


def secrets_in(settings: Mapping[str, Any]) -> list[str]:
    """Return every secret that these settings hold: what no log may show."""
    found = [str(settings.get(name) or "") for name in _NAMED]
    # An older key signs sessions that still hold.
    found += [str(key) for key in settings.get("SECRET_KEY_FALLBACKS", [])]
    found += [str(database.get("PASSWORD") or "") for database in settings.get("DATABASES", {}).values()]
    found.append(urlsplit(str(settings.get("REDIS_URL") or "")).password or "")
    for provider in settings.get("SOCIALACCOUNT_PROVIDERS", {}).values():
        found += [str(app.get("secret") or "") for app in provider.get("APPS", [])]
    return [secret for secret in found if secret]
