from urllib.parse import parse_qs, urljoin, urlsplit

from sandbox.jail.examiner import ExerciseTestCase

OLD = {"ada": "analytical-engine", "grace": "nanosecond-wire"}
NEW = "seven-runner-beans"
PATH = "/account/password/"
HOUSE_WORDS = ["my-own-perseids", "Hollow-ways-of-1843", "x9-D.o.M.e-7731", "PERSEID-shower-88"]
DJANGOS = {
    "short1": "MinimumLengthValidator",
    "password1234": "CommonPasswordValidator",
    "9283746501": "NumericPasswordValidator",
    "ada@analytical": "UserAttributeSimilarityValidator",
}


def visible(response):
    return response.soup.get_text(" ", strip=True)


def changing(old, new=NEW, again=None):
    return {"old_password": old, "new_password1": new, "new_password2": again or new}


class Checks(ExerciseTestCase):
    def test_page(self):
        """Who is signed in finds the form at /account/password/, with the rules in words."""
        self.sign_in(self.client)
        page = self.client.get(PATH)
        self.expect(page.status_code, 200, what=f"GET {PATH}", concept="A path in urls.py")
        for name in ("old_password", "new_password1", "new_password2"):
            field = page.soup.find("input", attrs={"name": name}) or {}
            self.expect(
                field.get("type"),
                "password",
                what=f"The type of the field {name}",
                concept="PasswordChangeForm has these three",
            )
        self.expect_in(
            "perseid",
            visible(page).lower(),
            what="The text of the page",
            concept="get_help_text(): the form shows what every validator says of itself",
        )

    def test_closed(self):
        """Everybody else is sent to the login page, with the way back in next."""
        answers = (self.client.get(PATH), self.client.post(PATH, changing(OLD["ada"])))
        for answer in answers:
            where = urlsplit(answer.url)
            concept = "login_required, which PasswordChangeView has built in"
            self.expect(where.path, "/login/", what=f"Where {PATH} leads a stranger", concept=concept)
            self.expect(parse_qs(where.query).get("next"), [PATH], what="The next in it", concept=concept)

    def test_change(self):
        """Ada changes her password with the form: the new one opens the account, the old one does not."""
        browser = self.new_client(enforce_csrf=True)
        page = browser.get("/login/")
        self.send(browser, page, "username", username="ada", password=OLD["ada"])
        page = browser.get(PATH)
        answer = self.send(browser, page, "old_password", **changing(OLD["ada"]))
        self.expect(
            urlsplit(answer.url).path,
            "/account/",
            what="Where the change leads",
            concept="success_url; POST, then redirect",
        )
        self.expect_password("ada", NEW, "after the change")
        self.expect(
            [self.lets_in("ada", password) for password in (NEW, OLD["ada"])],
            [True, False],
            what="Whether the login takes the new password, and the old one",
            concept="form.save() hashes the password",
        )

    def test_this_browser(self):
        """The browser that changed the password stays signed in."""
        self.sign_in(self.client)
        self.change(self.client)
        self.expect(
            self.seen_by(self.client),
            "ada's account",
            what="What /account/ shows this browser",
            concept="update_session_auth_hash(request, user) writes the new hash into this session",
        )

    def test_other_browsers(self):
        """All other browsers of Ada's are signed out. Grace's is not."""
        phone, grace = self.new_client(), self.new_client()
        for client, who in ((self.client, "ada"), (phone, "ada"), (grace, "grace")):
            self.sign_in(client, who)
        self.change(self.client)
        concept = "Each request compares _auth_user_hash with an HMAC of the password column"
        self.expect(self.seen_by(phone), "nothing", what="What /account/ shows her phone", concept=concept)
        self.expect(self.seen_by(grace), "grace's account", what="What it shows Grace", concept=concept)

    def test_session_data(self):
        """What this session remembers is still there."""
        self.sign_in(self.client)
        self.client.post("/watch/perseids/")
        self.change(self.client)
        self.expect_in(
            "perseids",
            visible(self.client.get("/account/")),
            what="The text of /account/ after the change",
            concept="update_session_auth_hash() cycles the key and keeps the data; login() would flush",
        )

    def test_copied_cookie(self):
        """A copy of this browser's own cookie, made before the change, is worthless after it."""
        self.sign_in(self.client)
        copy = self.new_client()
        for name, morsel in self.client.cookies.items():
            copy.cookies[name] = morsel.value
        self.change(self.client)
        self.expect_password("ada", NEW, "after the change")
        self.expect(
            self.seen_by(copy),
            "nothing",
            what="What /account/ shows whoever has the copy",
            concept="update_session_auth_hash() calls session.cycle_key(); a hash written by hand does not",
        )

    def test_old_password(self):
        """Without the old password nothing changes."""
        self.sign_in(self.client)
        for old in ("", "difference-engine", OLD["grace"]):
            self.expect_form_again(self.client.post(PATH, changing(old)), f"the old password {old!r}")
            self.expect_password("ada", OLD["ada"], f"after giving {old!r} as the old one")

    def test_two_that_differ(self):
        """Two new passwords that differ are refused."""
        self.sign_in(self.client)
        answer = self.client.post(PATH, changing(OLD["ada"], again="seven-runner-peas"))
        self.expect_form_again(answer, "two that differ")
        self.expect_password("ada", OLD["ada"], "after two that differ")

    def test_own_account(self):
        """Whatever the form says, a change is one of one's own password."""
        self.sign_in(self.client)
        pk = self.project.run(
            "from django.contrib.auth.models import User\nUser.objects.get(username='grace').pk"
        )
        for old in OLD.values():
            for name, value in (("username", "grace"), ("user", pk), ("id", pk), ("pk", pk)):
                self.client.post(f"{PATH}?{name}={value}", {**changing(old), name: value})
                self.expect_password(
                    "grace",
                    OLD["grace"],
                    f"after Ada sent {name}={value}",
                    "request.user, and nothing that came with the form",
                )

    def test_words(self):
        """The form refuses hollow, dome and perseid, in capitals, and with signs between the letters."""
        self.sign_in(self.client)
        for weak in HOUSE_WORDS:
            answer = self.client.post(PATH, changing(OLD["ada"], weak))
            self.expect_password(
                "ada", OLD["ada"], f"after {weak!r}", "Compare lower case, letters and digits"
            )
            self.expect_form_again(answer, repr(weak))

    def test_unchanged(self):
        """The password that one has is no new password."""
        self.sign_in(self.client)
        answer = self.client.post(PATH, changing(OLD["ada"], OLD["ada"]))
        self.expect_form_again(answer, "the same password again")
        self.expect(
            self.project.mail(),
            [],
            what="Letters sent",
            concept="A validator has the user: user.check_password(password)",
        )

    def test_djangos_rules(self):
        """Django's four rules hold as before."""
        self.sign_in(self.client)
        for weak, concept in DJANGOS.items():
            self.client.post(PATH, changing(OLD["ada"], weak))
            self.expect_password("ada", OLD["ada"], f"after {weak!r}", concept)

    def test_everywhere(self):
        """The two rules hold wherever a password is set: in a reset, at sign-up, in the admin."""
        tries = {
            "new_password2": "SetPasswordForm(ada, {'new_password1': word, 'new_password2': word})",
            "password2": "UserCreationForm({'username': 'mary', 'password1': word, 'password2': word})",
        }
        for field, form in tries.items():
            for word in (HOUSE_WORDS[0], OLD["ada"]) if field == "new_password2" else HOUSE_WORDS[:1]:
                refused = self.project.run(
                    "from django.contrib.auth.forms import SetPasswordForm, UserCreationForm\n"
                    "from django.contrib.auth.models import User\n"
                    f"ada, word = User.objects.get(username='ada'), {word!r}\n"
                    f"form = {form}\nnot form.is_valid()"
                )
                self.expect(
                    "refused" if refused else "taken",
                    "refused",
                    what=f"What {form.split('(')[0]} says to {word!r}",
                    concept="AUTH_PASSWORD_VALIDATORS: every form of Django's asks them",
                )

    def test_without_user(self):
        """The rules can be asked about a password that is nobody's yet, and a good one passes."""
        said = self.project.run(
            "from django.contrib.auth.models import User\n"
            "from django.contrib.auth.password_validation import validate_password\n"
            f"[validate_password({NEW!r}), validate_password({NEW!r}, User(username='mary'))]"
        )
        self.expect(
            said,
            [None, None],
            what="What validate_password() returns",
            concept="validate(self, password, user=None)",
        )

    def test_notice(self):
        """After a change a notice goes to the account's address. It holds neither password."""
        self.sign_in(self.client)
        self.change(self.client)
        letters = self.project.mail()
        self.expect(
            [letter["to"] for letter in letters],
            [["ada@analytical.example"]],
            what="Who gets a notice",
            concept="send_mail(…, [user.email]) after the change",
        )
        words = f"{letters[0]['subject']} {letters[0]['body']} {letters[0]['html'] or ''}"
        self.expect_in("password", words.lower(), what="Subject and text of the notice")
        for password in (OLD["ada"], NEW):
            self.expect_not_in(password, words, what="The notice", concept="Passwords do not travel by mail")

    def test_refusal_is_silent(self):
        """A refused change, or a look at the page, sends no notice."""
        self.sign_in(self.client)
        self.client.get(PATH)
        self.client.post(PATH, changing("difference-engine"))
        self.client.post(PATH, changing(OLD["ada"], "short1"))
        self.expect(
            len(self.project.mail()), 0, what="Letters sent", concept="Tell after form.save(), not before"
        )

    def test_mail_server_down(self):
        """When the mail server is down, the change stands, and its page is the same."""
        self.sign_in(self.client)
        patch = "from django.core.mail.backends.locmem import EmailBackend\n"
        self.project.run(
            f"{patch}EmailBackend._kept = EmailBackend.send_messages\n"
            "def refuse(self, messages):\n"
            "    import smtplib\n"
            "    if not self.fail_silently:\n"
            "        raise smtplib.SMTPConnectError(421, b'The mail server is down')\n"
            "EmailBackend.send_messages = refuse"
        )
        try:
            answer = self.client.post(PATH, changing(OLD["ada"]))
        finally:
            self.project.run(f"{patch}EmailBackend.send_messages = EmailBackend._kept")
        self.expect(answer.status_code, 302, what="The answer", concept="Catch it, and log it")
        self.expect(self.seen_by(self.client), "ada's account", what="What /account/ shows then")
        self.expect_password("ada", NEW, "after a change without a mail server")

    def sign_in(self, client, who="ada"):
        client.post("/login/", {"username": who, "password": OLD[who]})

    def change(self, client):
        answer = client.post(PATH, changing(OLD["ada"]))
        self.expect(
            answer.status_code,
            302,
            what=f"POST {PATH} with the right old password and a good new one",
            concept="form.is_valid(), form.save(), redirect",
        )

    def lets_in(self, who, password):
        client = self.new_client()
        client.post("/login/", {"username": who, "password": password})
        return self.seen_by(client) == f"{who}'s account"

    def seen_by(self, client):
        answer = client.get("/account/")
        heading = answer.soup.find("h1") if answer.status_code == 200 else None
        return f"{heading.get_text(strip=True)}'s account" if heading else "nothing"

    def expect_form_again(self, answer, after):
        self.expect_true(
            answer.status_code < 500 and answer.soup.find("input", attrs={"name": "old_password"}),
            expected="the form again, with its errors",
            what=f"The answer to {after} (status {answer.status_code})",
            concept="Render the bound form where it is not valid",
        )

    def expect_password(self, username, expected, when, concept="user.set_password(), user.save()"):
        """Which password opens the account."""
        candidates = [*OLD.values(), NEW, "seven-runner-peas", *HOUSE_WORDS, *DJANGOS]
        right = self.project.run(
            "from django.contrib.auth.models import User\n"
            f"user = User.objects.get(username={username!r})\n"
            f"[candidate for candidate in {candidates!r} if user.check_password(candidate)]"
        )
        self.expect(right, [expected], what=f"The password of {username} {when}", concept=concept)

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
