from sandbox.jail.examiner import ExerciseTestCase

SITE = "http://ferry.example"  # as the proxy asks Django
HTTPS = {"X-Forwarded-Proto": "https"}
HTTP = {"X-Forwarded-Proto": "http"}
PROXY = (
    "Behind a proxy each request is plain HTTP to Django; SECURE_PROXY_SSL_HEADER names the header to believe"
)


class Checks(ExerciseTestCase):
    def test_https(self):
        """Whoever comes by HTTPS gets the page, and no redirect."""
        answer = self.client.get(f"{SITE}/", headers=HTTPS)
        self.expect(answer.status_code, 200, what=f"GET / by HTTPS (Location: {answer.url!r})", concept=PROXY)
        self.expect_in("The ferry", answer.text, what="The page")

    def test_http(self):
        """Whoever comes by HTTP is sent to the same address by HTTPS, for good."""
        for path in ("/", "/book/?day=friday&return=1", "/no-such-page/"):
            answer = self.client.get(SITE + path, headers=HTTP)
            self.expect(answer.status_code, 301, what=f"GET {path} by HTTP")
            self.expect(answer.url, f"https://ferry.example{path}", what=f"Where GET {path} is sent")

    def test_http_changes_nothing(self):
        """A form that is sent by HTTP books nothing."""
        self.client.post(f"{SITE}/book/", {"passenger": "ada"}, headers=HTTP)
        self.expect(self.bookings(), 0, what="Bookings after a POST by HTTP")

    def test_livez(self):
        """The load balancer gets its 200 by plain HTTP."""
        for headers in ({}, HTTP, HTTPS):
            answer = self.client.get(f"{SITE}/livez", headers=headers)
            self.expect(answer.status_code, 200, what=f"GET /livez with the headers {headers}")
            self.expect(answer.text, "ok", what="Its text")

    def test_livez_alone(self):
        """Nothing but /livez is let through by plain HTTP."""
        for path in ("/livez/book/", "/book/livez", "/alivez", "/?next=/livez"):
            answer = self.client.get(SITE + path, headers=HTTP)
            self.expect(
                answer.status_code,
                301,
                what=f"GET {path} by HTTP",
                concept="SECURE_REDIRECT_EXEMPT is searched in the path: begin with ^ and end with $",
            )

    def test_cookies(self):
        """Both cookies are for HTTPS only."""
        cookies = {
            c["name"]: c["attributes"] for c in self.client.get(f"{SITE}/", headers=HTTPS).trace["cookies"]
        }
        for name in ("sessionid", "csrftoken"):
            self.expect_in(name, cookies, what="Cookies that the page sets")
            self.expect(
                bool(cookies[name].get("secure")),
                True,
                what=f"Secure, for {name}",
                concept="SESSION_COOKIE_SECURE, CSRF_COOKIE_SECURE: a redirect answers what was sent already",
            )

    def test_hsts(self):
        """Browsers are told to keep to HTTPS: a week, this host, no preload."""
        header = self.client.get(f"{SITE}/", headers=HTTPS).headers.get("Strict-Transport-Security", "")
        parts = [part.strip().lower() for part in header.split(";") if part.strip()]
        self.expect(
            parts,
            ["max-age=604800"],
            what="Strict-Transport-Security, in its parts",
            concept="A browser that heard includeSubDomains asks tide.ferry.example by HTTPS only",
        )

    def test_hsts_by_http(self):
        """Over plain HTTP nothing is promised."""
        for path in ("/", "/livez"):
            header = self.client.get(SITE + path, headers=HTTP).headers.get("Strict-Transport-Security", "")
            self.expect(header, "", what=f"Strict-Transport-Security of {path} by HTTP")

    def test_booking(self):
        """Booking by the page's form works."""
        browser = self.new_client(enforce_csrf=True)
        page = browser.get(f"{SITE}/", headers=HTTPS)
        form = page.soup.find("form", action="/book/")
        token = form.find("input", attrs={"name": "csrfmiddlewaretoken"})["value"]
        answer = browser.post(
            f"{SITE}/book/",
            {"passenger": "ada", "csrfmiddlewaretoken": token},
            headers={**HTTPS, "Origin": "https://ferry.example", "Referer": "https://ferry.example/"},
        )
        self.expect(answer.status_code, 302, what="POST /book/ from the page", concept=PROXY)
        self.expect(self.bookings(), 1, what="Bookings")

    def test_forged_booking(self):
        """Another site's form still books nothing."""
        browser = self.new_client(enforce_csrf=True)
        browser.get(f"{SITE}/", headers=HTTPS)
        for origin in ("https://evil.example", "http://ferry.example", "https://tide.ferry.example", "null"):
            data = {"passenger": "mallory", "csrfmiddlewaretoken": browser.cookies["csrftoken"].value}
            answer = browser.post(f"{SITE}/book/", data, headers={**HTTPS, "Origin": origin})
            self.expect(answer.status_code, 403, what=f"POST /book/ from {origin}")
        self.expect(self.bookings(), 0, what="Bookings")

    def test_mail(self):
        """The mail's link is to the ferry, by HTTPS."""
        self.client.post(f"{SITE}/reset/", {"email": "ada@ferry.example"}, headers=HTTPS)
        mails = self.project.mail()
        self.expect(len(mails), 1, what="Mails")
        self.expect_in("https://ferry.example/reset/", mails[0]["body"], what="The mail")

    def test_mail_to_another_host(self):
        """Nobody sends ada a link to a host of their own."""
        for name, site, headers in (
            ("the header Host", "http://evil.example", {}),
            ("the header Host, with a port", "http://ferry.example.evil.example:8000", {}),
            ("X-Forwarded-Host", SITE, {"X-Forwarded-Host": "evil.example"}),
        ):
            answer = self.client.post(
                f"{site}/reset/", {"email": "ada@ferry.example"}, headers={**HTTPS, **headers}
            )
            bodies = " ".join(mail["body"] for mail in self.project.mail())
            self.expect_not_in(
                "evil.example",
                bodies,
                what=f"The mail, with another host in {name}",
                concept="The client writes the host: ALLOWED_HOSTS, and no header beside Host",
            )
            if site != SITE:
                self.expect(answer.status_code, 400, what=f"POST /reset/ with another host in {name}")

    def bookings(self):
        return self.project.run("from ferry.models import Booking\nBooking.objects.count()")
