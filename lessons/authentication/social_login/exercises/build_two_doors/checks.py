import json
import time
from urllib.parse import parse_qs, urlencode, urlsplit

from sandbox.jail.examiner import ExerciseTestCase

ADA, ZOE = ("ada", "analytical-engine"), ("zoe", "a-boat-is-a-boat")
MARY = {"name": "Mary", "email": "mary@quay.example", "email_verified": True}
HOUR = 3600  # seconds


class Checks(ExerciseTestCase):
    def test_request(self):
        """A button leads to the provider, with all that the request needs, new each time; by POST only."""
        asked = [self.begin(self.client, "acorn") for _ in range(2)]
        fixed = {
            "response_type": "code",
            "client_id": "shed-at-acorn",
            "redirect_uri": "http://testserver/callback/acorn/",
            "code_challenge_method": "S256",
        }
        for name, expected in fixed.items():
            self.expect(asked[0][name], expected, what=name, concept="The authorization request")
        self.expect_in("openid", asked[0]["scope"].split(), what="scope", concept="No openid, no ID token")
        self.expect(len(asked[0]["code_challenge"]), 43, what="Characters of code_challenge", concept="S256")
        for name in ("state", "nonce", "code_challenge"):
            self.expect_true(
                asked[0][name] != asked[1][name] and len(asked[0][name]) >= 16,
                expected="a long text, another one each time",
                what=f"Two attempts have {name} {asked[0][name]!r} and {asked[1][name]!r}",
                concept="secrets.token_urlsafe()",
            )
        values = list(asked[0].values())
        self.expect(
            len(set(values)), len(values), what="Different values in the request", concept="state, nonce"
        )
        answer = self.new_client().get("/login/acorn/")
        self.expect(answer.status_code, 405, what="Status of GET /login/acorn/", concept="require_POST")

    def test_both_doors(self):
        """Mary comes in by Acorn, Olaf by Birch, each to a shelf of their own, and the next time again."""
        people = [
            ("acorn", "1003", MARY),
            ("birch", "1003", {"name": "Olaf", "email": "olaf@fjord.example", "email_verified": True}),
            ("birch", "7", {"name": "Nameless"}),
        ]
        shelves = []
        for provider, subject, claims in people:
            client = self.new_client()
            answer = self.enter(client, provider, subject, **claims)
            self.expect(leads_to(answer), "/shelf/", what="Where the callback leads", concept="redirect()")
            shelves.append(self.shelf(client))
            again = self.new_client()
            self.enter(again, provider, subject, **{**claims, "email": "new@quay.example"})
            self.expect(
                self.shelf(again),
                shelves[-1],
                what=f"The shelf of {subject} at {provider}, coming back with another address",
                concept="Look for (iss, sub)",
            )
        self.expect_true(
            None not in shelves and len(set(shelves)) == 3,
            expected="three shelves",
            what=f"They see the shelves {shelves}",
            concept="A subject is unique at its issuer only",
        )

    def test_form(self):
        """The forms of the home page work as they are, with their CSRF tokens."""
        browser = self.new_client(enforce_csrf=True)
        page = browser.get("/")
        form = page.soup.find("form", action="/login/birch/")
        self.expect_true(form, expected="a form to /login/birch/", what="The home page has none")
        token = form.find("input", attrs={"name": "csrfmiddlewaretoken"})
        answer = browser.post("/login/birch/", {"csrfmiddlewaretoken": token["value"]})
        self.expect(leads_to(answer), "/provider/birch/authorize/", what="Where the button leads")

    def test_foreign_callback(self):
        """Mallory's callback, opened by others, signs nobody in and connects nothing."""
        asked = self.begin(self.new_client(), "birch")
        concept = "state: this browser began this attempt"
        for state in (asked["state"], "", None):
            victim, ada = self.new_client(), self.member(*ADA)
            for client in (victim, ada):
                self.visit(client, self.approve("birch", {**asked, "state": state}, "2002"))
            self.expect(self.shelf(victim), None, what=f"The shelf after state={state!r}", concept=concept)
            self.expect(self.owner("birch", "2002"), None, what="Who has Mallory's identity", concept=concept)
        for begun in ("login/acorn", "connections/acorn/add"):
            ada = self.member(*ADA)
            mine = self.begin(ada, "acorn", f"/{begun}/")
            self.visit(ada, self.approve("acorn", {**mine, "state": "x" * 43}, "666"))
            self.expect(
                (self.shelf(ada), self.owner("acorn", "666")),
                (self.pk("ada"), None),
                what="Ada's shelf, and who has the identity, after a callback with another state",
                concept=concept,
            )

    def test_one_answer(self):
        """An attempt has one answer, and it comes from the provider that was asked."""
        asked = self.begin(self.client, "acorn")
        self.visit(self.client, self.approve("acorn", asked, "1003", **MARY))
        mary = self.shelf(self.client)
        self.visit(self.client, self.approve("acorn", asked, "31", name="Carl"))
        self.expect_true(mary, expected="a shelf", what="Nobody is signed in after the first answer")
        self.expect(
            self.shelf(self.client),
            mary,
            what="The shelf after a second answer to the same attempt",
            concept="pop() from the session",
        )
        client = self.new_client()
        asked = self.begin(client, "acorn")
        asked["redirect_uri"] = asked["redirect_uri"].replace("acorn", "birch")
        asked["client_id"] = asked["client_id"].replace("acorn", "birch")
        self.visit(client, self.approve("birch", asked, "32", name="Dora"))
        self.expect(
            self.shelf(client),
            None,
            what="The shelf after Birch answered an attempt that was begun at Acorn",
            concept="Mix-up: the attempt knows its provider",
        )

    def test_stolen_code(self):
        """A code that was made for another browser's attempt is worth nothing here."""
        victim, thief = self.new_client(), self.new_client()
        theirs, mine = self.begin(victim, "acorn"), self.begin(thief, "acorn")
        # Even a provider that would mix up the nonces looks at the challenge.
        link = self.approve(
            "acorn", {**theirs, "state": mine["state"]}, "1003", **{**MARY, "nonce": mine["nonce"]}
        )
        answer = self.visit(thief, link)
        self.expect(self.shelf(thief), None, what="The shelf that a stolen code opens", concept="PKCE")
        self.expect(leads_to(answer), "/", what="Where it leads", concept="except Refused")

    def test_claims(self):
        """A token for another site, from another issuer, too old or with another nonce is refused."""
        now = int(time.time())
        tries = [
            {"iss": "https://birch.example"},
            {"iss": "https://acorn.example.evil.example"},
            {"aud": "another-site"},
            {"aud": "my-shed-at-acorn-too"},
            {"aud": ["another-site", "a-third"]},
            {"exp": now - HOUR},
            {"nonce": "n" * 43},
            {"nonce": None},
            {"nonce": ""},
        ]
        for wrong in tries:
            client = self.new_client()
            answer = self.enter(client, "acorn", "1003", **{**MARY, **wrong})
            concept = f"{next(iter(wrong))}: what the token says is judged by the site"
            self.expect(self.shelf(client), None, what=f"The shelf with {json.dumps(wrong)}", concept=concept)
            self.expect(leads_to(answer), "/", what=f"Where {json.dumps(wrong)} leads", concept=concept)
        for right in ({"aud": ["shed-at-acorn"]}, {"aud": ["x", "shed-at-acorn"], "azp": "shed-at-acorn"}):
            client = self.new_client()
            self.enter(client, "acorn", "1003", **{**MARY, **right})
            self.expect_true(
                self.shelf(client),
                expected="a shelf",
                what=f"Nobody is signed in with {json.dumps(right)}",
                concept="aud may be a list",
            )

    def test_no_code(self):
        """Who cancels or brings a made-up code is back at `/`, and can begin again."""
        for change in ({"error": "access_denied"}, {"code": "made-up"}, {}):
            asked = self.begin(self.client, "acorn")
            link = f"/callback/acorn/?{urlencode({**change, 'state': asked['state']})}"
            self.expect(leads_to(self.visit(self.client, link)), "/", what=f"Where {change} leads")
            self.expect(self.shelf(self.client), None, what=f"The shelf after {change}")
        self.enter(self.client, "acorn", "1003", **MARY)
        self.expect_true(
            self.shelf(self.client), expected="a shelf", what="Nobody is signed in at the next try"
        )
        answer = self.client.post("/login/oak/")
        self.expect(answer.status_code, 404, what="Status of POST /login/oak/", concept="Http404")

    def test_addresses(self):
        """No address opens an account that exists. One that is not verified is not written either."""
        for number, verified in enumerate((True, False, "false", None)):
            claims = {"name": "Mallory", "email": "Ada@analytical.example", "email_verified": verified}
            client = self.new_client()
            self.enter(client, "birch", f"99{number}", **claims)
            concept = "Account takeover: connecting is for who is in the account"
            self.expect_true(
                self.shelf(client) != self.pk("ada"),
                expected="anything but Ada's shelf",
                what=f"Ada's shelf, with email_verified {verified!r}",
                concept=concept,
            )
            self.expect(
                self.accounts("email__iexact='ada@analytical.example'"),
                1,
                what=f"Accounts with Ada's address, after email_verified {verified!r}",
                concept=concept,
            )
        self.enter(self.client, "birch", "5", name="Bob", email="bob@fjord.example", email_verified="false")
        self.expect_true(
            self.shelf(self.client),
            expected="a shelf",
            what="Nobody is signed in with an address that is not verified",
            concept="The address is not needed to sign in",
        )
        found = self.accounts("email='bob@fjord.example'")
        self.expect(found, 0, what="Accounts with Bob's unverified address", concept="email_verified is True")
        self.enter(self.new_client(), "acorn", "1003", **MARY)
        found = self.accounts("email='mary@quay.example'")
        self.expect(found, 1, what="Accounts with Mary's verified address", concept="claims")

    def test_connect(self):
        """Ada connects both providers; then each of them, and still the password, leads to her shelf."""
        ada = self.member(*ADA)
        self.expect(self.offered(ada), ["acorn add", "birch add"], what="Forms of /connections/ at first")
        for provider in ("acorn", "birch"):
            answer = self.enter(ada, provider, "1001", f"/connections/{provider}/add/", name="Ada")
            self.expect(leads_to(answer), "/connections/", what=f"Where connecting {provider} leads")
            self.expect(self.shelf(ada), self.pk("ada"), what="The shelf after connecting")
        self.expect(self.offered(ada), ["acorn remove", "birch remove"], what="Forms of /connections/ then")
        for provider in ("acorn", "birch"):
            client = self.new_client()
            self.enter(client, provider, "1001", name="Ada")
            self.expect(
                self.shelf(client),
                self.pk("ada"),
                what=f"The shelf that {provider} opens",
                concept="Identity: several rows for one user",
            )
        self.expect(self.shelf(self.member(*ADA)), self.pk("ada"), what="The shelf that her password opens")
        stranger = self.new_client()
        for method, path in (("get", "/connections/"), ("post", "/connections/acorn/add/")):
            answer = getattr(stranger, method)(path)
            self.expect(
                leads_to(answer), "/", what=f"Where {path} leads a stranger", concept="login_required"
            )

    def test_connect_what_is_taken(self):
        """What belongs to somebody else's account stays there; connecting twice is no harm."""
        self.enter(self.new_client(), "acorn", "1003", **MARY)
        mary = self.owner("acorn", "1003")
        ada = self.member(*ADA)
        for _ in range(2):
            self.enter(ada, "acorn", "1003", "/connections/acorn/add/", **MARY)
            self.expect(
                (self.owner("acorn", "1003"), self.shelf(ada)),
                (mary, self.pk("ada")),
                what="Whose Mary's identity is, and whose shelf Ada sees",
                concept="One subject, one account",
            )
            self.enter(ada, "birch", "1001", "/connections/birch/add/", name="Ada")
            self.expect(self.owner("birch", "1001"), self.pk("ada"), what="Whose Ada's identity is")

    def test_connect_belongs_to_the_account(self):
        """Begun by Ada, and answered when Zoe is signed in or nobody is: connected to nobody."""
        for who in (ZOE, None):
            client = self.member(*ADA)
            asked = self.begin(client, "acorn", "/connections/acorn/add/")
            client.post("/logout/")
            if who:
                client.post("/login/", {"username": who[0], "password": who[1]})
            before = self.accounts()
            self.visit(client, self.approve("acorn", asked, "1001", name="Ada"))
            self.expect(
                (self.owner("acorn", "1001"), self.accounts() - before),
                (None, 0),
                what="Whose the identity is, and how many accounts were made",
                concept="The attempt knows for whom it was begun",
            )

    def test_remove(self):
        """With a password, a provider can be removed, by POST; it does not open the account any more."""
        ada = self.member(*ADA)
        for provider in ("acorn", "birch"):
            self.enter(ada, provider, "1001", f"/connections/{provider}/add/", name="Ada")
        zoe = self.member(*ZOE)
        self.enter(zoe, "acorn", "1004", "/connections/acorn/add/", name="Zoe")
        ada.get("/connections/acorn/remove/")
        self.expect(
            self.owner("acorn", "1001"), self.pk("ada"), what="Whose it is after a GET", concept="POST"
        )
        for provider in ("acorn", "birch"):
            answer = ada.post(f"/connections/{provider}/remove/")
            self.expect(leads_to(answer), "/connections/", what="Where removing leads")
            self.expect(self.owner(provider, "1001"), None, what=f"Whose {provider} is then")
        self.expect(
            self.owner("acorn", "1004"), self.pk("zoe"), what="Whose Zoe's identity is", concept="user="
        )
        client = self.new_client()
        self.enter(client, "acorn", "1001", name="Ada")
        self.expect_true(
            self.shelf(client) != self.pk("ada"),
            expected="anything but Ada's shelf",
            what="Acorn still opens it",
            concept="Identity: the row is the way in",
        )

    def test_last_way_in(self):
        """Mary has no password: of two providers she can remove one, whichever, and not the other."""
        for number, order in enumerate((("acorn", "birch"), ("birch", "acorn"))):
            mary, subject = self.new_client(), f"30{number}"
            self.enter(mary, "acorn", subject, name="Mary")
            shelf = self.shelf(mary)
            mary.post("/connections/acorn/remove/")
            concept = "has_usable_password(), or another Identity"
            self.expect(self.owner("acorn", subject), shelf, what="Who has her only one", concept=concept)
            self.enter(mary, "birch", subject, "/connections/birch/add/", name="Mary")
            for provider in order:
                answer = mary.post(f"/connections/{provider}/remove/")
                self.expect(leads_to(answer), "/connections/", what="Where it leads", concept="messages")
            self.expect(self.owner(order[0], subject), None, what=f"Who has her {order[0]}", concept=concept)
            self.expect(self.owner(order[1], subject), shelf, what=f"Who has her {order[1]}", concept=concept)
            again = self.new_client()
            self.enter(again, order[1], subject, name="Mary")
            self.expect(self.shelf(again), shelf, what="The shelf that it opens")

    def begin(self, client, provider, path=""):
        """What the provider is asked when a button is pressed, by name."""
        answer = client.post(path or f"/login/{provider}/")
        query = parse_qs(urlsplit(answer.url).query)
        self.expect(
            leads_to(answer),
            f"/provider/{provider}/authorize/",
            what=f"Where POST {path or f'/login/{provider}/'} leads",
            concept="authorize_url",
        )
        for name in ("scope", "client_id", "redirect_uri", "state", "nonce", "code_challenge"):
            self.expect_true(
                query.get(name),
                expected=f"{name} in the address",
                what=f"The button leads to {answer.url}",
                concept="The authorization request",
            )
        return {"response_type": "", "code_challenge_method": ""} | {n: v[0] for n, v in query.items()}

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

    def enter(self, client, provider, subject, path="", **claims):
        """The whole dance, as this subject; the answer of the callback."""
        asked = self.begin(client, provider, path)
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

    def member(self, username, password):
        client = self.new_client()
        client.login(username=username, password=password)
        return client

    def shelf(self, client):
        """The number of the shelf that this browser sees, or None."""
        page = client.get("/shelf/")
        heading = page.soup.find("h1") if page.status_code == 200 else None
        return int(heading.get_text(strip=True).removeprefix("Shelf ")) if heading else None

    def offered(self, client):
        """What the forms of /connections/ do, in order of the alphabet."""
        paths = [
            form.get("action", "").split("/") for form in client.get("/connections/").soup.find_all("form")
        ]
        return sorted(f"{path[2]} {path[3]}" for path in paths if path[1:2] == ["connections"])

    def pk(self, username):
        return self.project.run(
            f"from django.contrib.auth.models import User\nUser.objects.get(username={username!r}).pk"
        )

    def owner(self, provider, subject):
        """The number of the account that this subject opens, or None."""
        issuer = f"https://{provider}.example"
        return self.project.run(
            "from shed.models import Identity\n"
            f"Identity.objects.filter(issuer={issuer!r}, subject={subject!r})"
            ".values_list('user', flat=True).first()"
        )

    def accounts(self, wanted=""):
        return self.project.run(
            f"from django.contrib.auth.models import User\nUser.objects.filter({wanted}).count()"
        )


def leads_to(response):
    return urlsplit(response.url).path or f"(status {response.status_code}, no redirect)"
