"""A door from 2016, with a verifier that somebody wrote by hand. It has the public key, and two holes."""

import base64
import hmac
import json
from collections.abc import Callable
from typing import Any

from jwt.algorithms import ECAlgorithm

from . import clock
from .keys import PUBLIC_KEY


class BadToken(ValueError):
    """The door stays shut."""


def _es256(key: str, signed: bytes, signature: bytes) -> bool:
    algorithm = ECAlgorithm(ECAlgorithm.SHA256)
    return algorithm.verify(signed, algorithm.prepare_key(key), signature)


def _hs256(key: str, signed: bytes, signature: bytes) -> bool:
    return hmac.compare_digest(hmac.digest(key.encode(), signed, "sha256"), signature)


def _none(key: str, signed: bytes, signature: bytes) -> bool:
    return True


VERIFIERS: dict[str, Callable[[str, bytes, bytes], bool]] = {"ES256": _es256, "HS256": _hs256, "none": _none}


def read(token: str) -> dict[str, Any]:
    """The payload. Raises BadToken."""
    try:
        head, body, signature = token.split(".")
        header, payload = json.loads(_decoded(head)), json.loads(_decoded(body))
        verify = VERIFIERS[header["alg"]]  # the attacker wrote that header
        good = verify(PUBLIC_KEY, f"{head}.{body}".encode(), _decoded(signature))
        in_time = payload["exp"] > clock.now().timestamp()
    except (ValueError, KeyError, TypeError) as error:
        raise BadToken(f"{type(error).__name__}: {error}") from error
    if not (good and in_time):
        raise BadToken("Signature or time is wrong")
    return payload


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
