import base64
import hashlib
import hmac
import struct
import time
from urllib.parse import parse_qs, urlsplit

from sandbox.jail.examiner import ExerciseTestCase

PROOF = "confirmed=False until a first code proves that the key has arrived; only confirmed devices count"
TWO = "is_authenticated is the password, is_verified() is the device; otp_required asks for the second"
OWN = "Adding a factor is as strong as the weakest way to do it: ask for the one that is there"
REPLAY = "TOTPDevice remembers last_t, and backup codes are deleted, if verify_token() of a device is asked"


def totp(key, offset=0):
    """RFC 6238, by hand: the examiner's own authenticator. `offset` in time steps."""
    counter = struct.pack(">Q", int(time.time()) // 30 + offset)
    digest = hmac.new(key, counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


class Checks(ExerciseTestCase):
    def test_password_alone(self):
        """The log is closed to a password alone, and to strangers."""
        answer = self.client.get("/log/")
        self.expect(answer.status_code, 302, what="/log/ for a stranger", concept=TWO)
        self.enter("vera")
        answer = self.client.get("/log/")
        self.expect(answer.status_code, 302, what="/log/ after the password", concept=TWO)
        self.expect(urlsplit(answer.url).path, "/code/", what="Where it goes", concept=TWO)
        self.expect(parse_qs(urlsplit(answer.url).query).get("next"), ["/log/"], what="next", concept=TWO)

    def test_strangers(self):
        """Strangers are sent to the sign-in."""
        for path in ("/app/", "/code/"):
            answer = self.client.get(path)
            self.expect((answer.status_code, urlsplit(answer.url or "").path), (302, "/"), what=f"GET {path}")
        answer = self.client.post("/codes/")
        self.expect(answer.status_code, 302, what="POST /codes/")

    def test_enrol(self):
        """An app is added by its first code, and opens the log."""
        self.enter("vera")
        key = self.key()
        self.expect(len(key) >= 16, True, what="A key of 128 bits at least")
        self.expect(self.key(), key, what="The key at a second visit: a reload must not change it")
        self.expect(
            self.client.post("/app/", {"code": self.wrong(key)}).status_code, 403, what="A wrong first code"
        )
        self.expect(self.confirmed("vera"), 0, what="Confirmed apps after that", concept=PROOF)
        self.forgive()
        self.expect(
            self.client.post("/app/", {"code": totp(key)}).status_code, 302, what="The right first code"
        )
        self.expect(self.confirmed("vera"), 1, what="Confirmed apps after that", concept=PROOF)
        self.expect(self.client.get("/log/").status_code, 200, what="The log, in the same session")

    def test_two_people_two_keys(self):
        """Each app has a key of its own."""
        self.enter("vera")
        veras = self.key()
        hugo = self.new_client()
        self.enter("hugo", hugo)
        self.expect_true(self.key(hugo) != veras, expected="another key for hugo", what="It is vera's")

    def test_unconfirmed(self):
        """A key that was never confirmed opens nothing, and locks nobody out."""
        self.enter("vera")
        key = self.key()
        self.expect(
            self.client.post("/code/", {"code": totp(key)}).status_code, 403, what="/code/", concept=PROOF
        )
        self.expect(self.client.get("/log/").status_code, 302, what="The log after that", concept=PROOF)
        self.forgive()
        self.expect(self.client.get("/app/").status_code, 200, what="/app/ again", concept=PROOF)

    def test_second_step(self):
        """Password and code open the log, and the way leads back."""
        key = self.enrolled("vera")
        self.enter("vera")
        self.expect(self.client.get("/log/").status_code, 302, what="The log before the code", concept=TWO)
        self.expect(self.client.get("/code/?next=/log/").status_code, 200, what="GET /code/")
        answer = self.client.post("/code/", {"code": f" {totp(key)} ", "next": "/app/"})
        self.expect((answer.status_code, answer.url), (302, "/app/"), what="The right code, with next=/app/")
        self.expect(self.client.get("/log/").status_code, 200, what="The log")

    def test_next(self):
        """The way back leads to no other site."""
        for number, place in enumerate(
            ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", "")
        ):
            key = self.enrolled("vera")
            self.enter("vera")
            answer = self.client.post(f"/code/?next={place}", {"code": totp(key), "next": place})
            self.expect(
                (answer.status_code, answer.url),
                (302, "/log/"),
                what=f"With next={place!r}",
                concept="Open redirect",
            )
            self.client.post("/sign-out/")

    def test_replay(self):
        """A code works once, in whatever browser."""
        key = self.enrolled("vera")
        code = totp(key)
        self.enter("vera")
        self.expect(
            self.client.post("/code/", {"code": code}).status_code, 302, what="The code, the first time"
        )
        thief = self.new_client()
        self.enter("vera", thief)
        self.expect(
            thief.post("/code/", {"code": code}).status_code, 403, what="The second time", concept=REPLAY
        )
        self.expect(thief.get("/log/").status_code, 302, what="The log after that", concept=REPLAY)
        self.forgive()
        next_one = thief.post("/code/", {"code": totp(key, 1)})
        self.expect(
            next_one.status_code, 302, what="The code of the next half minute, from a clock that is fast"
        )

    def test_tolerance(self):
        """A code from long ago or far ahead is refused, and so is nonsense."""
        key = self.enrolled("vera")
        self.enter("vera")
        for code in (totp(key, -40), totp(key, 40), "", "abcdef", "٣٣٣٣٣٣", "1" * 500):
            self.expect(
                self.client.post("/code/", {"code": code}).status_code, 403, what=f"The code {code[:12]!r}"
            )
            self.forgive()

    def test_throttled(self):
        """After a wrong code the right one has to wait."""
        key = self.enrolled("vera")
        self.enter("vera")
        for _ in range(3):
            self.client.post("/code/", {"code": self.wrong(key)})
        self.expect(
            self.client.post("/code/", {"code": totp(key)}).status_code, 403, what="The right code at once"
        )
        self.forgive()
        self.expect(
            self.client.post("/code/", {"code": totp(key)}).status_code, 302, what="The right code later"
        )

    def test_not_somebody_elses(self):
        """hugo's app does not open vera's log."""
        self.enrolled("vera")
        hugos = self.enrolled("hugo")
        self.enter("vera")
        self.expect(self.client.post("/code/", {"code": totp(hugos)}).status_code, 403, what="hugo's code")
        self.expect(self.client.get("/log/").status_code, 302, what="The log after that")

    def test_no_lock_of_ones_own(self):
        """With a password alone nobody adds an app or makes codes where there is an app."""
        self.enrolled("vera")
        before = self.project.run(f"{MODELS}TOTPDevice.objects.count()")
        self.enter("vera")
        for method, path in (("GET", "/app/"), ("POST", "/app/"), ("POST", "/codes/")):
            answer = self.client.get(path) if method == "GET" else self.client.post(path, {"code": "000000"})
            self.expect(answer.status_code, 302, what=f"{method} {path}", concept=OWN)
            self.expect(urlsplit(answer.url).path, "/code/", what=f"Where {method} {path} goes", concept=OWN)
        self.expect(self.project.run(f"{MODELS}TOTPDevice.objects.count()"), before, what="Apps", concept=OWN)
        self.expect(
            self.project.run(f"{MODELS}StaticToken.objects.count()"), 0, what="Backup codes", concept=OWN
        )

    def test_no_codes_without_an_app(self):
        """Without an app there are no backup codes."""
        self.enter("vera")
        answer = self.client.post("/codes/")
        self.expect(
            answer.status_code in (302, 403),
            True,
            what=f"A refusal or a redirect; it is {answer.status_code}",
        )
        self.expect(self.project.run(f"{MODELS}StaticToken.objects.count()"), 0, what="Backup codes")

    def test_backup(self):
        """Eight backup codes are shown once, and each works once."""
        key = self.enrolled("vera")
        self.enter("vera")
        self.client.post("/code/", {"code": totp(key)})
        first = self.new_codes()
        codes = self.new_codes()
        self.expect(len(set(codes)), 8, what="Different codes")
        again = self.new_client()
        self.enter("vera", again)
        self.expect(
            again.post("/code/", {"code": first[0]}).status_code, 403, what="A code from before the new ones"
        )
        self.forgive()
        self.expect(again.post("/code/", {"code": codes[5]}).status_code, 302, what="A new one")
        third = self.new_client()
        self.enter("vera", third)
        self.expect(
            third.post("/code/", {"code": codes[5]}).status_code, 403, what="The same again", concept=REPLAY
        )
        self.expect(third.get("/log/").status_code, 302, what="The log after that")

    def test_paper_and_app_are_two(self):
        """A wrong code of the app does not lock the backup codes."""
        key = self.enrolled("vera")
        self.enter("vera")
        self.client.post("/code/", {"code": totp(key)})
        codes = self.new_codes()
        self.client.post("/sign-out/")
        self.enter("vera")
        for _ in range(4):
            self.client.post("/code/", {"code": self.wrong(key)})
        answer = self.client.post("/code/", {"code": codes[0]})
        concept = "Trying each device in turn counts against all of them: choose one"
        self.expect(
            answer.status_code, 302, what="A backup code after four wrong codes of the app", concept=concept
        )

    def enter(self, name, client=None):
        answer = (client or self.client).post("/", {"username": name, "password": "perihelion"})
        self.expect(answer.status_code, 302, what=f"{name}'s sign-in")

    def key(self, client=None):
        page = (client or self.client).get("/app/")
        self.expect(page.status_code, 200, what="GET /app/")
        address = page.soup.select_one("code#address")
        self.expect_true(address is not None, expected='<code id="address">', what="GET /app/")
        parts = urlsplit(address.text.strip())
        self.expect((parts.scheme, parts.netloc), ("otpauth", "totp"), what="The address")
        secret = parse_qs(parts.query)["secret"][0]
        return base64.b32decode(secret + "=" * (-len(secret) % 8))

    def enrolled(self, name):
        """Somebody who has an app, made without a request; gives its key."""
        return bytes.fromhex(
            self.project.run(
                f"{MODELS}from django.contrib.auth.models import User\n"
                f"user = User.objects.get(username={name!r})\n"
                "TOTPDevice.objects.filter(user=user).delete()\n"
                "TOTPDevice.objects.create(user=user, name='app', confirmed=True).key"
            )
        )

    def confirmed(self, name):
        return self.project.run(
            f"{MODELS}TOTPDevice.objects.filter(user__username={name!r}, confirmed=True).count()"
        )

    def new_codes(self):
        page = self.client.post("/codes/")
        self.expect(page.status_code, 200, what="POST /codes/ of a verified user")
        return [item.text.strip() for item in page.soup.select("li")]

    def forgive(self):
        """As if the time of the throttling were over."""
        self.project.run(
            f"{MODELS}for model in (TOTPDevice, StaticDevice):\n"
            "    model.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)"
        )

    def wrong(self, key):
        near = {totp(key, offset) for offset in range(-3, 4)}
        return next(code for code in ("000000", "111111", "222222", "333333", "444444") if code not in near)


MODELS = (
    "from django_otp.plugins.otp_totp.models import TOTPDevice\n"
    "from django_otp.plugins.otp_static.models import StaticDevice, StaticToken\n"
)
