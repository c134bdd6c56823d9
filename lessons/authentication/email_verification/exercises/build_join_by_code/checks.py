import re
from urllib.parse import urljoin, urlsplit

from sandbox.jail.examiner import ExerciseTestCase

PASSWORD = "seven-runner-beans"
MARY = "mary@quay.example"
MINUTE = 60  # seconds
WRONG = ["000000", "111111", "222222", "333333"]

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


def joining(who="mary", address=MARY, password=PASSWORD):
    return {"username": who, "email": address, "password1": password, "password2": password}


def visible(response):
    return response.soup.get_text(" ", strip=True)


class Checks(ExerciseTestCase):
    def test_join(self):
        """Mary fills in the form, gets a letter, enters its code, and is at the workbench, signed in."""
        browser = self.new_client(enforce_csrf=True)
        page = browser.get("/join/")
        answer = self.send(browser, page, "email", **joining())
        self.expect(leads_to(answer), "/code/", what="Where joining leads", concept="POST, then redirect")
        page = browser.get("/code/")
        answer = self.send(browser, page, "code", code=self.code_for(MARY))
        self.expect(leads_to(answer), "/bench/", what="Where the right code leads", concept="redirect()")
        self.expect(self.seat(browser), "mary", what="Whose workbench she sees", concept="login()")

    def test_next_time(self):
        """Her password works at the next login."""
        self.client.post("/join/", joining())
        self.client.post("/code/", {"code": self.code_for(MARY)})
        again = self.new_client()
        again.post("/login/", {"username": "mary", "password": PASSWORD})
        self.expect(
            self.seat(again),
            "mary",
            what="Whose workbench a new login shows",
            concept="What make_password() gave goes into the password field as it is",
        )

    def test_nobody_before(self):
        """Before the code, nobody is in: neither this browser, nor the login page with the right password."""
        self.client.post("/join/", joining())
        self.expect(self.seat(self.client), "nobody", what="Whose workbench this browser sees")
        other = self.new_client()
        other.post("/login/", {"username": "mary", "password": PASSWORD})
        self.expect(
            self.seat(other),
            "nobody",
            what="Whose workbench a login shows",
            concept="No user before the code, or one that is not active",
        )

    def test_six_digits(self):
        """Every code has six digits."""
        self.project.run(
            "import secrets\nsecrets._kept = secrets.randbelow\n"
            "secrets.randbelow = lambda number: number // 70_000"
        )
        try:
            self.client.post("/join/", joining())
        finally:
            self.project.run("import secrets\nsecrets.randbelow = secrets._kept")
        letters = self.letters(MARY)
        said = f"says {letters[-1]['body']!r}" if letters else "was not sent"
        self.expect_true(
            letters and re.search(r"\b\d{6}\b", letters[-1]["body"]),
            expected="six digits, with zeros in front if need be",
            what=f"The letter {said}",
            concept='f"{number:06}"',
        )

    def test_wrong_code(self):
        """A wrong code lets nobody in, and shows the form again; the right one still works after two."""
        self.client.post("/join/", joining())
        right = self.code_for(MARY)
        for wrong in self.wrong_codes(right)[:2]:
            answer = self.client.post("/code/", {"code": wrong})
            self.expect_true(
                answer.soup.find("input", attrs={"name": "code"}),
                expected="the form again, with a message",
                what=f"The answer to a wrong code (status {answer.status_code})",
                concept="form.add_error()",
            )
            self.expect(self.seat(self.client), "nobody", what="Whose workbench that shows")
        self.client.post("/code/", {"code": right})
        self.expect(self.seat(self.client), "mary", what="Whose workbench the right code shows then")

    def test_three_tries(self):
        """After three wrong codes the right one is worth nothing."""
        self.client.post("/join/", joining())
        right = self.code_for(MARY)
        for wrong in self.wrong_codes(right)[:3]:
            self.client.post("/code/", {"code": wrong})
        self.client.post("/code/", {"code": right})
        self.expect(
            self.seat(self.client),
            "nobody",
            what="Whose workbench the right code shows after three wrong ones",
            concept="Count in the session or in a row, and assign: session[key] = changed",
        )

    def test_deadline(self):
        """A code is good for ten minutes, and no longer."""
        for who, minutes, expected in (("mary", 9, "mary"), ("zoe", 11, "nobody")):
            client, address = self.new_client(), f"{who}@quay.example"
            client.post("/join/", joining(who, address))
            right = self.code_for(address)
            self.project.run(CLOCK.format(ahead=minutes * MINUTE))
            try:
                client.post("/code/", {"code": right})
            finally:
                self.project.run(CLOCK.format(ahead=0))
            self.expect(
                self.seat(client),
                expected,
                what=f"Whose workbench a code shows that is {minutes} minutes old",
                concept="settings.CODE_TIMEOUT: keep the time of the letter beside the code",
            )

    def test_another(self):
        """Another code takes the place of the first."""
        self.client.post("/join/", joining())
        first = self.code_for(MARY)
        self.client.post("/code/again/")
        second = self.code_for(MARY)
        concept = "A new code for each letter; the old one is forgotten"
        self.expect(len(self.letters(MARY)), 2, what="Letters after asking for another", concept=concept)
        self.expect_true(
            first != second, expected="another code", what=f"Both letters have {first}", concept=concept
        )
        self.client.post("/code/", {"code": first})
        self.expect(
            self.seat(self.client), "nobody", what="Whose workbench the first code shows", concept=concept
        )
        self.client.post("/code/", {"code": second})
        self.expect(self.seat(self.client), "mary", what="Whose workbench the second code shows")

    def test_letters(self):
        """An attempt to join gets three letters at most, and asking takes a POST."""
        self.client.post("/join/", joining())
        self.client.get("/code/again/")
        self.expect(len(self.letters(MARY)), 1, what="Letters after GET /code/again/", concept="require_POST")
        for _ in range(5):
            self.client.post("/code/again/")
        self.expect(
            len(self.letters(MARY)),
            3,
            what="Letters after asking five times more",
            concept="Three tries a code and endless codes are endless tries: settings.CODE_LETTERS",
        )
        self.client.post("/code/", {"code": self.code_for(MARY)})
        self.expect(self.seat(self.client), "mary", what="Whose workbench the last code shows")

    def test_other_browser(self):
        """A code belongs to the browser that asked for it."""
        self.client.post("/join/", joining())
        code = self.code_for(MARY)
        other = self.new_client()
        other.post("/join/", joining("zoe", "zoe@quay.example"))
        for client in (other, self.new_client()):
            client.post("/code/", {"code": code})
            self.expect(
                self.seat(client),
                "nobody",
                what="Whose workbench Mary's code shows in another browser",
                concept="Look the code up in this session's attempt, not among all codes",
            )

    def test_taken_address(self):
        """For an address that has an account, answers are the same, no code works, and a letter says why."""
        for number, taken in enumerate(("ada@analytical.example", "ADA@analytical.example")):
            free = self.new_client().post("/join/", joining(f"free{number}", f"free{number}@quay.example"))
            client = self.new_client()
            answer = client.post("/join/", joining(f"adam{number}", taken))
            concept = "Enumeration: the page says the same, the mailbox says the rest"
            for what, got, expected in (
                ("status", answer.status_code, free.status_code),
                ("address", leads_to(answer), leads_to(free)),
            ):
                self.expect(got, expected, what=f"The {what} of the answer to {taken}", concept=concept)
            letters = [letter for address in {taken, taken.lower()} for letter in self.letters(address)]
            self.expect_true(letters, expected="a letter", what=f"There is none to {taken}", concept=concept)
            page = visible(client.get("/code/"))
            for code in re.findall(r"\b\d{6}\b", " ".join([*(m["body"] for m in letters), page])):
                client.post("/code/", {"code": code})
            self.expect(
                self.seat(client),
                "nobody",
                what=f"Whose workbench the letter to {taken} opens",
                concept="One address, one account",
            )

    def test_abandoned(self):
        """An attempt that was given up blocks neither name nor address; who confirms first has the name."""
        first, second = self.client, self.new_client()
        first.post("/join/", joining("mary", MARY))
        old = self.code_for(MARY)
        answer = second.post("/join/", joining("mary", MARY))
        concept = "No row in auth_user before the code is right"
        self.expect(leads_to(answer), "/code/", what="Where the second attempt leads", concept=concept)
        second.post("/code/", {"code": self.code_for(MARY)})
        self.expect(self.seat(second), "mary", what="Whose workbench that shows", concept=concept)
        third = self.new_client()
        third.post("/join/", joining("zoe", "zoe@quay.example"))
        fourth = self.new_client()
        fourth.post("/join/", joining("zoe", "other-zoe@quay.example"))
        third.post("/code/", {"code": self.code_for("zoe@quay.example")})
        for client, code in ((first, old), (fourth, self.code_for("other-zoe@quay.example"))):
            answer = client.post("/code/", {"code": code})
            self.expect_true(
                answer.status_code < 500,
                expected="a page or a redirect",
                what=f"The answer to who was too late (status {answer.status_code})",
                concept="Between letter and code, name and address can be taken",
            )
            self.expect(self.seat(client), "nobody", what="Whose workbench it shows", concept=concept)

    def test_join_refuses(self):
        """A weak password or a name that is taken is refused at once, and no letter goes out."""
        tries = [joining(password="9283746501"), joining("ada"), joining(address="no address")]
        for data in tries:
            answer = self.client.post("/join/", data)
            self.expect_true(
                answer.soup.find("input", attrs={"name": "password1"}),
                expected="the form again, with its errors",
                what=f"The answer to {data} (status {answer.status_code})",
                concept="form.is_valid() first",
            )
        self.expect(len(self.project.mail()), 0, what="Letters sent", concept="form.is_valid() first")

    def test_password_is_hashed(self):
        """The password waits for the code as a hash: no row of the database has it in clear text."""
        self.client.post("/join/", joining())
        found = self.project.run(
            "from django.apps import apps\n"
            "from django.contrib.sessions.models import Session\n"
            "rows = [str(session.get_decoded()) for session in Session.objects.all()]\n"
            "rows += [str(row) for model in apps.get_models() for row in model.objects.values()]\n"
            f"sum({PASSWORD!r} in row for row in rows)"
        )
        self.expect(found, 0, what="Rows with the password in them", concept="make_password()")

    def test_key_changes(self):
        """A key that somebody planted before is worthless after the code."""
        self.client.post("/join/", joining())
        thief = self.new_client()
        for name, morsel in self.client.cookies.items():
            thief.cookies[name] = morsel.value
        self.client.post("/code/", {"code": self.code_for(MARY)})
        self.expect(self.seat(self.client), "mary", what="Whose workbench Mary sees")
        self.expect(
            self.seat(thief),
            "nobody",
            what="Whose workbench the key from before shows",
            concept="Session fixation: login() changes the key",
        )

    def test_unpredictable(self):
        """Who knows the state of `random` does not know the code."""
        codes = []
        for number in range(3):
            self.project.run("import random\nrandom.seed(7)")
            address = f"number{number}@quay.example"
            self.new_client().post("/join/", joining(f"number{number}", address))
            codes.append(self.code_for(address))
        self.expect_true(
            len(set(codes)) > 1,
            expected="codes that differ",
            what=f"Three codes from the same seed: {', '.join(codes)}",
            concept="secrets, or random.SystemRandom",
        )

    def seat(self, client):
        """Whose workbench /bench/ is."""
        page = client.get("/bench/")
        heading = page.soup.find("h1") if page.status_code == 200 else None
        return heading.get_text(strip=True).removeprefix("Workbench of ") if heading else "nobody"

    def letters(self, address):
        return [letter for letter in self.project.mail() if letter["to"] == [address]]

    def code_for(self, address):
        """The six digits in the last letter to this address."""
        letters = self.letters(address)
        found = re.findall(r"\b\d{6}\b", letters[-1]["body"]) if letters else []
        self.expect(
            len(found),
            1,
            what=f"Codes of six digits in the last of {len(letters)} letters to {address}",
            concept="send_mail(subject, text, None, [address])",
        )
        return found[0]

    def wrong_codes(self, right):
        return [code for code in WRONG if code != right]

    def send(self, client, page, field, **values):
        """Fill in the form that has this field and send it as a browser does."""
        found = page.soup.find("input", attrs={"name": field})
        form = found and found.find_parent("form")
        self.expect_true(
            form,
            expected=f"a form with a field called {field}",
            what=f"The page {page.path} (status {page.status_code})",
            concept="The names of the fields are part of the task",
        )
        data = {
            field["name"]: field.get("value", "")
            for field in form.find_all("input")
            if field.get("name") and field.get("type") != "submit"
        }
        answer = client.post(urljoin(page.path, form.get("action") or page.path), {**data, **values})
        self.expect_true(
            answer.status_code != 403,
            expected="an accepted form",
            what=f"The form of {page.path} answers 403",
            concept="{% csrf_token %} in every form that posts",
        )
        return answer


def leads_to(response):
    return urlsplit(response.url).path or f"(status {response.status_code}, no redirect)"
