import re

from sandbox.jail.examiner import ExerciseTestCase

TWO = "Two factors: until both were right there is no login(), only somebody who claims to be a person"
YOURS = "The code belongs to a person: take the person from the session, and the row from the person"
ONCE = "A one-time code is used up by being right; who reads it later reads nothing"
LIMIT = "Six digits are a million guesses: what makes them safe is how few of them are allowed"

# Numbers that need zeros in front. Session keys are made with secrets, too, and stay random.
SMALL_NUMBERS = """
import secrets
secrets.kept = below, choice = secrets.randbelow, secrets.choice
secrets.randbelow = lambda n: 42 if n in (999_999, 1_000_000) else 0 if n == 10 else below(n)
secrets.choice = lambda options: options[0] if len(options) == 10 else choice(options)
"""


class Checks(ExerciseTestCase):
    def test_sign_in(self):
        """Password and code open the roster."""
        self.claim("astrid")
        answer = self.send(self.code_for("astrid"))
        self.expect(answer.status_code in (302, 303), True, what="A redirect for the right code")
        page = self.client.get("/roster/")
        self.expect_in("astrid: 06:10", page.text, what="The roster")

    def test_password_alone(self):
        """A password alone opens nothing."""
        self.claim("astrid")
        self.expect(
            self.client.get("/roster/").status_code, 302, what="The roster before the code", concept=TWO
        )
        self.expect(self.send(self.wrong("astrid")).status_code, 403, what="A wrong code", concept=TWO)
        self.expect(
            self.client.get("/roster/").status_code, 302, what="The roster after a wrong code", concept=TWO
        )
        other = self.new_client()
        other.post("/sign-in/", {"username": "astrid", "password": "wrong"})
        self.expect(
            other.get("/roster/").status_code, 302, what="The roster after a wrong password", concept=TWO
        )

    def test_code_alone(self):
        """A code without a password opens nothing."""
        self.claim("astrid")
        code = self.code_for("astrid")
        other = self.new_client()
        other.post("/code/", {"code": code})
        other.post("/code/again/")
        self.expect(
            other.get("/roster/").status_code, 302, what="The roster for a browser that never signed in"
        )

    def test_own_code(self):
        """One person's code is nothing in another one's hands."""
        self.claim("bjorn", self.new_client())
        bjorns = self.code_for("bjorn")
        self.claim("astrid")
        self.expect(
            self.send(bjorns).status_code, 403, what="bjorn's code in astrid's sign-in", concept=YOURS
        )
        self.expect(self.client.get("/roster/").status_code, 302, what="The roster after that", concept=YOURS)

    def test_once(self):
        """A code works once."""
        second = self.new_client()
        self.claim("astrid", second)
        self.claim("astrid")
        code = self.code_for("astrid")
        self.expect(self.send(code).status_code, 302, what="The code, the first time")
        for again in (code, ""):
            answer = second.post("/code/", {"code": again})
            self.expect(
                answer.status_code, 403, what=f"Afterwards, in another browser: {again!r}", concept=ONCE
            )
        self.expect(second.get("/roster/").status_code, 302, what="The roster there", concept=ONCE)

    def test_five_minutes(self):
        """A code is over after five minutes, and not before."""
        for seconds, status in ((290, 302), (310, 403)):
            self.claim("astrid")
            self.age("made_at", seconds)
            self.expect(
                self.send(self.code_for("astrid")).status_code,
                status,
                what=f"The right code after {seconds} seconds",
                concept="A code that never ends is a second password, and one that was sent in clear",
            )
            self.client.post("/sign-out/")

    def test_another_code(self):
        """A new code ends the one before it, and has five minutes of its own."""
        self.claim("astrid")
        first = self.code_for("astrid")
        self.age("made_at", 400)
        self.client.post("/code/again/")
        second = self.code_for("astrid")
        self.expect(self.texts("astrid"), 2, what="Messages on astrid's phone")
        if first != second:
            self.expect(self.send(first).status_code, 403, what="The first code", concept=ONCE)
        self.expect(self.send(second).status_code, 302, what="The second code")

    def test_locked(self):
        """After five wrong codes the right one is refused."""
        self.claim("astrid")
        self.guess(5)
        self.expect(
            self.send(self.code_for("astrid")).status_code,
            403,
            what="The right code after five",
            concept=LIMIT,
        )
        self.expect(self.client.get("/roster/").status_code, 302, what="The roster after that", concept=LIMIT)

    def test_four_are_not_five(self):
        """Four wrong codes lock nothing, and a right one clears the count."""
        for _ in range(2):
            self.claim("astrid")
            self.guess(4)
            self.expect(self.send(self.code_for("astrid")).status_code, 302, what="The right code after four")
            self.client.post("/sign-out/")

    def test_no_way_round_the_lock(self):
        """Another code, a new sign-in and a new browser do not help."""
        self.claim("astrid")
        for _ in range(5):
            self.guess(1)
            self.client.post("/code/again/")
        count = self.texts("astrid")
        self.client.post("/code/again/")
        self.expect(
            self.texts("astrid"), count, what="Messages after *Send another* in the lock", concept=LIMIT
        )
        for client in (self.client, self.new_client()):
            client.post("/sign-in/", {"username": "astrid", "password": "slack-water"})
            code = self.code_for("astrid")
            self.expect(
                client.post("/code/", {"code": code}).status_code,
                403,
                what="The last code that was sent",
                concept=LIMIT,
            )
        third = self.new_client()
        for _ in range(5):
            third.post("/sign-in/", {"username": "bjorn", "password": "slack-water"})
            third.post("/code/", {"code": self.wrong("bjorn")})
        third.post("/sign-in/", {"username": "bjorn", "password": "slack-water"})
        answer = third.post("/code/", {"code": self.code_for("bjorn")})
        self.expect(
            answer.status_code,
            403,
            what="The right code after five sign-ins with a guess each",
            concept=LIMIT,
        )

    def test_lock_ends(self):
        """After 15 minutes it starts from nothing."""
        self.claim("astrid")
        self.guess(5)
        self.age("last_wrong_at", 14 * 60)
        self.claim("astrid")
        self.expect(
            self.send(self.code_for("astrid")).status_code, 403, what="The right code after 14 minutes"
        )
        self.age("last_wrong_at", 2 * 60)
        self.claim("astrid")
        self.guess(4)
        answer = self.send(self.code_for("astrid"))
        self.expect(answer.status_code, 302, what="After 16 minutes and four wrong ones: the right code")

    def test_others_are_not_locked(self):
        """A lock is one person's."""
        self.claim("astrid")
        self.guess(5)
        bjorn = self.new_client()
        self.claim("bjorn", bjorn)
        answer = bjorn.post("/code/", {"code": self.code_for("bjorn")})
        self.expect(answer.status_code, 302, what="bjorn's code while astrid is locked")

    def test_digits(self):
        """A code is six digits, zeros in front included."""
        self.project.run(SMALL_NUMBERS)
        self.addCleanup(self.project.run, "import secrets\nsecrets.randbelow, secrets.choice = secrets.kept")
        self.claim("astrid")
        code = self.code_for("astrid")
        self.expect_true(re.fullmatch(r"[0-9]{6}", code), expected="six digits", what=f"The code is {code!r}")
        shorter = code.lstrip("0")
        if shorter != code:
            self.expect(self.send(shorter).status_code, 403, what=f"{shorter!r} in place of {code!r}")
        self.expect(self.send("letters").status_code, 403, what="Letters")
        self.expect(self.send(code).status_code, 302, what="The code as it was sent")

    def test_unpredictable(self):
        """Nobody can predict a code."""
        codes = []
        for _ in range(3):
            self.project.run("import random\nrandom.seed(7)")
            self.claim("astrid")
            codes.append(self.code_for("astrid"))
        self.expect_true(
            len(set(codes)) > 1,
            expected="different codes",
            what=f"After random.seed(7) it is {codes[0]} each time",
            concept="secrets is for secrets; random's next number follows from those before",
        )

    def claim(self, name, client=None):
        answer = (client or self.client).post("/sign-in/", {"username": name, "password": "slack-water"})
        self.expect(answer.status_code, 302, what=f"POST /sign-in/ with {name}'s password")

    def send(self, code):
        return self.client.post("/code/", {"code": code})

    def guess(self, times):
        for _ in range(times):
            self.expect(self.send(self.wrong("astrid")).status_code, 403, what="A wrong code")

    def wrong(self, name):
        return "111111" if self.code_for(name) != "111111" else "222222"

    def code_for(self, name):
        text = self.project.run(
            f"from ferry.models import Text\nText.objects.filter(user__username={name!r}).latest('pk').text"
        )
        return text.split()[0]

    def texts(self, name):
        return self.project.run(
            f"from ferry.models import Text\nText.objects.filter(user__username={name!r}).count()"
        )

    def age(self, column, seconds):
        self.project.run(
            "from datetime import timedelta\nfrom django.db.models import F\nfrom ferry.models import Code\n"
            f"rows = Code.objects.exclude({column}=None)\n"
            f"rows.update({column}=F({column!r}) - timedelta(seconds={seconds}))"
        )
