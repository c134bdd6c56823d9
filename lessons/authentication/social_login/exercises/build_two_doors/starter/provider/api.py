"""The token endpoint. A real one is asked by HTTPS, from server to server; this one is a function."""

import base64
import hashlib
import hmac
import json

from django.conf import settings

from provider.models import Grant


def exchange(provider, *, client_id, client_secret, code, redirect_uri, code_verifier):
    """{"id_token": "…", "token_type": "Bearer"} for a code. A code works once. Raises Refused."""
    if not hmac.compare_digest(client_secret, settings.PROVIDERS[provider]["client_secret"]):
        raise Refused("invalid_client")
    fitting = Grant.objects.filter(provider=provider, client_id=client_id, redirect_uri=redirect_uri)
    if not fitting.filter(code=code, used=False).update(used=True):
        raise Refused("invalid_grant: no such code, or it was used, or belongs to another site")
    grant = fitting.get(code=code)
    if grant.code_challenge != challenge(code_verifier):
        raise Refused("invalid_grant: code_verifier does not fit code_challenge")
    return {"id_token": sign(grant.claims, client_secret), "token_type": "Bearer"}


def challenge(verifier):
    return encode(hashlib.sha256(verifier.encode()).digest())


def sign(claims, secret):
    """A JSON Web Token: header, claims and HMAC-SHA256, with dots between."""
    parts = [{"alg": "HS256", "typ": "JWT"}, claims]
    signed = ".".join(encode(json.dumps(part).encode()) for part in parts)
    return f"{signed}.{encode(hmac.digest(secret.encode(), signed.encode(), 'sha256'))}"


def encode(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Refused(Exception):
    """The provider gives no token."""
