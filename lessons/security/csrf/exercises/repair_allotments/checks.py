import hashlib
import hmac

from sandbox.jail.examiner import ExerciseTestCase

EVIL = "https://slugs.example"
RELEASE = "/plots/1/release/"
EXPLOITS = "A forged request: the browser adds the cookies, the attacker writes the rest"


class Checks(ExerciseTestCase):
    def test_email(self):
        """A member changes the address by the form on the page."""
        browser = self.member()
        self.use_form(browser, "/", "/email/", {"email": "new@plots.example"})
        self.expect(self.email(), "new@plots.example", what="ada's address, after she sent the form")

    def test_email_forged(self):
        """Another site's form changes no address."""
        for name, data, headers in self.forgeries({"email": "mallory@slugs.example"}):
            browser = self.member()
            browser.get("/")  # she has a token cookie, as everybody who opened the page
            browser.post("/email/", data, headers=headers)
            self.expect(
                self.email(), "ada@plots.example", what=f"ada's address, after {name}", concept=EXPLOITS
            )

    def test_release(self):
        """A member gives back the plot by a form of the page."""
        browser = self.member()
        self.use_form(browser, "/", RELEASE, {})
        self.expect(self.tenant(1), None, what="The tenant of plot 1, after ada sent the form")

    def test_release_by_get(self):
        """A link, a picture or a form by GET gives back nothing."""
        concept = (
            "GET is safe: links are followed, pictures loaded and pages fetched ahead, by anybody's page"
        )
        for method, query in (("GET", ""), ("HEAD", ""), ("GET", "?confirm=1&yes=1&sure=on&_method=post")):
            browser = self.member()
            browser.get("/")
            browser.request(method, RELEASE + query)
            self.expect(
                self.tenant(1), "ada", what=f"The tenant of plot 1, after a {method}", concept=concept
            )

    def test_release_by_get_with_a_token(self):
        """Not even with the member's own token: an address ends up in logs and histories."""
        browser = self.member()
        token = self.any_token(browser)
        browser.get(RELEASE, query={"csrfmiddlewaretoken": token}, headers={"X-CSRFToken": token})
        self.expect(
            self.tenant(1),
            "ada",
            what="The tenant of plot 1, after a GET with a token",
            concept="A token doesn't make GET unsafe; move the change to POST",
        )

    def test_release_forged(self):
        """Another site's form gives back nothing."""
        for name, data, headers in self.forgeries({"confirm": "1"}):
            browser = self.member()
            browser.get("/")
            browser.post(RELEASE, data, headers=headers)
            self.expect(self.tenant(1), "ada", what=f"The tenant of plot 1, after {name}", concept=EXPLOITS)

    def test_not_yours(self):
        """Nobody gives back somebody else's plot, with a good token either."""
        browser = self.member()
        token = self.any_token(browser)
        browser.post("/plots/2/release/", {"csrfmiddlewaretoken": token, "confirm": "1"})
        self.expect(
            self.tenant(2),
            "ben",
            what="The tenant of plot 2, after ada's request",
            concept="A token says which page a request comes from, not what its user may do",
        )

    def test_cookie(self):
        """Other sites' forms come without the session."""
        answer = self.new_client().get("/enter/")
        cookies = [cookie for cookie in answer.trace["cookies"] if cookie["name"] == "sessionid"]
        self.expect_true(
            bool(cookies), expected="a cookie sessionid from /enter/", what="The preview's sign-in"
        )
        self.expect_in(
            str(cookies[0]["attributes"].get("samesite", "no attribute")),
            ("Lax", "Strict"),
            what="SameSite of the session cookie",
            concept="SESSION_COOKIE_SAMESITE: with None the cookie goes along with every foreign form",
        )

    def test_token_stays(self):
        """The postcode search takes no token to maps.example, and still searches."""
        page = self.member().get("/").soup
        forms = [
            form for form in page.find_all("form") if str(form.get("action")).startswith("https://maps.")
        ]
        self.expect(len(forms), 1, what="Forms to maps.example on the page")
        names = [field.get("name") for field in forms[0].find_all("input")]
        concept = "A token is a secret between the page and your site: only forms to your own site carry it"
        self.expect_not_in("csrfmiddlewaretoken", names, what="The fields of that form", concept=concept)
        self.expect_in("postcode", names, what="The fields of that form")

    def test_rain(self):
        """A gauge reports its rain, without a cookie."""
        answer = self.rain(b"12", self.sign(b"12"))
        self.expect(
            answer.status_code,
            201,
            what="What POST /rain/ answers to a right signature",
            concept="CSRF is about cookies that come by themselves: a client without any can't have a token",
        )
        self.expect(self.count("Rain"), 1, what="Rows of rain")

    def test_rain_forged(self):
        """Nobody else makes it rain."""
        browser = self.member()
        browser.get("/")
        for signature in ("", self.sign(b"13"), "0" * 64):
            answer = browser.post("/rain/", b"12", headers={"X-Signature": signature, "Origin": EVIL})
            self.expect(answer.status_code, 403, what=f"POST /rain/ with the signature {signature!r}")
        self.expect(self.count("Rain"), 0, what="Rows of rain")

    def member(self, name="ada"):
        """A browser that is signed in, and that Django checks for tokens as it does in production."""
        browser = self.new_client(enforce_csrf=True)
        browser.login(username=name, password="runner-beans")
        return browser

    def forgeries(self, data):
        """What an attacker can make the member's browser send: a name, a form, headers."""
        stranger = self.new_client(enforce_csrf=True)
        stranger.login(username="ben", password="runner-beans")
        theirs = self.hidden_fields(stranger)
        made_up = {"csrfmiddlewaretoken": "a" * 64}
        post = {"Origin": EVIL, "Referer": f"{EVIL}/"}
        # An attacker may leave out the origin, and may choose any path for the referer.
        lookalike = {"Referer": f"{EVIL}/http://testserver/"}
        return [
            ("a form on another site", data, post),
            ("a form with a token that was made up", {**data, **made_up}, {}),
            ("a form with the hidden fields of the attacker's own page", {**theirs, **data}, {}),
            ("a form from a page whose address has your host in it", data, lookalike),
            ("a form without origin and referer", data, {}),
            ("a form from a sandboxed frame", data, {"Origin": "null"}),
        ]

    def hidden_fields(self, browser):
        fields = {}
        for page in ("/", "/plots/2/release/"):
            for field in browser.get(page).soup.find_all("input", type="hidden"):
                if field.get("name"):
                    fields[field["name"]] = field.get("value", "")
        return fields

    def any_token(self, browser):
        return self.hidden_fields(browser).get("csrfmiddlewaretoken", "")

    def use_form(self, browser, page, action, data):
        """Fill in the page's POST form to `action`, or the one on the page behind the link to it."""
        form = self.form_on(browser, page, action) or self.form_on(browser, action, action)
        self.expect_true(
            form is not None,
            expected=f"a form with method=post to {action}, on {page} or on a page that asks first",
            what="Such a form was not found",
            concept="A member's own way to do it: a form of your page, with its token",
        )
        fields = {field["name"]: field.get("value", "") for field in form.select("[name]")}
        answer = browser.post(action, {**fields, **data}, headers={"Origin": "http://testserver"})
        self.expect_true(
            answer.status_code in (200, 302, 303),
            expected="a page or a redirect",
            what=f"POST {action}, as the form sends it, answers {answer.status_code}",
            concept="{% csrf_token %} belongs into each form that posts to your own site",
        )

    def form_on(self, browser, page, action):
        for form in browser.get(page).soup.find_all("form"):
            target = form.get("action") or page
            if str(form.get("method", "")).lower() == "post" and target == action:
                return form
        return None

    def email(self):
        return self.project.run(
            "from django.contrib.auth.models import User\nUser.objects.get(username='ada').email"
        )

    def tenant(self, pk):
        return self.project.run(
            "from plots.models import Plot\n"
            f"Plot.objects.values_list('tenant__username', flat=True).get(pk={pk})"
        )

    def count(self, model):
        return self.project.run(f"from plots.models import {model}\n{model}.objects.count()")

    def sign(self, body):
        key = self.project.run("from django.conf import settings\nsettings.RAIN_KEY")
        return hmac.new(key.encode(), body, hashlib.sha256).hexdigest()

    def rain(self, body, signature):
        gauge = self.new_client(enforce_csrf=True)
        return gauge.post("/rain/", body, headers={"X-Signature": signature})
