from urllib.parse import parse_qs, urljoin, urlsplit

from sandbox.jail.examiner import ExerciseTestCase

ADA = {"username": "ada", "password": "analytical-engine"}
GRACE = {"username": "grace", "password": "nanosecond-wire"}
THINGS = {"ada": "Brass telescope", "grace": "dead moth"}

ELSEWHERE = [
    "https://evil.example/parcels/",
    "//evil.example/parcels/",
    "/\\evil.example/parcels/",
    "///evil.example/parcels/",
    "https:evil.example",
    "javascript:alert(document.cookie)",
]


def host_of(location):
    """The host a browser would go to; '' for this site. Browsers read \\ as / and drop control characters."""
    seen = "".join(c for c in location.strip() if c >= " ").replace("\\", "/")
    scheme, colon, rest = seen.partition(":")
    if colon and scheme.isalpha():
        return rest.strip("/").split("/")[0] if rest.strip("/").split("/")[0] != "testserver" else ""
    if seen.startswith("//"):
        host = seen.lstrip("/").split("/")[0]
        return "" if host == "testserver" else host
    return ""


def visible(response):
    return response.soup.get_text(" ", strip=True)


def is_logout(page, address):
    return bool(address) and urlsplit(urljoin(page.path, address)).path == "/logout/"


class Checks(ExerciseTestCase):
    def test_sign_in(self):
        """Ada signs in with her password, and sees her parcels and nobody else's."""
        answer = self.client.post("/login/", ADA)
        self.expect(
            answer.status_code,
            302,
            what="What POST /login/ answers to the right password",
            concept="POST, then redirect: a reload must not send the password again",
        )
        self.expect(
            self.whose_parcels(self.client),
            "ada's",
            what="Whose parcels she sees",
            concept="login(request, user), then request.user: signed in does not mean allowed to see all",
        )

    def test_signed_out(self):
        """Whoever is signed out is sent from /parcels/ to the login page, with the way back in next."""
        answer = self.client.get("/parcels/")
        self.expect(answer.status_code, 302, what="GET /parcels/ when signed out", concept="login_required")
        where = urlsplit(answer.url)
        self.expect(where.path, "/login/", what="Where it redirects to", concept="settings.LOGIN_URL")
        self.expect(parse_qs(where.query).get("next"), ["/parcels/"], what="The value of next")

    def test_same_answer(self):
        """A wrong password and a name that nobody has get the same answer, and let nobody in."""
        wrong = self.client.post("/login/", {**ADA, "password": "difference-engine"})
        unknown = self.client.post("/login/", {"username": "zoe", "password": "difference-engine"})
        concept = "Enumeration: an answer that differs tells a stranger who is a customer"
        self.expect(unknown.status_code, wrong.status_code, what="Its status", concept=concept)
        self.expect(
            visible(unknown).replace("zoe", "…"),
            visible(wrong).replace("ada", "…"),
            what="The page for an unknown name, against the page for a wrong password",
            concept=concept,
        )
        self.expect(
            self.whose_parcels(self.client),
            "nobody's",
            what="Whose parcels they see",
            concept="authenticate()",
        )

    def test_way_back(self):
        """Asked for one parcel while signed out, Ada is brought to it after signing in."""
        bounced = self.client.get("/parcels/ax-200/")
        login_page = self.client.get(urljoin("/parcels/ax-200/", bounced.url))
        answer = self.send(self.client, login_page, self.form_with(login_page, "password"), **ADA)
        self.expect(
            urlsplit(answer.url).path,
            "/parcels/ax-200/",
            what="Where the login form leads",
            concept="next: carried through the form, and honoured when it stays on this site",
        )

    def test_next_elsewhere(self):
        """No link makes the login redirect to another site."""
        for target in ELSEWHERE:
            by_query = self.new_client().post("/login/", ADA, query={"next": target})
            by_field = self.new_client().post("/login/", {**ADA, "next": target})
            for answer in (by_query, by_field):
                self.expect(
                    host_of(answer.url) or "this site",
                    "this site",
                    what=f"With next={target} the Location is {answer.url!r}. A browser goes to",
                    concept="url_has_allowed_host_and_scheme(); a leading slash proves nothing",
                )

    def test_planted_key(self):
        """A session key that somebody planted in Ada's browser is worthless once she has signed in."""
        attacker = self.new_client()
        attacker.get("/track/gx-300/")
        for name, morsel in attacker.cookies.items():
            self.client.cookies[name] = morsel.value
        self.client.post("/login/", ADA)
        self.expect(self.whose_parcels(self.client), "ada's", what="Whose parcels Ada sees after signing in")
        self.expect(
            self.whose_parcels(attacker),
            "nobody's",
            what="Whose parcels the key from before shows",
            concept="Session fixation: the key has to change at login (cycle_key, which login() calls)",
        )

    def test_tracked_stays(self):
        """What a visitor follows is still there after signing in."""
        self.client.get("/track/gx-300/")
        self.client.post("/login/", ADA)
        self.expect(
            self.followed(self.client),
            ["gx-300"],
            what="What the home page lists after signing in",
            concept="cycle_key() changes the key and keeps the data; flush() would lose them",
        )

    def test_next_customer(self):
        """When Grace signs in at Ada's open browser, she gets nothing of Ada's session."""
        self.client.post("/login/", ADA)
        self.client.get("/track/ax-100/")
        self.client.post("/login/", GRACE)
        if self.whose_parcels(self.client) != "grace's":
            return  # A login page that refuses while somebody is signed in keeps them apart as well.
        self.expect(
            self.followed(self.client),
            [],
            what="What the home page lists, with Grace signed in",
            concept="login() flushes a session that belongs to another user",
        )

    def test_link_signs_nobody_out(self):
        """Fetching /logout/, as an image in any page can, signs nobody out."""
        self.client.post("/login/", ADA)
        self.client.get("/logout/")
        self.expect(
            self.whose_parcels(self.client),
            "ada's",
            what="Whose parcels she sees after a GET of /logout/",
            concept="GET changes nothing: SameSite=Lax and CSRF tokens protect POST only",
        )

    def test_sign_out_button(self):
        """The button on the page signs out, and a copy of the cookie made before is worthless."""
        browser = self.new_client(enforce_csrf=True)
        login_page = browser.get("/login/")
        self.send(browser, login_page, self.form_with(login_page, "password"), **ADA)
        browser.get("/track/ax-100/")
        copy = self.new_client()
        for name, morsel in browser.cookies.items():
            copy.cookies[name] = morsel.value
        self.sign_out(browser)
        concept = "logout(): session.flush() deletes the row, with everything in it"
        self.expect(
            self.whose_parcels(browser), "nobody's", what="The parcels she sees then", concept=concept
        )
        self.expect(self.whose_parcels(copy), "nobody's", what="The parcels the copy shows", concept=concept)
        self.expect(self.followed(copy), [], what="What the home page lists for the copy", concept=concept)

    def test_deactivated(self):
        """A customer whose account is switched off is out at once, and cannot sign in."""
        self.client.post("/login/", ADA)
        self.expect(self.whose_parcels(self.client), "ada's", what="Whose parcels she sees before that")
        self.project.run(
            "from django.contrib.auth.models import User\n"
            "User.objects.filter(username='ada').update(is_active=False)"
        )
        concept = "is_active: ModelBackend looks at it at login and at each request; so must a query of yours"
        self.expect(
            self.whose_parcels(self.client),
            "nobody's",
            what="The parcels of the open session",
            concept=concept,
        )
        again = self.new_client()
        again.post("/login/", ADA)
        self.expect(
            self.whose_parcels(again), "nobody's", what="Whose parcels a new sign-in shows", concept=concept
        )

    def test_password_changed(self):
        """When Ada's password is changed, sessions opened with the old one are over."""
        self.client.post("/login/", ADA)
        self.expect(self.whose_parcels(self.client), "ada's", what="Whose parcels she sees before that")
        self.project.run(
            "from django.contrib.auth.models import User\n"
            "ada = User.objects.get(username='ada')\n"
            "ada.set_password('difference-engine-2')\n"
            "ada.save()"
        )
        self.expect(
            self.whose_parcels(self.client),
            "nobody's",
            what="Whose parcels the session from before shows",
            concept="_auth_user_hash: login() stores it, get_user() compares it with the password's hash",
        )

    def whose_parcels(self, client):
        """Whose parcels /parcels/ shows to this client."""
        answer = client.get("/parcels/")
        page = visible(answer) if answer.status_code == 200 else ""
        seen = [name for name, thing in THINGS.items() if thing in page]
        return f"{' and '.join(seen) or 'nobody'}'s"

    def followed(self, client):
        """The codes that the home page lists as followed."""
        page = visible(client.get("/"))
        return [code for code in ("ax-100", "ax-200", "gx-300") if f"Parcel {code}" in page]

    def form_with(self, page, field):
        inputs = page.soup.find_all("input", attrs={"name": field})
        forms = [found.find_parent("form") for found in inputs]
        self.expect_true(
            forms and forms[0],
            expected=f"a form with a field called {field}",
            what=f"The page {page.path} (status {page.status_code})",
            concept="The names of the fields are part of the task",
        )
        return forms[0]

    def sign_out(self, client):
        """Press the button on the page, or on the page that asks again where a link leads to one."""
        page = client.get("/parcels/")
        form = self.sign_out_form(page)
        links = [link for link in page.soup.find_all("a") if is_logout(page, link.get("href"))]
        if form is None and links:
            page = client.get("/logout/")
            form = self.sign_out_form(page)
        self.expect(
            "a form" if form else "a link alone" if links else "neither form nor link",
            "a form",
            what="How the page /parcels/ lets Ada post to /logout/",
            concept="A link sends GET; signing out changes something, so it needs a form",
        )
        self.send(client, page, form)

    def sign_out_form(self, page):
        for button in page.soup.find_all(["button", "input"]):
            form = button.find_parent("form") or page.soup.find("form", id=button.get("form"))
            if form is None:
                continue
            action = button.get("formaction") or form.get("action") or page.path
            method = button.get("formmethod") or form.get("method") or "get"
            if is_logout(page, action) and method.lower() == "post":
                form["action"] = action
                return form
        return None

    def send(self, client, page, form, **values):
        """Submit a form of a page as a browser does, hidden fields included."""
        data = {
            field["name"]: field.get("value", "")
            for field in form.find_all("input")
            if field.get("name") and field.get("type") not in ("submit", "checkbox", "radio")
        }
        answer = client.post(urljoin(page.path, form.get("action") or page.path), {**data, **values})
        self.expect_true(
            answer.status_code != 403,
            expected="an accepted form",
            what=f"The form of {page.path} answers 403",
            concept="{% csrf_token %} in every form that posts",
        )
        return answer
