import base64
import hashlib
import hmac
import json
import time

from sandbox.jail.examiner import ExerciseTestCase

SIGNATURE = (
    "Signature: jwt.decode() with the key and algorithms=[…]; verify_signature=False believes everybody"
)


def encoded(value):
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def card(payload, key, alg="HS256"):
    """A JWT as the main site makes it, or as somebody else would like to."""
    head, body = (encoded(json.dumps(part).encode()) for part in ({"alg": alg, "typ": "JWT"}, payload))
    signed = f"{head}.{body}"
    return f"{signed}.{encoded(hmac.digest(key.encode(), signed.encode(), hashlib.sha256)) if key else ''}"


class Checks(ExerciseTestCase):
    def setUp(self):
        self.keys = self.project.run("from django.conf import settings\nlist(settings.CARD_KEYS)")
        self.ids = self.project.run(
            "from django.contrib.auth.models import User\n"
            "{name: pk for name, pk in User.objects.values_list('username', 'pk')}"
        )

    def payload(self, name="ada", **changes):
        now = int(time.time())
        # Simple JWT writes the id as text.
        claims = {
            "token_type": "access",
            "user_id": str(self.ids[name]),
            "iat": now,
            "exp": now + 300,
            "jti": "5",
        }
        return {key: value for key, value in {**claims, **changes}.items() if value is not None}

    def ask(self, token):
        return self.client.get("/loans/", headers={"Authorization": f"Bearer {token}"})

    def refused(self, token, what, concept=""):
        self.expect(self.ask(token).status_code, 401, what=what, concept=concept)

    def test_reader(self):
        """A good card shows its reader's loans."""
        for name, title in (("ada", "Tide tables 1921"), ("bo", "A flora of Mull")):
            response = self.ask(card(self.payload(name), self.keys[0]))
            self.expect(response.status_code, 200, what=f"A card of {name}, signed with the newest key")
            self.expect(response.json(), {"reader": name, "loans": [title]}, what=f"The loans of {name}")

    def test_old_key(self):
        """A card of February, signed with the key before, is as good."""
        response = self.ask(card(self.payload("bo"), self.keys[1]))
        self.expect(
            response.status_code,
            200,
            what="A card signed with CARD_KEYS[1], not yet expired",
            concept="Rotation: a new key signs, and the old one verifies until its last token has expired",
        )
        self.expect(response.json()["reader"], "bo", what="Whose card it is")

    def test_forged(self):
        """A card that nobody of the library has signed is refused."""
        genuine = card(self.payload("ada"), self.keys[0])
        head, body, signature = genuine.split(".")
        other = card(self.payload("bo"), self.keys[0]).split(".")[1]
        self.refused(card(self.payload(), "k" * 40), "A card signed with another key", SIGNATURE)
        self.refused(f"{head}.{other}.{signature}", "bo's payload above ada's signature", SIGNATURE)
        self.refused(f"{head}.{body}.", "A card without its signature", SIGNATURE)
        for name in ("none", "None", "NONE"):
            self.refused(card(self.payload(), "", name), f"A card with alg: {name}, unsigned", SIGNATURE)

    def test_expired(self):
        """A card that has expired is refused, whichever key has signed it; so is one that never would."""
        past = int(time.time()) - 60
        for key in self.keys:
            self.refused(
                card(self.payload(exp=past, iat=past - 300), key),
                "A card that expired a minute ago",
                "exp is checked by jwt.decode(), unless an option turns it off",
            )
            self.refused(
                card(self.payload(exp=None), key),
                "A card without exp",
                'PyJWT checks exp only where there is one: options={"require": ["exp"]}',
            )

    def test_kind(self):
        """A refresh token is no card, and neither is a token without a type."""
        month = int(time.time()) + 30 * 24 * 3600
        for kind in ("refresh", None):
            self.refused(
                card(self.payload(token_type=kind, exp=month), self.keys[0]),
                f"A token whose token_type is {kind}",
                "One key signs both kinds of token. What tells them apart is the claim token_type",
            )

    def test_blocked(self):
        """A reader who was blocked or deleted is refused, and others are not."""
        token, other = (card(self.payload(name), self.keys[0]) for name in ("ada", "bo"))
        self.project.run(
            "from django.contrib.auth.models import User\n"
            "User.objects.filter(username='ada').update(is_active=False)"
        )
        self.refused(
            token, "A good card of a reader with is_active=False", "A signature does not know the row"
        )
        self.expect(self.ask(other).status_code, 200, what="A card of another reader")
        self.project.run(
            "from django.contrib.auth.models import User\nUser.objects.filter(username='ada').delete()[0]"
        )
        self.refused(token, "A good card of a reader who was deleted", "get() raises DoesNotExist")

    def test_damaged(self):
        """What is no token at all is refused, and no error of the server."""
        for token in ("", "x", "a.b", "a.b.c", "e30.e30.e30", "a b", "é.é.é"):
            self.refused(
                token, f"Authorization: Bearer {token}", "AuthenticationFailed is an answer; others are a 500"
            )
        self.refused(
            card(self.payload(user_id=None), self.keys[0]),
            "A card without user_id",
            "payload['user_id'] may raise",
        )

    def test_nothing(self):
        """Without a card the answer is 401, and says which scheme is wanted."""
        response = self.client.get("/loans/")
        self.expect(
            response.status_code,
            401,
            what="GET without Authorization",
            concept="authenticate_header() of the first authenticator; without it, it is a 403",
        )
        self.expect(
            response.headers.get("WWW-Authenticate", "").split(" ")[0], "Bearer", what="WWW-Authenticate"
        )

    def test_session(self):
        """A session goes on working, beside a header that is none of ours, too."""
        self.client.login(username="bo", password="quiet-please")
        for headers in ({}, {"Authorization": "Basic Ym86eA=="}):
            response = self.client.get("/loans/", headers=headers)
            self.expect(
                response.status_code,
                200,
                what=f"A session, and the headers {headers}",
                concept="authenticate() returns None for what it does not know; the next class is then asked",
            )
            self.expect(response.json()["reader"], "bo", what="Whose session it is")
