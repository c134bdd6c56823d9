"""What to make happen at Kestrel Lockers. The format is in docs/architecture.md."""

import base64
import json

BY_ROW = ("lockers", "open")


def open_a_locker(trace: dict, earlier: list[dict]) -> bool:
    """Obtain a pair of tokens, and open a locker with the access token.

    Desk: sign in as ada. Read what the payload says; no key was needed for that. Then *Open locker 2* with
    the access token. In the X-ray the request has no cookie: only `authorization` says who asks.
    """
    return trace["url_name"] == "open" and trace["response"]["status"] == 200 and bool(_bearer(trace))


def expire_and_refresh(trace: dict, earlier: list[dict]) -> bool:
    """Let your access token expire, and go on with a refreshed one.

    Turn the clock by six minutes and ask for your parcels: 401, *Token is expired*. *Refresh*, and ask again.
    """
    fresh = _claims(_bearer(trace))
    refused = [
        _claims(_bearer(seen))
        for seen in earlier
        if seen["url_name"] in BY_ROW and seen["response"]["status"] == 401
    ]
    return (
        trace["url_name"] in BY_ROW
        and trace["response"]["status"] == 200
        and any(seen["url_name"] == "refresh" and seen["response"]["status"] == 200 for seen in earlier)
        and any(
            claims.get("token_type") == "access"
            and claims.get("user_id") == fresh.get("user_id")
            and claims["exp"] <= fresh["iat"]
            for claims in refused
        )
    )


def lie_in_the_payload(trace: dict, earlier: list[dict]) -> bool:
    """Write `"courier": true` into ada's token, and be refused.

    *Forge*: *Make me a courier* leaves the old signature in place. Send it to the couriers' round. Then see
    what the header can do: *alg: none*, and the public key as a secret. Who opens to those?
    """
    return (
        trace["url_name"] == "round"
        and trace["response"]["status"] == 401
        and _claims(_bearer(trace)).get("courier") is True
        and _claims(_bearer(trace)).get("name") == "ada"
    )


def fool_the_old_door(trace: dict, earlier: list[dict]) -> bool:
    """Get through the old door with a token that the API has refused.

    The door believes `alg`. Send a forgery to the couriers' round first, and the same one to the old door.
    """
    token = _bearer(trace)
    return (
        trace["url_name"] == "old_door"
        and trace["response"]["status"] == 200
        and _claims(token).get("name") == "ada"
        and any(
            seen["url_name"] in ("round", *BY_ROW)
            and seen["response"]["status"] == 401
            and _bearer(seen) == token
            for seen in earlier
        )
    )


def replay_a_refresh_token(trace: dict, earlier: list[dict]) -> bool:
    """Use a refresh token twice. The second time it is on the blacklist.

    *Refresh* brings a new pair, and the desk keeps the old refresh token for you. Use that one again, and
    find it in the office.
    """
    sent = _sent_refresh(trace)
    return (
        trace["url_name"] == "refresh"
        and trace["response"]["status"] == 401
        and bool(sent)
        and any(
            seen["url_name"] == "refresh"
            and seen["response"]["status"] == 200
            and _sent_refresh(seen) == sent
            for seen in earlier
        )
    )


def logged_out_and_still_in(trace: dict, earlier: list[dict]) -> bool:
    """Log out, and get at your parcels all the same.

    *Log out* puts the refresh token on the blacklist. Now ask for your parcels with the access token. Which
    statement of the X-ray could have known?
    """
    user = _claims(_bearer(trace)).get("user_id")
    if trace["url_name"] not in BY_ROW or trace["response"]["status"] != 200 or user is None:
        return False
    # Nobody signed in or refreshed since the logout: the token is from before it.
    for seen in reversed(earlier):
        if seen["url_name"] in ("obtain", "refresh") and seen["response"]["status"] == 200:
            return False
        if seen["url_name"] == "logout" and seen["response"]["status"] == 200:
            return _claims(_sent_refresh(seen)).get("user_id") == user
    return False


def take_it_back(trace: dict, earlier: list[dict]) -> bool:
    """Take a DRF token back, and see it refused by the very next request.

    Obtain a DRF token and ask for your parcels with it. Delete it on the server, then ask once more. The
    difference to an access token is one row, and one query.
    """
    key = _authorization(trace, "Token ")
    return (
        trace["url_name"] in BY_ROW
        and trace["response"]["status"] == 401
        and bool(key)
        and any(
            seen["url_name"] in BY_ROW
            and seen["response"]["status"] == 200
            and _authorization(seen, "Token ") == key
            for seen in earlier
        )
    )


def _authorization(trace: dict, scheme: str) -> str:
    value = dict(trace["request"]["headers"]).get("authorization", "")
    return value.removeprefix(scheme) if value.startswith(scheme) else ""


def _bearer(trace: dict) -> str:
    return _authorization(trace, "Bearer ")


def _sent_refresh(trace: dict) -> str:
    try:
        return json.loads(trace["request"]["body"] or "{}").get("refresh", "")
    except (ValueError, AttributeError):
        return ""


def _claims(token: str) -> dict:
    """What a token says, whoever signed it; nothing where it is no token."""
    try:
        body = token.split(".")[1]
        return dict(json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))
    except (ValueError, IndexError, TypeError):
        return {}
