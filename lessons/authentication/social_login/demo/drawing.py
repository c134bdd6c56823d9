"""What the page of one dance shows: each hop with its values, and what was checked on the way."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import jwt
from allauth.core.internal.jwkkit import load_jwk_from_pem

from .models import Dance, Hop, StandIn

ROUTES = {
    Hop.Kind.DISCOVERY: ("site", "provider"),
    Hop.Kind.OUT: ("browser", "provider"),
    Hop.Kind.BACK: ("browser", "site"),
    Hop.Kind.TOKEN: ("site", "provider"),
    Hop.Kind.USERINFO: ("site", "provider"),
    Hop.Kind.AGAIN: ("site", "provider"),
}
TOLD = {  # values that the dance turns on, and what each is for
    "state": "Ties the answer to the browser that asked.",
    "nonce": "Comes back inside the ID token.",
    "code_challenge": "The verifier’s SHA-256. The verifier itself stays with the site.",
    "code_verifier": "Only who began the dance knows it.",
    "code": "Worth a token, once, to who knows secret and verifier.",
    "redirect_uri": "Has to be registered with the provider.",
    "id_token": "Taken apart below.",
    "Authorization": "The access token.",
    "error": "Why not.",
}
LONG = 130  # characters; longer values are cut on the page


@dataclass(frozen=True)
class Value:
    name: str
    text: str
    told: str


@dataclass(frozen=True)
class Check:
    question: str
    passed: bool
    answer: str


@dataclass(frozen=True)
class IdToken:
    header: dict[str, Any]
    claims: list[Value]
    parts: tuple[str, str, str]


@dataclass
class Drawn:
    hop: Hop
    sender: str
    receiver: str
    sent: list[Value]
    got: list[Value]
    checks: list[Check] = field(default_factory=list)
    id_token: IdToken | None = None

    @property
    def unseen(self) -> bool:
        """Nothing of it passed through the browser."""
        return self.sender == "site"


def draw(dance: Dance) -> list[Drawn]:
    hops = list(dance.hops.all())
    out = next((hop for hop in hops if hop.kind == Hop.Kind.OUT), None)
    return [_draw(hop, out, dance) for hop in hops]


def _draw(hop: Hop, out: Hop | None, dance: Dance) -> Drawn:
    sender, receiver = ROUTES[Hop.Kind(hop.kind)]
    drawn = Drawn(hop, sender, receiver, _values(hop.sent), _values(hop.got))
    asked = out.sent if out else {}
    if hop.kind == Hop.Kind.BACK:
        came = hop.sent.get("state", "")
        drawn.checks.append(_same("Is the state the one that was sent?", asked.get("state", ""), came))
    if hop.kind in (Hop.Kind.TOKEN, Hop.Kind.AGAIN):
        challenge = challenge_of(hop.sent.get("code_verifier", ""))
        sent = asked.get("code_challenge", "")
        drawn.checks.append(
            _same("Is SHA-256 of the verifier the challenge that the site sent?", sent, challenge)
        )
    if "id_token" in hop.got:
        drawn.id_token = take_apart(hop.got["id_token"])
        drawn.checks += _checks_of(hop.got["id_token"], asked, dance)
    return drawn


def challenge_of(verifier: str) -> str:
    """PKCE's S256."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def take_apart(token: str) -> IdToken:
    header, claims, signature = token.split(".")
    return IdToken(jwt.get_unverified_header(token), _claims(claims), (header, claims, signature))


def _claims(part: str) -> list[Value]:
    claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return [Value(name, _text(value), _meaning(name, value)) for name, value in claims.items()]


def _meaning(name: str, value: Any) -> str:
    if name in ("iat", "exp"):
        word = "Made" if name == "iat" else "Good until"
        return f"{word} {datetime.fromtimestamp(value, UTC):%H:%M:%S} UTC."
    meanings = {
        "iss": "Who says so.",
        "aud": "For whom: our client id.",
        "sub": "About whom. Never changes, unlike an address; this is what is kept.",
        "nonce": "Has to be the one that was sent.",
        "email_verified": "Whether the provider has checked the address.",
        "at_hash": "Half of the access token’s SHA-256.",
        "jti": "This token’s own number.",
    }
    return meanings.get(name, "")


def _checks_of(token: str, asked: dict[str, Any], dance: Dance) -> list[Check]:
    claims = jwt.decode(token, options={"verify_signature": False})
    stand_in = StandIn.objects.filter(pk=dance.provider_id.removesuffix("-stand-in")).first()
    checks = [
        _same("Is the nonce the one that was sent?", asked.get("nonce", ""), claims.get("nonce", "")),
        _same("Is it for us? (aud)", asked.get("client_id", ""), claims.get("aud", "")),
    ]
    if stand_in is not None:
        checks.append(_signed(token, stand_in))
    return checks


def _signed(token: str, stand_in: StandIn) -> Check:
    question = "Did the provider’s key sign it? (allauth does not ask: it fetched the token itself)"
    key = load_jwk_from_pem(stand_in.private_key)[1].public_key()
    try:
        jwt.decode(token, key=key, algorithms=["RS256"], options={"verify_aud": False, "verify_exp": False})
    except jwt.InvalidTokenError as error:
        return Check(question, False, str(error))
    return Check(question, True, "Yes.")


def _same(question: str, sent: str, came: str) -> Check:
    passed = bool(sent) and sent == came
    return Check(
        question, passed, "Yes." if passed else f"No: {sent or 'nothing'} was sent, {came or 'nothing'} came."
    )


def _values(values: dict[str, Any]) -> list[Value]:
    return [Value(name, _text(value), TOLD.get(name, "")) for name, value in values.items()]


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= LONG else f"{text[: LONG - 30]}…{text[-12:]} ({len(text)} characters)"
