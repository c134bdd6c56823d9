"""What a provider does when somebody has said yes."""

import secrets
import time
from urllib.parse import parse_qsl, urlencode, urlsplit

from provider.models import Grant

PEOPLE = {
    "acorn": {
        "1001": {"name": "Ada", "email": "ada@analytical.example", "email_verified": True},
        "1002": {"name": "Zoe", "email": "zoe@quay.example", "email_verified": True},
        "1003": {"name": "Mary", "email": "mary@quay.example", "email_verified": True},
    },
    "birch": {
        "1001": {"name": "Olaf", "email": "olaf@fjord.example", "email_verified": True},
        "2001": {"name": "Mary", "email": "mary@quay.example", "email_verified": True},
        "2002": {"name": "Mallory", "email": "ada@analytical.example", "email_verified": False},
    },
}


def issuer(provider):
    return f"https://{provider}.example"


def approve(provider, url, subject, **claims):
    """The address to which the browser is sent: redirect_uri with a code, and state as it came."""
    asked = dict(parse_qsl(urlsplit(url).query))
    now = int(time.time())
    token = {"iss": issuer(provider), "aud": asked["client_id"], "sub": subject, "iat": now, "exp": now + 300}
    if "nonce" in asked:
        token["nonce"] = asked["nonce"]
    grant = Grant.objects.create(
        code=secrets.token_urlsafe(24),
        provider=provider,
        client_id=asked["client_id"],
        redirect_uri=asked["redirect_uri"],
        code_challenge=asked.get("code_challenge", ""),
        claims={**token, **claims},
    )
    answer = {"code": grant.code, "state": asked.get("state", "")}
    return f"{asked['redirect_uri']}?{urlencode(answer)}"
