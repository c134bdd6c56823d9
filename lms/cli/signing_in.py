"""From an address and a password to a key, by way of allauth's headless API."""

from __future__ import annotations

import platform
from collections.abc import Callable
from typing import Any

from .http import ApiError, CliError, Site

_LOGIN = "/api/auth/app/v1/auth/login"
_SECOND_FACTOR = "/api/auth/app/v1/auth/2fa/authenticate"
_TRIES = 3

Ask = Callable[[str], str]


def make_key(origin: str, email: str, password: str, ask_code: Ask) -> Site:
    """Sign in, make a key named after this machine, and return the site with it. Raises CliError."""
    site = Site(origin)
    try:
        answer = site.post(_LOGIN, {"email": email, "password": password})
    except ApiError as error:
        answer = _second_factor(site, error, ask_code)
    access = (answer.get("meta") or {}).get("access_token")
    if not access:
        raise CliError(f"{origin} signed you in but gave no token. Is it a Django Mastery?")
    name = f"{platform.node() or 'a terminal'}"[:80]
    made = site.post("/api/v1/tokens/", {"name": name, "days": 365}, Authorization=f"Bearer {access}")
    return Site(origin, made["key"])


def _second_factor(site: Site, error: ApiError, ask_code: Ask) -> dict[str, Any]:
    flows = {
        flow.get("id") for flow in (error.body.get("data") or {}).get("flows", []) if flow.get("is_pending")
    }
    if "verify_email" in flows:
        raise CliError("Confirm your address first: the code is in your mail. Then sign in here.") from error
    if "mfa_authenticate" not in flows:
        raise error
    session = (error.body.get("meta") or {}).get("session_token", "")
    for attempt in range(_TRIES):
        try:
            code = ask_code("Code of your authenticator, or a recovery code: ")
            return site.post(_SECOND_FACTOR, {"code": code.strip()}, X_Session_Token=session)
        except ApiError as wrong:
            if wrong.status != 400 or attempt == _TRIES - 1:
                raise
    raise error
