import base64
import re
from urllib.parse import urljoin, urlsplit

from sandbox.jail.examiner import ExerciseTestCase

PASSWORD = "seven-runner-beans"
ADA = {"username": "ada", "password": "analytical-engine"}
HOUR = 60 * 60  # seconds

# Moves the clock for whatever a project may ask for the time: time.time(), datetime.now(), timezone.now().
CLOCK = """
import datetime, os, sys, time
import django.contrib.auth.tokens, django.utils.timezone
real = getattr(time, "_real", time.time)
time._real, ahead = real, {ahead}

class Watched(type(datetime.datetime)):
    def __instancecheck__(cls, value):
        return isinstance(value, Real)

Real = getattr(datetime, "_real", datetime.datetime)
datetime._real = Real

class Later(Real, metaclass=Watched):
    @classmethod
    def now(cls, tz=None):
        return Real.now(tz) + datetime.timedelta(seconds=ahead)

    @classmethod
    def utcnow(cls):
        return Real.utcnow() + datetime.timedelta(seconds=ahead)

time.time = (lambda: real() + ahead) if ahead else real
datetime.datetime = Later if ahead else Real
for module in list(sys.modules.values()):
    own = (getattr(module, "__file__", None) or "").startswith(os.getcwd())
    if own or module in (django.contrib.auth.tokens, django.utils.timezone):
        for name, value in list(vars(module).items()):
            if value is Real or getattr(value, "__name__", "") == "Later":
                setattr(module, name, datetime.datetime)
            elif name == "time" and callable(value):
                setattr(module, name, time.time)
None
"""


def visible(response):
    return response.soup.get_text(" ", strip=True)


class Checks(ExerciseTestCase):
    def setUp(self):
        # The cache is no part of the database, which begins anew at each check.
        self.project.run("from django.core.cache import cache\ncache.clear()")

    def test_confirm(self):
        """Mary joins, follows the link in her letter, confirms by its button, signs in, and offers seeds."""
        browser = self.new_client(enforce_csrf=True)
        page = browser.get("/join/")
        form = self.form_with(page, "email")
        self.send(browser, page, form, **joining("mary", "mary@quay.example"))
        link = self.last_link("mary@quay.example")
        page = browser.get(link, follow=True)
        forms = self.buttons(page)
        self.expect(
            len(forms),
            1,
            what=f"Forms that post, on the page behind the link (status {page.status_code})",
            concept="GET shows a button; the POST confirms",
        )
        self.send(browser, page, forms[0])
        page = browser.get("/login/")
        self.send(browser, page, self.form_with(page, "username"), username="mary", password=PASSWORD)
        page = browser.get("/offers/new/")
        self.send(browser, page, self.form_with(page, "text"), text="Peas of Mary's")
        self.expect_in("Peas of Mary's", visible(browser.get("/")), what="The page of offers")

    def test_unconfirmed(self):
        """Who has not confirmed an address is signed in, and can offer nothing, form or no form."""
        mary = self.joined("mary")
        self.expect(mary.get("/account/").status_code, 200, what="GET /account/, signed in as mary")
        answer = mary.get("/offers/new/")
        self.expect_true(answer.status_code < 500, expected="a page or a redirect", what="GET /offers/new/")
        self.expect_offers(mary, False, "Mary, not confirmed", "The view decides; a hidden link does not")

    def test_guess(self):
        """Nobody makes a link out of what they know."""
        mary = self.joined("mary")
        self.joined("zoe")
        for forged in forgeries(self.last_link("zoe@quay.example"), "zoe", "mary"):
            self.follow(self.new_client(), forged)
        self.expect_offers(
            mary,
            False,
            "Mary, after Zoe rewrote a link of her own",
            "signing.dumps(): HMAC with SECRET_KEY; base64 is no secret",
        )

    def test_other_address(self):
        """A letter confirms the address that it went to. After a change, the old letter confirms nothing."""
        mary = self.joined("mary", "first@quay.example")
        old = self.last_link("first@quay.example")
        mary.post("/account/", {"email": "second@quay.example"})
        new = self.last_link("second@quay.example")
        self.follow(self.new_client(), old)
        concept = "The key has to name the address, and confirm() to compare it with the account's"
        self.expect_offers(mary, False, "Mary, who used the letter to her old address", concept)
        self.follow(self.new_client(), new)
        self.expect_offers(mary, True, "Mary, who used the letter to her new address")

    def test_changed(self):
        """A changed address is not confirmed, until its own letter is."""
        ada = self.new_client()
        ada.post("/login/", ADA)
        self.expect_offers(ada, True, "Ada, confirmed")
        ada.post("/account/", {"email": "ada@quay.example"})
        self.expect_offers(ada, False, "Ada, with a new address", "Confirmed is the address, not the person")
        self.follow(ada, self.last_link("ada@quay.example"))
        self.expect_offers(ada, True, "Ada, with the new address confirmed")

    def test_deadline(self):
        """A letter is good for three days, and no longer."""
        for who, hours, expected in (("mary", 71, True), ("zoe", 73, False)):
            client = self.joined(who)
            link = self.last_link(f"{who}@quay.example")
            self.project.run(CLOCK.format(ahead=hours * HOUR))
            try:
                self.follow(self.new_client(), link)
            finally:
                self.project.run(CLOCK.format(ahead=0))
            concept = "signing.loads(…, max_age=settings.CONFIRM_TIMEOUT)"
            self.expect_offers(client, expected, f"{who}, with a letter {hours} hours old", concept)

    def test_scanner(self):
        """A mail scanner that opens every link confirms nothing, and spends nothing."""
        mary = self.joined("mary")
        link = self.last_link("mary@quay.example")
        scanner = self.new_client()
        scanner.get(link, follow=True)
        scanner.head(link)
        self.expect_offers(mary, False, "Mary, whose link a scanner opened", "GET changes nothing")
        self.follow(mary, link)
        self.expect_offers(mary, True, "Mary, who pressed the button")

    def test_signs_nobody_in(self):
        """Whoever has the letter confirms an address, and is signed in nowhere."""
        self.joined("mary")
        stranger = self.new_client()
        self.follow(stranger, self.last_link("mary@quay.example"))
        self.expect(
            urlsplit(stranger.get("/account/").url).path,
            "/login/",
            what="Where /account/ leads who has only the letter",
            concept="A letter is read by scanners, colleagues and whoever inherits the mailbox",
        )

    def test_throttle(self):
        """An address gets one letter a minute, from however many browsers; another address gets its own."""
        mary, again = self.joined("mary"), self.new_client()
        again.post("/login/", {"username": "mary", "password": PASSWORD})
        for client in (mary, again, again):
            client.post("/confirm/again/")
        concept = "cache.add(key with the address, True, settings.LETTER_EVERY)"
        self.expect(
            len(self.letters("mary@quay.example")),
            1,
            what="Letters to mary, who joined and then asked three times",
            concept=concept,
        )
        self.joined("zoe")
        self.expect(
            len(self.letters("zoe@quay.example")), 1, what="Letters to zoe, who joined then", concept=concept
        )
        self.project.run(CLOCK.format(ahead=61))
        try:
            mary.post("/confirm/again/")
        finally:
            self.project.run(CLOCK.format(ahead=0))
        self.expect(
            len(self.letters("mary@quay.example")), 2, what="Letters to mary a minute later", concept=concept
        )

    def test_one_account(self):
        """An address is confirmed for one account only, however it is spelled."""
        for who, address in (("mary", "ada@analytical.example"), ("zoe", "ADA@Analytical.example")):
            self.new_client().post("/join/", joining(who, address))
            client = self.new_client()
            client.post("/login/", {"username": who, "password": PASSWORD})
            # No link where joining was refused: that keeps accounts apart as well.
            for link in links_of(self.letters(address)):
                self.follow(client, link)
            concept = "Look for another confirmed account with this address, by iexact"
            self.expect_offers(client, False, f"{who}, who claims {address}", concept)
            self.project.run("from django.core.cache import cache\ncache.clear()")
        ada = self.new_client()
        ada.post("/login/", ADA)
        self.expect_offers(ada, True, "Ada, whose address they claimed")

    def joined(self, who, address=""):
        """A browser in which `who` has joined and signed in."""
        client = self.new_client()
        client.post("/join/", joining(who, address or f"{who}@quay.example"))
        client.post("/login/", {"username": who, "password": PASSWORD})
        return client

    def letters(self, address):
        # Forms write the domain in small letters.
        return [
            letter
            for letter in self.project.mail()
            if [to.lower() for to in letter["to"]] == [address.lower()]
        ]

    def last_link(self, address):
        """Path and query of the link in the last letter to this address."""
        found = links_of(self.letters(address)[-1:])
        self.expect_true(
            found,
            expected=f"a letter to {address} with a link",
            what="There is none",
            concept="send_letter()",
        )
        return found[0]

    def follow(self, client, link):
        """Open the link and press the button behind it, if there is one."""
        page = client.get(link, follow=True)
        for form in self.buttons(page)[:1]:
            self.send(client, page, form)

    def buttons(self, page):
        """The forms of the page's own that post, without those of the header."""
        main = page.soup.find("main") or page.soup
        forms = [form for form in main.find_all("form") if (form.get("method") or "").lower() == "post"]
        return [form for form in forms if not form.find("input", attrs={"type": ["password", "email"]})]

    def expect_offers(self, client, expected, who, concept="is_confirmed"):
        """Whether an offer that this browser posts is on the page of offers."""
        text = f"Offer number {len(self.project.mail())}{id(client)}{expected}{who[:4]}"
        client.post("/offers/new/", {"text": text})
        listed = text in visible(self.new_client().get("/"))
        self.expect(
            "yes" if listed else "no",
            "yes" if expected else "no",
            what=f"Can {who}, offer seeds?",
            concept=concept,
        )

    def form_with(self, page, field):
        found = page.soup.find("input", attrs={"name": field})
        self.expect_true(
            found and found.find_parent("form"),
            expected=f"a form with a field called {field}",
            what=f"The page {page.path} (status {page.status_code})",
            concept="The names of the fields are part of the task",
        )
        return found.find_parent("form")

    def send(self, client, page, form, **values):
        """Submit a form of a page as a browser does, hidden fields included."""
        data = {
            field["name"]: field.get("value", "")
            for field in form.find_all("input")
            if field.get("name") and field.get("type") != "submit"
        }
        button = form.find("button", attrs={"name": True})
        if button:
            data[button["name"]] = button.get("value", "")
        answer = client.post(urljoin(page.path, form.get("action") or page.path), {**data, **values})
        self.expect_true(
            answer.status_code != 403,
            expected="an accepted form",
            what=f"The form of {page.path} answers 403",
            concept="{% csrf_token %} in every form that posts",
        )
        return answer


def joining(who, address):
    return {"username": who, "email": address, "password1": PASSWORD, "password2": PASSWORD}


def links_of(letters):
    found = [link for letter in letters for link in re.findall(r"https?://[^\s<>\"']+", letter["body"])]
    return [urlsplit(link)._replace(scheme="", netloc="").geturl() for link in found]


def decoded(key):
    try:
        return base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)).decode()
    except ValueError:
        return None


def forgeries(path, own, other):
    """The link of `own` with the name of `other`, who joined just before, in all parts that can be read."""
    found = set()
    for part in re.findall(r"[\w=@.-]+", path):
        plain = decoded(part)
        found |= {path.replace(part, changed) for changed in rewritten(part, own, other)}
        if plain:
            changes = [base64.urlsafe_b64encode(text.encode()) for text in rewritten(plain, own, other)]
            found |= {path.replace(part, changed.decode().rstrip("=")) for changed in changes}
    return sorted(found - {path})


def rewritten(text, own, other):
    numbered = re.sub(r"\d+", lambda number: str(int(number[0]) - 1), text, count=1)
    return {text.replace(own, other), numbered, numbered.replace(own, other)}
