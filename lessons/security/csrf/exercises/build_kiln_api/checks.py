from sandbox.jail.examiner import ExerciseTestCase

STUDIO = "https://studio.example"
APP = "https://app.studio.example"
ADA = {"name": "ada", "password": "raku-firing"}
FRIDAY = {"day": "Friday"}


class Checks(ExerciseTestCase):
    def test_session(self):
        """A new browser is told that nobody is signed in, and gets a token."""
        answer = self.new_client(enforce_csrf=True).get(f"{STUDIO}/api/session/")
        self.expect(answer.status_code, 200, what="GET /api/session/")
        self.expect(answer.json().get("user", "no such key"), None, what="user, for a stranger")
        self.expect_true(
            isinstance(answer.json().get("token"), str) and len(answer.json()["token"]) >= 32,
            expected="a token of 32 or 64 characters",
            what=f"token, in the first answer: {answer.json().get('token')!r}",
            concept="get_token(request) makes one when there is none; a new browser has no cookie to read",
        )

    def test_login(self):
        """Sign-in works with the token of the first answer, and says who is signed in."""
        browser = self.new_client(enforce_csrf=True)
        answer = self.post(browser, "login", ADA, token=self.token(browser))
        self.expect(answer.status_code, 200, what="POST /api/login/")
        self.expect(answer.json().get("user"), "ada", what="user, in the answer")
        self.expect(browser.get(f"{STUDIO}/api/session/").json().get("user"), "ada", what="user, afterwards")
        for wrong in ({**ADA, "password": "wrong"}, {"name": "zoe", "password": "raku-firing"}, {}):
            browser = self.new_client(enforce_csrf=True)
            answer = self.post(browser, "login", wrong, token=self.token(browser))
            self.expect(answer.status_code, 400, what=f"POST /api/login/ with {wrong}")

    def test_book(self):
        """A booking from the app's page, and one from the studio's own, are taken."""
        browser, token = self.signed_in()
        for origin in (APP, STUDIO):
            answer = self.post(browser, "bookings", FRIDAY, token=token, headers={"Origin": origin})
            self.expect(
                answer.status_code,
                201,
                what=f"POST /api/bookings/ from {origin}, with the token of the sign-in's answer",
                concept="CSRF_TRUSTED_ORIGINS; and login() rotates the secret, so make the token after it",
            )
            self.expect(answer.json(), {"day": "Friday", "user": "ada"}, what="The answer")
        self.expect(self.bookings(), ["ada Friday", "ada Friday"], what="Rows")

    def test_book_again(self):
        """A token can be used often, and a second one made beside it."""
        browser, token = self.signed_in()
        second = self.token(browser)
        for one in (token, second, token):
            answer = self.post(browser, "bookings", FRIDAY, token=one)
            self.expect(answer.status_code, 201, what="POST /api/bookings/ with a token of this session")

    def test_referer(self):
        """A browser that sends a Referer instead of an Origin is served, too."""
        browser, token = self.signed_in()
        for page in (f"{STUDIO}/", f"{APP}/book"):
            headers = {"Origin": None, "Referer": page}
            answer = self.post(browser, "bookings", FRIDAY, token=token, headers=headers)
            self.expect(answer.status_code, 201, what=f"POST /api/bookings/ with the Referer {page}")

    def test_bad_bodies(self):
        """A body without a day is refused with 400, whatever it is."""
        browser, token = self.signed_in()
        for body in ("", "Friday", "[]", "null", '"day"', "{}", '{"day": ""}'):
            answer = self.post(browser, "bookings", body, token=token)
            self.expect(answer.status_code, 400, what=f"POST /api/bookings/ with the body {body!r}")
        self.expect(self.bookings(), [], what="Rows")

    def test_strangers(self):
        """A good token is no sign-in."""
        browser = self.new_client(enforce_csrf=True)
        answer = self.post(browser, "bookings", FRIDAY, token=self.token(browser))
        self.expect(
            answer.status_code,
            401,
            what="POST /api/bookings/ by a stranger with a good token",
            concept="The token says which page asked, not who",
        )

    def test_forged_tokens(self):
        """Without the token in the header, or with another's, nothing is booked."""
        browser, token = self.signed_in()
        stranger, theirs = self.signed_in("mallory", "cold-glaze")
        tries = {
            "no token": {},
            "an empty token": {"X-CSRFToken": ""},
            "a token that was made up": {"X-CSRFToken": "a" * 64},
            "the token of another session": {"X-CSRFToken": theirs},
            "the right token in another header": {"X-Token": token},
            "a header of X-Requested-With": {"X-Requested-With": "XMLHttpRequest"},
        }
        for name, headers in tries.items():
            answer = self.post(browser, "bookings", FRIDAY, headers={"Origin": STUDIO, **headers})
            self.expect_refused(answer, f"POST /api/bookings/ with {name}")
        in_the_address = f"bookings/?csrfmiddlewaretoken={token}"
        answer = self.post(browser, in_the_address, FRIDAY, headers={"Origin": STUDIO})
        self.expect_refused(answer, "POST /api/bookings/ with the token in the address")

    def test_forged_origins(self):
        """From any other origin, even a right token is refused."""
        browser, token = self.signed_in()
        for origin in (
            "https://evil.example",
            "https://old.studio.example",
            "http://app.studio.example",
            "http://studio.example",
            "https://app.studio.example.evil.example",
            "https://app.studio.example:8443",
            "null",
        ):
            answer = self.post(browser, "bookings", FRIDAY, token=token, headers={"Origin": origin})
            self.expect_refused(answer, f"POST /api/bookings/ from the origin {origin}")

    def test_text_form(self):
        """A form of another site that speaks JSON books nothing."""
        browser, _ = self.signed_in()
        body = '{"day": "Friday", "x": "="}'
        for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": STUDIO}):
            headers = {"Content-Type": "text/plain", **headers}
            answer = self.post(browser, "bookings", body, headers=headers)
            self.expect_refused(answer, f"A form with enctype=text/plain, {headers}")

    def test_login_forged(self):
        """Another site can't sign a browser in as somebody else."""
        browser = self.new_client(enforce_csrf=True)
        mine = {"name": "mallory", "password": "cold-glaze"}
        for headers in ({"Origin": "https://evil.example"}, {"Origin": STUDIO}, {"Origin": APP}):
            answer = self.post(browser, "login", mine, headers=headers)
            self.expect_refused(answer, f"POST /api/login/ without a token, {headers}")
        self.expect(
            browser.get(f"{STUDIO}/api/session/").json().get("user", "no such key"),
            None,
            what="user, after that",
            concept="Login CSRF: whoever is signed in as the attacker, books and pays for the attacker",
        )

    def test_get_changes_nothing(self):
        """A GET signs nobody in and books nothing."""
        browser, token = self.signed_in()
        browser.get(f"{STUDIO}/api/bookings/", query=FRIDAY, headers={"X-CSRFToken": token})
        self.expect(self.bookings(), [], what="Rows after a GET")
        stranger = self.new_client(enforce_csrf=True)
        stranger.get(f"{STUDIO}/api/login/", query=ADA)
        self.expect(stranger.get(f"{STUDIO}/api/session/").json().get("user"), None, what="user after a GET")

    def test_refusal(self):
        """A script can read why it was refused."""
        browser, _ = self.signed_in()
        missing = self.post(browser, "bookings", FRIDAY, headers={"Origin": STUDIO})
        foreign = self.post(browser, "bookings", FRIDAY, headers={"Origin": "https://evil.example"})
        for answer, reason in ((missing, "CSRF token missing."), (foreign, "Origin checking failed")):
            self.expect(answer.status_code, 403, what="The status of a refusal")
            self.expect_in("json", answer.headers.get("Content-Type", ""), what="Its Content-Type")
            self.expect(
                answer.json().get("error"),
                "csrf",
                what="error",
                concept="CSRF_FAILURE_VIEW: a view that is called with the request and the reason",
            )
            self.expect_in(reason, str(answer.json().get("reason")), what="reason")

    def test_cookies(self):
        """The cookies go over HTTPS only, and not along with other sites' forms."""
        browser = self.new_client(enforce_csrf=True)
        first = browser.get(f"{STUDIO}/api/session/")
        token = first.json().get("token")
        second = self.post(browser, "login", ADA, token=token)
        cookies = {c["name"]: c["attributes"] for r in (first, second) for c in r.trace["cookies"]}
        self.expect_in("sessionid", cookies, what="Cookies that were set")
        for name, attributes in cookies.items():
            self.expect(bool(attributes.get("secure")), True, what=f"Secure, for {name}")
            self.expect_in(attributes.get("samesite"), ("Lax", "Strict"), what=f"SameSite, for {name}")

    def token(self, browser):
        return browser.get(f"{STUDIO}/api/session/").json().get("token") or ""

    def signed_in(self, name="ada", password="raku-firing"):
        """A browser of the app's page, and the token of the sign-in's answer."""
        browser = self.new_client(enforce_csrf=True)
        answer = self.post(browser, "login", {"name": name, "password": password}, token=self.token(browser))
        self.expect(answer.status_code, 200, what=f"POST /api/login/ for {name}")
        return browser, answer.json().get("token") or ""

    def post(self, browser, path, body, token=None, headers=None):
        """As the app's script does it, unless `headers` say otherwise; None leaves one out."""
        sent = {"Origin": APP, "Referer": f"{APP}/", "Content-Type": "application/json"}
        sent |= {"X-CSRFToken": token} if token else {}
        sent = {name: value for name, value in {**sent, **(headers or {})}.items() if value is not None}
        address = f"{STUDIO}/api/{path}" if "?" in path else f"{STUDIO}/api/{path}/"
        if isinstance(body, str):
            return browser.post(address, body.encode(), headers=sent)
        return browser.post(address, json=body, headers=sent)

    def expect_refused(self, answer, what):
        self.expect(
            answer.status_code,
            403,
            what=what,
            concept="CsrfViewMiddleware compares origin and token, unless the view is exempt",
        )
        self.expect(self.bookings(), [], what=f"Rows, after {what}")

    def bookings(self):
        return self.project.run(
            "from kiln.models import Booking\n"
            "[f'{b.user.username} {b.day}' for b in Booking.objects.select_related('user').order_by('pk')]"
        )
