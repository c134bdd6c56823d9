import base64
import json

from sandbox.jail.examiner import ExerciseTestCase

PASSWORD = "catch-and-drive"
BLACKLIST = (
    "ROTATE_REFRESH_TOKENS and BLACKLIST_AFTER_ROTATION, with rest_framework_simplejwt.token_blacklist "
    "in INSTALLED_APPS"
)


def claims(token):
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


class Checks(ExerciseTestCase):
    def sign_in(self, name):
        response = self.client.post("/token/", json={"username": name, "password": PASSWORD})
        self.expect(response.status_code, 200, what=f"POST /token/ as {name}")
        return response.json()

    def refresh(self, token):
        return self.client.post("/token/refresh/", json={"refresh": token})

    def me(self, token):
        return self.client.get("/me/", headers={"Authorization": f"Bearer {token}"})

    def refused(self, token, what, concept):
        self.expect(self.refresh(token).status_code, 401, what=what, concept=concept)

    def expect_lifetime(self, token, seconds, which):
        payload = claims(token)
        lasts = payload["exp"] - payload["iat"]
        self.expect(
            # iat and exp are taken from two looks at the clock.
            seconds if abs(lasts - seconds) <= 5 else lasts,
            seconds,
            what=f"Seconds from iat to exp of {which}",
            concept="ACCESS_TOKEN_LIFETIME and REFRESH_TOKEN_LIFETIME in SIMPLE_JWT",
        )

    def expect_done(self, response, what):
        got = response.status_code
        self.expect("200 or 204" if got // 100 == 2 else got, "200 or 204", what=what)

    def test_pair(self):
        """Signing in brings an access token for 10 minutes and a refresh token for 7 days."""
        pair = self.sign_in("ada")
        for kind, seconds in (("access", 600), ("refresh", 7 * 24 * 3600)):
            self.expect_lifetime(pair[kind], seconds, f"the {kind} token")
        response = self.me(pair["access"])
        self.expect(response.status_code, 200, what="GET /me/ with the access token")
        self.expect(response.json(), {"name": "ada", "role": "rower"}, what="Who that is")
        wrong = self.client.post("/token/", json={"username": "ada", "password": "wrong"})
        self.expect(wrong.status_code, 401, what="A wrong password")
        self.expect(self.me(pair["refresh"]).status_code, 401, what="GET /me/ with the refresh token")

    def test_role(self):
        """The access token says the member's role."""
        for name, role in (("ada", "rower"), ("bo", "coach")):
            self.expect(
                claims(self.sign_in(name)["access"]).get("role"), role, what=f"The claim role of {name}"
            )

    def test_role_follows(self):
        """After a refresh the access token says the role of now."""
        pair = self.sign_in("ada")
        token = pair["refresh"]
        for role in ("cox", "coach"):
            self.project.run(
                "from club.models import Member\n"
                f"Member.objects.filter(user__username='ada').update(role='{role}')"
            )
            response = self.refresh(token)
            self.expect(response.status_code, 200, what="POST /token/refresh/")
            self.expect(
                claims(response.json()["access"]).get("role"),
                role,
                what=f"The claim role, after the row was changed to {role}",
                concept="An access token copies the claims of the refresh token that it is made of",
            )
            token = response.json().get("refresh", token)

    def test_refresh_once(self):
        """A refresh token brings a new pair, once."""
        pair = self.sign_in("ada")
        response = self.refresh(pair["refresh"])
        self.expect(response.status_code, 200, what="POST /token/refresh/")
        fresh = response.json()
        self.expect(sorted(fresh), ["access", "refresh"], what="What comes back", concept=BLACKLIST)
        self.expect(self.me(fresh["access"]).status_code, 200, what="GET /me/ with the new access token")
        self.refused(pair["refresh"], "The old refresh token, a second time", BLACKLIST)
        again = self.refresh(fresh["refresh"])
        self.expect(
            again.status_code, 200, what="The new refresh token", concept="Only what was used is used up"
        )
        self.expect_lifetime(again.json()["refresh"], 7 * 24 * 3600, "the third refresh token")

    def test_logout(self):
        """Logging out ends this refresh token, and not those of another phone."""
        phone, tablet = self.sign_in("ada"), self.sign_in("ada")
        response = self.client.post("/logout/", json={"refresh": phone["refresh"]})
        self.expect_done(response, "POST /logout/")
        self.refused(phone["refresh"], "The refresh token that was logged out", "The blacklist")
        self.expect(
            self.refresh(tablet["refresh"]).status_code, 200, what="The refresh token of the other phone"
        )
        self.expect(self.refresh(self.sign_in("ada")["refresh"]).status_code, 200, what="Signed in once more")

    def test_everywhere(self):
        """Logging out everywhere ends all of a member's refresh tokens, refreshed ones too."""
        phone, tablet = self.sign_in("ada"), self.sign_in("ada")
        fresh = self.refresh(tablet["refresh"]).json()
        self.expect(sorted(fresh), ["access", "refresh"], what="What a refresh brings", concept=BLACKLIST)
        rotated = fresh["refresh"]
        response = self.client.post(
            "/logout/everywhere/", headers={"Authorization": f"Bearer {phone['access']}"}
        )
        self.expect_done(response, "POST /logout/everywhere/")
        for name, token in (
            ("first phone's", phone["refresh"]),
            ("second phone's, once refreshed,", rotated),
        ):
            self.refused(
                token,
                f"The {name} refresh token",
                "A row of BlacklistedToken ends a token; deleting its OutstandingToken only forgets it",
            )
        self.refused(tablet["refresh"], "The refresh token that was used up before", "The blacklist")
        self.expect(self.refresh(self.sign_in("ada")["refresh"]).status_code, 200, what="Signed in once more")

    def test_everywhere_twice(self):
        """Logging out everywhere works a second time."""
        for _ in range(2):
            pair = self.sign_in("ada")
            response = self.client.post(
                "/logout/everywhere/", headers={"Authorization": f"Bearer {pair['access']}"}
            )
            self.expect_done(response, "POST /logout/everywhere/")
            self.refused(
                pair["refresh"], "The refresh token", "get_or_create(): some are on the blacklist already"
            )

    def test_others_stay(self):
        """Logging out everywhere is about one member."""
        ada, bo = self.sign_in("ada"), self.sign_in("bo")
        refused = self.client.post("/logout/everywhere/")
        self.expect(refused.status_code, 401, what="POST /logout/everywhere/ without an access token")
        self.expect(self.refresh(ada["refresh"]).status_code, 200, what="ada's refresh token afterwards")
        self.client.post("/logout/everywhere/", headers={"Authorization": f"Bearer {ada['access']}"})
        self.expect(
            self.refresh(bo["refresh"]).status_code,
            200,
            what="bo's refresh token, after ada has logged out everywhere",
            concept="OutstandingToken has a column user",
        )

    def test_blocked(self):
        """A member who was blocked gets no new tokens."""
        pair = self.sign_in("ada")
        self.project.run(
            "from django.contrib.auth.models import User\n"
            "User.objects.filter(username='ada').update(is_active=False)"
        )
        self.refused(
            pair["refresh"], "POST /token/refresh/ of somebody with is_active=False", "The row decides"
        )
        response = self.client.post("/token/", json={"username": "ada", "password": PASSWORD})
        self.expect(response.status_code, 401, what="POST /token/ of somebody with is_active=False")
