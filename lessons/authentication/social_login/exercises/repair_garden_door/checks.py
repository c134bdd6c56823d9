import json
from urllib.parse import parse_qs, urlencode, urlsplit

from sandbox.jail.examiner import ExerciseTestCase

ADA = "ada@analytical.example"
MARY = {"name": "Mary", "email": "mary@quay.example", "email_verified": True}


class Checks(ExerciseTestCase):
    def test_new_person(self):
        """Mary, who is new, gets an account and lands in her plot. Ada's password still works."""
        answer = self.enter(self.client, "acorn", "1003", **MARY)
        self.expect(leads_to(answer), "/plot/", what="Where the callback leads", concept="redirect()")
        mary = self.plot(self.client)
        self.expect(self.account(mary).get("email"), MARY["email"], what="The address of the new account")
        other = self.new_client()
        other.post("/login/", {"username": "ada", "password": "analytical-engine"})
        self.expect(self.plot(other), self.pk("ada"), what="The plot that Ada's password opens")

    def test_comes_back(self):
        """The same subject is the same account, under a new name and address, or without an address."""
        first = self.new_client()
        self.enter(first, "acorn", "1003", **MARY)
        mary = self.plot(first)
        changed = [
            MARY,
            {"name": "Mary Moor", "email": "mary@moor.example", "email_verified": True},
            {"name": "Mary", "email": ADA, "email_verified": True},
            {"name": "Mary"},
        ]
        for claims in changed:
            again = self.new_client()
            self.enter(again, "acorn", "1003", **claims)
            self.expect(
                self.plot(again),
                mary,
                what=f"Mary's plot, coming back with {json.dumps(claims)}",
                concept="Look for (issuer, subject) first; an address can change",
            )
        zoe = self.new_client()
        self.enter(zoe, "acorn", "1002", name="Zoe", email="zoe@quay.example", email_verified=True)
        self.expect(
            self.plot(zoe), self.pk("acorn-1002"), what="The plot of Zoe, who has come by Acorn for years"
        )

    def test_same_subject_elsewhere(self):
        """Subject 1003 at Acorn and subject 1003 at Birch are two people."""
        one, other = self.new_client(), self.new_client()
        self.enter(one, "acorn", "1003", **MARY)
        self.enter(other, "birch", "1003", name="Bert", email="bert@fjord.example", email_verified=True)
        self.expect_true(
            self.plot(other) and self.plot(one) != self.plot(other),
            expected="two plots",
            what=f"Mary sees plot {self.plot(one)}, Bert sees plot {self.plot(other)}",
            concept="A subject is unique at its issuer, nowhere else",
        )

    def test_foreign_callback(self):
        """Mallory's own callback, opened in somebody else's browser, signs nobody in."""
        mallory = self.new_client()
        asked = self.begin(mallory, "birch")
        concept = "state: kept in the session of who began, compared when the answer comes"
        for what, state, nonce in (
            ("with Mallory's state", asked["state"], asked["nonce"]),
            ("with an empty state", "", ""),
            ("without a state", None, None),
        ):
            victim = self.new_client()
            link = self.approve("birch", {**asked, "state": state, "nonce": nonce}, "2002", **unverified())
            self.visit(victim, link)
            self.expect(self.plot(victim), None, what=f"The plot after a callback {what}", concept=concept)
            ada = self.new_client()
            ada.login(username="ada", password="analytical-engine")
            link = self.approve("birch", {**asked, "state": state, "nonce": nonce}, "2002", **unverified())
            self.visit(ada, link)
            self.expect(
                self.plot(ada), self.pk("ada"), what=f"Ada's plot after a callback {what}", concept=concept
            )

    def test_state_is_compared(self):
        """A callback with another state than this attempt's, or for the other provider, is refused."""
        tries = [
            ("another state", "acorn", {"state": "a" * 43}),
            ("no state", "acorn", {"state": None}),
            ("Birch's callback, begun at Acorn", "birch", {}),
        ]
        for what, answers, change in tries:
            client = self.new_client()
            asked = self.begin(client, "acorn")
            redirect_uri = asked["redirect_uri"].replace("acorn", answers)
            client_id = asked["client_id"].replace("acorn", answers)
            asked = {**asked, "redirect_uri": redirect_uri, "client_id": client_id, **change}
            self.visit(client, self.approve(answers, asked, "1003", **MARY))
            self.expect(
                self.plot(client),
                None,
                what=f"The plot after {what}",
                concept="The attempt knows its state and its provider",
            )

    def test_once(self):
        """An attempt has one answer: the same state does not work a second time."""
        asked = self.begin(self.client, "acorn")
        self.visit(self.client, self.approve("acorn", asked, "1003", **MARY))
        mary = self.plot(self.client)
        self.expect_true(mary, expected="a plot", what="Nobody is signed in after the first answer")
        self.visit(self.client, self.approve("acorn", asked, "1002", name="Zoe"))
        self.expect(
            self.plot(self.client),
            mary,
            what="The plot after another answer with the same state",
            concept="request.session.pop(): login() keeps what is in the session",
        )

    def test_nonce(self):
        """A token that was made for another attempt, or for none, is refused."""
        for what, nonce in (("another nonce", "b" * 43), ("an empty nonce", ""), ("no nonce", None)):
            client = self.new_client()
            asked = {**self.begin(client, "acorn"), "nonce": nonce}
            self.visit(client, self.approve("acorn", asked, "1003", **MARY))
            self.expect(
                self.plot(client),
                None,
                what=f"The plot after a token with {what}",
                concept="nonce: the ID token repeats what start() sent",
            )

    def test_unverified_address(self):
        """Whoever types Ada's address at a provider that has not verified it does not become Ada."""
        for number, verified in enumerate((False, None, "false", "no")):
            claims = {"name": "Mallory", "email": ADA, "email_verified": verified}
            if verified is None:
                del claims["email_verified"]
            client = self.new_client()
            self.enter(client, "birch", f"99{number}", **claims)
            self.expect_true(
                self.plot(client) != self.pk("ada"),
                expected="anything but Ada's plot",
                what=f"Ada's plot, with the claims {json.dumps(claims)}",
                concept="Account takeover: an address in a claim is a text",
            )
            self.expect(
                self.count(ADA),
                1,
                what=f"Accounts with Ada's address, after the claims {json.dumps(claims)}",
                concept="email_verified is True, and nothing else",
            )

    def test_taken_address(self):
        """A verified address that has an account signs nobody in, makes no second account, and says so."""
        for address, subject in ((ADA, "71"), (ADA.title(), "72"), ("zoe@quay.example", "73")):
            client = self.new_client()
            before = self.count()
            answer = self.enter(client, "birch", subject, name="Somebody", email=address, email_verified=True)
            concept = "Who may enter an account is decided by who is in it"
            self.expect(
                self.plot(client), None, what=f"The plot that {address} at Birch opens", concept=concept
            )
            self.expect(self.count(), before, what=f"Accounts after {address} at Birch", concept=concept)
            self.expect(leads_to(answer), "/", what="Where it leads", concept="send_back()")
            self.expect_true(
                client.get("/").soup.find(attrs={"role": "status"}),
                expected="a message",
                what="The home page says nothing",
                concept="messages.error()",
            )

    def test_without_a_verified_address(self):
        """Without a verified address people get in all the same, into accounts without an address."""
        people = [
            ("81", {"name": "Ann"}),
            ("82", {"name": "Bob", "email": "bob@fjord.example", "email_verified": False}),
            ("83", {"name": "Cid", "email": "cid@fjord.example"}),
            ("84", {"email": "dot@fjord.example", "email_verified": "false"}),
        ]
        for subject, claims in people:
            client = self.new_client()
            self.enter(client, "birch", subject, **claims)
            plot = self.plot(client)
            self.expect_true(
                plot,
                expected="a plot",
                what=f"Nobody is signed in with the claims {json.dumps(claims)}",
                concept='claims.get("email"): a provider need not send one',
            )
            self.expect(
                self.account(plot).get("email"),
                "",
                what=f"The address of the account, with the claims {json.dumps(claims)}",
                concept="What is not verified is not written",
            )
            again = self.new_client()
            self.enter(again, "birch", subject, **claims)
            self.expect(self.plot(again), plot, what="The plot next time", concept="(issuer, subject)")

    def test_next(self):
        """`next` leads to a page of this site, and nowhere else."""
        tries = [
            ("/shop/", "/shop/"),
            ("/shop/?sort=name", "/shop/"),
            ("", "/plot/"),
            ("https://evil.example/", "/plot/"),
            ("//evil.example/", "/plot/"),
            ("/\\evil.example/", "/plot/"),
            ("javascript:alert(1)", "/plot/"),
        ]
        for target, expected in tries:
            client = self.new_client()
            answer = self.enter(client, "acorn", "1003", after=target, **MARY)
            self.expect(
                (urlsplit(answer.url).netloc.replace("testserver", ""), leads_to(answer)),
                ("", expected),
                what=f"Host and path after next={target!r}",
                concept="url_has_allowed_host_and_scheme()",
            )

    def test_cancelled(self):
        """Who cancels, or brings a code that does not exist, is back at the buttons; then it works."""
        for change in ({"error": "access_denied"}, {"code": "made-up"}):
            asked = self.begin(self.client, "acorn")
            answer = self.client.get(f"/callback/acorn/?{urlencode({**change, 'state': asked['state']})}")
            self.expect(leads_to(answer), "/", what=f"Where {change} leads", concept="Refused")
            self.expect(self.plot(self.client), None, what=f"The plot after {change}")
        self.enter(self.client, "acorn", "1003", **MARY)
        self.expect_true(
            self.plot(self.client), expected="a plot", what="Nobody is signed in at the next try"
        )

    def begin(self, client, provider, after=""):
        """What the provider is asked when a button is pressed, by name."""
        answer = client.post(f"/login/{provider}/", {"next": after})
        query = parse_qs(urlsplit(answer.url).query)
        for name in ("client_id", "redirect_uri", "state", "nonce"):
            self.expect_true(
                query.get(name),
                expected=f"{name} in the address",
                what=f"The button leads to {answer.url or answer.status_code}",
                concept="The authorization request",
            )
        return {name: values[0] for name, values in query.items()}

    def approve(self, provider, asked, subject, **claims):
        """The callback's address, after somebody said yes at the provider."""
        asked = {name: value for name, value in asked.items() if value is not None}
        url = f"/?{urlencode(asked)}"
        link = self.project.run(
            f"import json\nfrom provider import desk\n"
            f"desk.approve({provider!r}, {url!r}, {subject!r}, **json.loads({json.dumps(claims)!r}))"
        )
        parts = urlsplit(link)
        query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        if "state" not in asked:
            del query["state"]
        return f"{parts.path}?{urlencode(query)}"

    def enter(self, client, provider, subject, after="", **claims):
        """The whole way in, as this subject; the answer of the callback."""
        asked = self.begin(client, provider, after)
        return self.visit(client, self.approve(provider, asked, subject, **claims))

    def visit(self, client, link):
        answer = client.get(link)
        self.expect_true(
            answer.status_code < 500,
            expected="a page or a redirect",
            what=f"The callback answers {answer.status_code}",
            concept="Whatever a browser brings, the view has an answer",
        )
        return answer

    def plot(self, client):
        """The number of the plot that this browser sees, or None."""
        page = client.get("/plot/")
        heading = page.soup.find("h1") if page.status_code == 200 else None
        return int(heading.get_text(strip=True).removeprefix("Plot ")) if heading else None

    def pk(self, username):
        return self.project.run(
            f"from django.contrib.auth.models import User\nUser.objects.get(username={username!r}).pk"
        )

    def account(self, pk):
        """Fields of an account; empty where nobody is signed in."""
        self.expect_true(pk, expected="an account", what="Nobody is signed in", concept="login()")
        return self.project.run(
            "from django.contrib.auth.models import User\n"
            f"User.objects.filter(pk={pk!r}).values('username', 'email').get()"
        )

    def count(self, email=None):
        wanted = "" if email is None else f"email__iexact={email!r}"
        return self.project.run(
            f"from django.contrib.auth.models import User\nUser.objects.filter({wanted}).count()"
        )


def unverified():
    return {"name": "Mallory", "email": "mallory@fjord.example", "email_verified": False}


def leads_to(response):
    return urlsplit(response.url).path or f"(status {response.status_code}, no redirect)"
