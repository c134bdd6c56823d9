import hashlib
import re
from itertools import product
from urllib.parse import urljoin, urlsplit

from sandbox.jail.examiner import ExerciseTestCase

PASSWORDS = {"ada": "analytical-engine", "grace": "nanosecond-wire", "hal": "open-the-pod-bay"}
ADDRESSES = {
    "ada": "ada@analytical.example",
    "grace": "grace@navy.example",
    "hal": "hal@discovery.example",
}
NEW = "seven-runner-beans"
WEAK = {
    "short1": "MinimumLengthValidator",
    "password1234": "CommonPasswordValidator",
    "9283746501": "NumericPasswordValidator",
    "ada@analytical": "UserAttributeSimilarityValidator: validate_password() needs the user",
}
MINUTES = 60  # seconds

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
    def test_reset(self):
        """Ada asks for a letter, follows its link, sets a password, and signs in with it."""
        browser = self.new_client(enforce_csrf=True)
        page = browser.get("/forgot/")
        self.send(browser, page, self.form_with(page, "email"), email=ADDRESSES["ada"])
        link = self.last_link(ADDRESSES["ada"])
        opened = browser.get(link, follow=True)
        form = self.password_form(opened)
        self.expect_true(
            form is not None,
            expected="a form with a password field",
            what=f"The page behind the link (status {opened.status_code})",
            concept="PasswordResetConfirmView gives the template `form` and `validlink`",
        )
        self.send(browser, opened, form, **self.filled(form, NEW))
        self.expect_password("ada", NEW, "after setting it")
        self.expect_login("ada", NEW)

    def test_guess(self):
        """Nobody makes a link for Ada out of what they know: her name, her address, a link of their own."""
        self.ask("ada")
        hers = urlsplit(self.last_link(ADDRESSES["ada"]))
        concept = "A token has to depend on a secret: HMAC with SECRET_KEY, or a random value that is stored"
        known = [ADDRESSES["ada"], "ada", str(self.pk_of("ada"))]
        texts = [*known, *(f"{a}{join}{b}" for a, b in product(known, known) for join in ("", ":", "|", "-"))]
        for text, algorithm in product(texts, ("md5", "sha1", "sha256", "sha512")):
            digest = hashlib.new(algorithm, text.encode()).hexdigest()
            guessed = digest[:16] in f"{hers.path}?{hers.query}"
            found = f"{algorithm} of {text!r}" if guessed else "nothing that anybody can compute"
            self.expect(
                found, "nothing that anybody can compute", what="What stands in Ada's link", concept=concept
            )
        self.ask("grace")
        for path in self.mixtures(hers.path, urlsplit(self.last_link(ADDRESSES["grace"])).path):
            self.use(self.new_client(), path)
            self.expect_password("ada", PASSWORDS["ada"], f"after somebody used {path}, half of it Grace's")

    def test_once(self):
        """A link works once."""
        self.ask("ada")
        link = self.last_link(ADDRESSES["ada"])
        self.use(self.new_client(), link)
        self.expect_password("ada", NEW, "after using the link")
        self.use(self.new_client(), link, "somebody-elses-beans")
        self.expect_password(
            "ada",
            NEW,
            "after using the same link again",
            "The token's hash takes in the password column, which the reset changes",
        )

    def test_deadline(self):
        """A link works for two hours, and no longer."""
        for ahead, expected in ((115 * MINUTES, NEW), (125 * MINUTES, PASSWORDS["ada"])):
            self.set_password("ada", PASSWORDS["ada"])
            self.ask("ada")
            link = self.last_link(ADDRESSES["ada"])
            self.project.run(CLOCK.format(ahead=ahead))
            try:
                self.use(self.new_client(), link)
            finally:
                self.project.run(CLOCK.format(ahead=0))
            self.expect_password(
                "ada",
                expected,
                f"after using a link {ahead // MINUTES} minutes old",
                "settings.PASSWORD_RESET_TIMEOUT: the token carries its time, and check_token() compares",
            )

    def test_overtaken(self):
        """A link dies when the password or the address is changed in between."""
        changes = {
            "the password was changed": f"ada.set_password({PASSWORDS['ada']!r})",
            "the address was changed": "ada.email = 'lovelace@analytical.example'",
        }
        for what, change in changes.items():
            self.ask("ada")
            link = self.last_link(ADDRESSES["ada"])
            self.project.run(
                "from django.contrib.auth.models import User\n"
                f"ada = User.objects.get(username='ada')\n{change}\nada.save()"
            )
            self.use(self.new_client(), link)
            self.expect_password(
                "ada",
                PASSWORDS["ada"],
                f"after using a link that was sent before {what}",
                "_make_hash_value(): pk, password, last_login, timestamp, email",
            )

    def test_same_answer(self):
        """A traveller's address, a stranger's, and a switched-off one get the same answer."""
        answers = {}
        for who in (ADDRESSES["ada"], "zoe@nowhere.example", ADDRESSES["hal"]):
            answer = self.new_client().post("/forgot/", {"email": who}, follow=True)
            answers[who] = (answer.status_code, answer.path, visible(answer).replace(who, "…"))
        known = answers.pop(ADDRESSES["ada"])
        for who, answer in answers.items():
            self.expect(
                answer,
                known,
                what=f"Status, address and text of the answer to {who}, against that to Ada's",
                concept="Enumeration: the page says the same, the mailbox says the rest",
            )

    def test_switched_off(self):
        """Who has no account, or one that is switched off, gets no letter."""
        for who in ("zoe@nowhere.example", ADDRESSES["hal"]):
            self.new_client().post("/forgot/", {"email": who})
            self.expect(
                [letter["to"] for letter in self.project.mail()],
                [],
                what=f"Letters sent after asking for {who}",
                concept="PasswordResetForm.get_users(): is_active, and a password that can be used",
            )

    def test_host(self):
        """The link leads to our site, whatever host the request named."""
        self.new_client().post(
            "/forgot/", {"email": ADDRESSES["ada"]}, headers={"Host": "ferry.example.evil.example"}
        )
        self.new_client().post("http://evil.example/forgot/", {"email": ADDRESSES["ada"]})
        for letter in self.project.mail():
            for link in links_of(letter) or ["no link"]:
                where = urlsplit(link)
                self.expect(
                    f"{where.scheme}://{where.netloc}",
                    "https://ferry.example",
                    what=f"Where the link {link} in Ada's letter leads",
                    concept="request.get_host() is what the client wrote; extra_email_context, from settings",
                )

    def test_stored_address(self):
        """Capitals do not matter, and the letter goes to the address in the account."""
        self.new_client().post("/forgot/", {"email": "ADA@Analytical.example"})
        self.expect(
            [letter["to"] for letter in self.project.mail()],
            [[ADDRESSES["ada"]]],
            what="Who gets a letter after asking for ADA@Analytical.example",
            concept="Two addresses that compare equal can be two mailboxes: write to user.email",
        )

    def test_weak_password(self):
        """A weak password is refused, and the link still works for a better one."""
        self.ask("ada")
        link, browser = self.last_link(ADDRESSES["ada"]), self.new_client()
        for weak, concept in WEAK.items():
            self.use(browser, link, weak)
            self.expect_password("ada", PASSWORDS["ada"], f"after trying {weak!r}", concept)
        self.use(browser, link)
        self.expect_password(
            "ada", NEW, "after trying a good one in the end", "form.is_valid() before save()"
        )

    def test_scanner(self):
        """A mail scanner that opens the link first spends nothing and changes nothing."""
        self.ask("ada")
        link, scanner = self.last_link(ADDRESSES["ada"]), self.new_client()
        scanner.get(link, follow=True)
        scanner.head(link)
        self.expect_password("ada", PASSWORDS["ada"], "after a scanner opened the link")
        self.use(self.new_client(), link)
        self.expect_password("ada", NEW, "after Ada used the link", "GET changes nothing, not even the link")

    def test_damaged(self):
        """Damaged links are refused, and break nothing."""
        self.ask("ada")
        path = urlsplit(self.last_link(ADDRESSES["ada"])).path
        end = "0" if path.rstrip("/")[-1] != "0" else "1"
        parts = path.strip("/").split("/")
        damaged = [path.rstrip("/")[:-1] + end + "/", f"/{'/'.join([*parts[:-1], '~~'])}/"]
        for number in range(1, len(parts)):
            damaged.append(f"/{'/'.join([*parts[:number], 'ÿ', *parts[number + 1 :]])}/")
        for broken in damaged:
            answer = self.new_client().get(broken, follow=True)
            self.expect_true(
                answer.status_code < 500 and self.password_form(answer) is None,
                expected="a refusal: no form, no 500",
                what=f"GET {broken} (status {answer.status_code})",
                concept="What comes in an address can be anything: decode, look up, and be ready for neither",
            )

    def ask(self, who):
        self.new_client().post("/forgot/", {"email": ADDRESSES[who]})

    def last_link(self, address):
        """The link in the last letter to this address."""
        letters = [letter for letter in self.project.mail() if letter["to"] == [address]]
        found = links_of(letters[-1]) if letters else []
        self.expect_true(
            found,
            expected="a letter with a link",
            what=f"Letters to {address}: {len(letters)}, links in the last: {len(found)}",
            concept="send_mail() with an absolute link",
        )
        return urlsplit(found[0])._replace(scheme="", netloc="").geturl()

    def use(self, client, link, password=NEW):
        """Open the link and, if it leads to a form, fill that in."""
        page = client.get(link, follow=True)
        form = self.password_form(page)
        if form is not None:
            self.send(client, page, form, **self.filled(form, password))

    def password_form(self, page):
        field = page.soup.find("input", attrs={"type": "password"})
        form = field and field.find_parent("form")
        # A page that answers a dead link with the login form has a password field as well.
        return form if form and not form.find("input", attrs={"name": "username"}) else None

    def filled(self, form, password):
        return {field["name"]: password for field in form.find_all("input", attrs={"type": "password"})}

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
        answer = client.post(urljoin(page.path, form.get("action") or page.path), {**data, **values})
        self.expect_true(
            answer.status_code != 403,
            expected="an accepted form",
            what=f"The form of {page.path} answers 403",
            concept="{% csrf_token %} in every form that posts",
        )
        return answer

    def mixtures(self, hers, other):
        """The paths that take some of their parts from one link and some from another."""
        pairs = list(zip(hers.split("/"), other.split("/"), strict=False))
        paths = {"/".join(chosen) for chosen in product(*({a, b} for a, b in pairs))}
        return sorted(paths - {hers, other})

    def expect_password(self, username, expected, when, concept="set_password(), then save()"):
        """Which password opens the account."""
        candidates = [PASSWORDS[username], NEW, "somebody-elses-beans", *WEAK]
        right = [
            candidate
            for candidate in candidates
            if self.project.run(
                "from django.contrib.auth.models import User\n"
                f"User.objects.get(username={username!r}).check_password({candidate!r})"
            )
        ]
        self.expect(right, [expected], what=f"The password of {username} {when}", concept=concept)

    def expect_login(self, username, password):
        # Not in expect_password(): a sign-in changes last_login, and may end a link that is still to be used.
        client = self.new_client()
        client.post("/login/", {"username": username, "password": password})
        self.expect(
            client.get("/crossings/").status_code,
            200,
            what=f"GET /crossings/ after signing in as {username} with {password!r}",
            concept="The login page is part of what has to go on working",
        )

    def set_password(self, username, password):
        self.project.run(
            "from django.contrib.auth.models import User\n"
            f"user = User.objects.get(username={username!r})\nuser.set_password({password!r})\nuser.save()"
        )

    def pk_of(self, username):
        return self.project.run(
            f"from django.contrib.auth.models import User\nUser.objects.get(username={username!r}).pk"
        )


def links_of(letter):
    return re.findall(r"https?://[^\s<>\"']+", letter["body"])
