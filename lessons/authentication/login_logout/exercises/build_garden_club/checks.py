from urllib.parse import parse_qs, quote, urljoin, urlsplit

from sandbox.jail.examiner import ExerciseTestCase

ADA = {"username": "ada", "password": "analytical-engine"}
GOOD_PASSWORD = "seven-runner-beans"
SECRET = "behind the shed"
PAGE = "the members' page"
FORM_AGAIN = (200, 400, 401, 422)  # what people answer when they show a form again
TWO_WEEKS = 1_209_600
ELSEWHERE = ["https://evil.example/", "//evil.example/", "///evil.example/"]


def joining(name, password=GOOD_PASSWORD, again=None):
    return {"username": name, "password1": password, "password2": again or password}


def visible(response):
    return response.soup.get_text(" ", strip=True)


def leads_to(response):
    """Path and query of the Location where it is on this site, else the host that a browser would go to."""
    if not response.url:
        return f"(status {response.status_code}, no redirect)"
    location = response.url.replace("\\", "/")
    if location.startswith("//"):
        return location.lstrip("/").split("/")[0]
    where = urlsplit(location)
    if where.netloc not in ("", "testserver"):
        return where.netloc
    return where.path + (f"?{where.query}" if where.query else "")


class Checks(ExerciseTestCase):
    def test_home_is_public(self):
        """Anybody can read the home page."""
        answer = self.client.get("/")
        self.expect(answer.status_code, 200, what="GET / when signed out", concept="Not every page is closed")
        self.expect_in("Sixteen plots", visible(answer), what="The home page")

    def test_members_is_closed(self):
        """Strangers read nothing of the members' page, and are sent to the login page with the way back."""
        answer = self.client.get("/members/?q=beans")
        concept = "login_required on the view: a template that hides things is an answer all the same"
        found = "the members' page" if SECRET in answer.text else "nothing"
        self.expect(found, "nothing", what="What a stranger reads at /members/?q=beans", concept=concept)
        self.expect(answer.status_code, 302, what="GET /members/?q=beans when signed out", concept=concept)
        where = urlsplit(answer.url)
        self.expect(where.path, "/login/", what="Where it leads", concept="settings.LOGIN_URL")
        back = parse_qs(where.query).get("next")
        self.expect(back, ["/members/?q=beans"], what="The next in it", concept="request.get_full_path()")

    def test_login_brings_back(self):
        """Ada signs in with the form and is at the address she asked for, query included."""
        browser = self.new_client(enforce_csrf=True)
        bounced = browser.get("/members/?q=beans")
        page = browser.get(urljoin("/members/", bounced.url or "/login/"))
        answer = self.submit(browser, page, "password", **ADA)
        self.expect(
            leads_to(answer),
            "/members/?q=beans",
            what="Where the login leads",
            concept="next: carried in the form's address or in a hidden field",
        )
        self.expect(self.reads(browser), PAGE, what="What Ada reads then", concept="login(request, user)")

    def test_wrong_password(self):
        """A wrong password lets nobody in and shows the form again, with a message."""
        blank = visible(self.client.get("/login/"))
        answer = self.client.post("/login/", {**ADA, "password": "rhubarb"}, follow=True)
        self.expect_form_again(answer, "password", "a wrong password", "The form again, with its errors")
        self.expect_true(
            len(visible(answer)) > len(blank),
            expected="a message that was not there before",
            what="The text of the page is no longer than that of the empty form",
            concept="form.non_field_errors in the template",
        )
        self.expect(self.reads(self.client), "nothing", what="What they read then", concept="authenticate()")

    def test_join(self):
        """A stranger joins with the form, is signed in at once, and lands on the members' page."""
        browser = self.new_client(enforce_csrf=True)
        answer = self.submit(browser, browser.get("/join/"), "password1", **joining("grace"))
        self.expect(leads_to(answer), "/members/", what="Where joining leads", concept="POST, then redirect")
        concept = "login(request, user): saving a user signs nobody in"
        self.expect(self.reads(browser), PAGE, what="What the new member reads", concept=concept)

    def test_password_is_hashed(self):
        """The new member's password is stored as a hash, and works at the next login."""
        self.client.post("/join/", joining("grace"))
        right = self.project.run(
            "from django.contrib.auth.models import User\n"
            f"[user.check_password({GOOD_PASSWORD!r}) for user in User.objects.filter(username='grace')]"
        )
        concept = "set_password() or create_user(); User.objects.create(password=…) stores what it is given"
        self.expect(right, [True], what="check_password() of the users called grace", concept=concept)
        again = self.new_client()
        again.post("/login/", {"username": "grace", "password": GOOD_PASSWORD})
        self.expect(self.reads(again), PAGE, what="What grace reads after her next login", concept=concept)

    def test_join_refuses(self):
        """Joining refuses a weak password, two that differ, and a name that is taken, in capitals or not."""
        tries = {
            "a password of digits only": (joining("mary", "9283746501"), "AUTH_PASSWORD_VALIDATORS"),
            "a password like the name": (
                joining("marygold", "marygold1"),
                "validate_password(password, user)",
            ),
            "two passwords that differ": (joining("mary", again="seven-runner-peas"), "password2"),
            "the name of a member": (joining("ada"), "User.username is unique: a form error, not a 500"),
            "Ada, when ada is a member": (joining("Ada"), "UserCreationForm compares names by iexact"),
        }
        for what, (data, concept) in tries.items():
            client = self.new_client()
            answer = client.post("/join/", data, follow=True)
            self.expect(self.usernames(), ["ada"], what=f"Who is a member after {what}", concept=concept)
            self.expect_form_again(answer, "password1", what, concept)
            self.expect(self.reads(client), "nothing", what=f"What they read after {what}", concept=concept)

    def test_join_brings_back(self):
        """Who joins on the way to a page goes on to that page."""
        page = self.client.get("/join/?next=/members/%3Fq%3Dbeans")
        answer = self.submit(self.client, page, "password1", **joining("grace"))
        self.expect(
            leads_to(answer),
            "/members/?q=beans",
            what="Where joining with next leads",
            concept="A view of your own has to look for next by itself",
        )

    def test_never_elsewhere(self):
        """Neither form leads to another site."""
        for number, target in enumerate(ELSEWHERE):
            for path, data in (("/login/", ADA), ("/join/", joining(f"visitor{number}"))):
                by_field = {**data, "next": target}
                answer = self.new_client().post(f"{path}?next={quote(target, safe='')}", by_field)
                self.expect(
                    leads_to(answer),
                    "/members/",
                    what=f"Where {path} leads with next={target}",
                    concept="url_has_allowed_host_and_scheme()",
                )

    def test_key_changes(self):
        """A key that somebody planted before is worthless after signing in, and after joining."""
        for path, data in (("/login/", ADA), ("/join/", joining("grace"))):
            attacker, victim = self.new_client(), self.new_client()
            key = self.project.run(
                "from importlib import import_module\n"
                "from django.conf import settings\n"
                "session = import_module(settings.SESSION_ENGINE).SessionStore()\n"
                "session['planted'] = True\nsession.save()\nsession.session_key"
            )
            attacker.cookies[self.cookie_name()] = victim.cookies[self.cookie_name()] = key
            victim.post(path, data)
            self.expect(self.reads(victim), PAGE, what=f"What the member reads after {path}")
            self.expect(
                self.reads(attacker),
                "nothing",
                what=f"What the key from before {path} reads",
                concept="Session fixation: login() changes the key; a session written by hand does not",
            )

    def test_remember(self):
        """With remember the cookie lasts two weeks; without, it ends with the browser."""
        concept = "session.set_expiry(): None for SESSION_COOKIE_AGE, 0 for no Max-Age"
        short = self.new_client().post("/login/", ADA)
        self.expect(self.max_age(short), "none", what="Max-Age without remember", concept=concept)
        long = self.new_client().post("/login/", {**ADA, "remember": "on"})
        self.expect(self.max_age(long), str(TWO_WEEKS), what="Max-Age with remember", concept=concept)
        page = self.client.get("/login/")
        boxes = page.soup.find_all("input", attrs={"name": "remember", "type": "checkbox"})
        self.expect(len(boxes), 1, what="Checkboxes called remember on /login/", concept="forms.BooleanField")

    def test_name_on_every_page(self):
        """Every page tells a member her name."""
        browser = self.new_client()
        browser.post("/join/", joining("marguerite"))
        for path in ("/", "/members/"):
            self.expect_in(
                "marguerite",
                visible(browser.get(path)),
                what=f"The page {path}",
                concept="{{ user }} is in every template: the auth context processor",
            )

    def test_sign_out(self):
        """The button signs out for good: a copy of the cookie opens nothing any more."""
        browser = self.new_client(enforce_csrf=True)
        self.submit(browser, browser.get("/login/"), "password", **ADA)
        copy = self.new_client()
        for name, morsel in browser.cookies.items():
            copy.cookies[name] = morsel.value
        for path in ("/", "/members/"):
            form = self.sign_out_form(browser.get(path))
            self.expect_true(
                form is not None,
                expected="a button in a form that posts to /logout/",
                what=f"The page {path} when Ada is signed in",
                concept="A link sends GET; signing out changes something, so it needs a form",
            )
        page = browser.get("/members/")
        self.send(browser, page, self.sign_out_form(page))
        concept = "logout() deletes the session's row"
        for who, client in (("her browser", browser), ("the copy", copy)):
            self.expect(self.reads(client), "nothing", what=f"What {who} reads then", concept=concept)

    def test_get_signs_nobody_out(self):
        """Fetching /logout/, as an image in any page can, signs nobody out."""
        self.client.post("/login/", ADA)
        self.expect(self.reads(self.client), PAGE, what="What Ada reads before that")
        self.client.get("/logout/")
        self.expect(
            self.reads(self.client),
            PAGE,
            what="What Ada reads after a GET of /logout/",
            concept="LogoutView takes POST only; a view of your own needs require_POST",
        )

    def reads(self, client):
        """What this client gets to read at /members/."""
        answer = client.get("/members/")
        return PAGE if answer.status_code == 200 and SECRET in visible(answer) else "nothing"

    def expect_form_again(self, answer, field, after, concept):
        found = answer.soup.find("input", attrs={"name": field})
        self.expect(
            f"the form (status {answer.status_code})"
            if found
            else f"another page (status {answer.status_code})",
            f"the form (status {answer.status_code if answer.status_code in FORM_AGAIN else 200})",
            what=f"What is shown after {after}",
            concept=concept,
        )

    def cookie_name(self):
        return self.project.run("from django.conf import settings\nsettings.SESSION_COOKIE_NAME")

    def usernames(self):
        return self.project.run(
            "from django.contrib.auth.models import User\n"
            "sorted(User.objects.values_list('username', flat=True))"
        )

    def max_age(self, answer):
        cookie = answer.cookies.get(self.cookie_name())
        if cookie is None:
            return "no cookie at all"
        return str(cookie["max-age"] or cookie["expires"] or "none")

    def sign_out_form(self, page):
        for button in page.soup.find_all(["button", "input"]):
            form = button.find_parent("form") or page.soup.find("form", id=button.get("form"))
            if form is None:
                continue
            action = button.get("formaction") or form.get("action") or page.path
            method = button.get("formmethod") or form.get("method") or "get"
            if urlsplit(urljoin(page.path, action)).path == "/logout/" and method.lower() == "post":
                form["action"] = action
                return form
        return None

    def submit(self, client, page, field, **values):
        """Fill in the form that has this field and send it as a browser does."""
        found = page.soup.find("input", attrs={"name": field})
        form = found and found.find_parent("form")
        self.expect_true(
            form,
            expected=f"a form with a field called {field}",
            what=f"The page {page.path} (status {page.status_code})",
            concept="The names of the fields are part of the task",
        )
        return self.send(client, page, form, **values)

    def send(self, client, page, form, **values):
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
