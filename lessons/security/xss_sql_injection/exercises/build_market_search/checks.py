import json
import re

from sandbox.jail.examiner import ExerciseTestCase

BY_NAME = ["Bread & Co", "O'Hara's Oysters", "Old_Maps", "The <Green> Grocer", "Ziggy's"]
SECRETS = ["GB00ZIGG1234", "Night Stall"]
QUERY = (
    "SQL injection: values go beside the statement. The ORM's lookups do that, and escape % and _ for LIKE"
)
ORDER = (
    "A column's name can't be a parameter, and order_by() takes any field there is: use a list of your own"
)
POLICY = (
    "Content-Security-Policy: a browser does what the policy does not forbid, and some parts have no fallback"
)
NONCE = "Nonce: who can't guess it can't write a script that runs. It is as good as it is new"


class Checks(ExerciseTestCase):
    def test_list(self):
        """Without a query all open stalls are listed, by name."""
        self.expect(self.names("/stalls/"), BY_NAME, what="The names on /stalls/")

    def test_search(self):
        """A search finds what contains exactly what was typed."""
        expected = {
            "o'hara": ["O'Hara's Oysters"],
            "RYE": ["Bread & Co"],
            "100%": ["O'Hara's Oysters"],
            "%": ["O'Hara's Oysters"],
            "_": ["Old_Maps"],
            "<green>": ["The <Green> Grocer"],
            "select": ["Old_Maps"],
            "union street": ["Ziggy's"],
            "\\": [],
            "night": [],
        }
        for q, names in expected.items():
            self.expect(self.names("/stalls/", q=q), names, what=f"Found for {q!r}", concept=QUERY)

    def test_search_attacked(self):
        """No search finds closed stalls or other tables, and none falls over."""
        for q in (
            "zzz'",
            "zzz' OR 1=1 --",
            "zzz%' OR 1=1) --",
            "zzz') UNION SELECT name, bank_account FROM market_trader --",
            "zzz' UNION SELECT 1, name, bank_account, 4, 5, 6 FROM market_trader --",
            "zzz%' OR is_open = 0 OR '' = '",
            "'; DELETE FROM market_stall; --",
            "%s",
        ):
            page = self.client.get("/stalls/", {"q": q})
            self.expect(page.status_code, 200, what=f"The answer to {q!r}", concept=QUERY)
            self.expect(self.names("/stalls/", q=q), [], what=f"Found for {q!r}", concept=QUERY)
            shown = page.soup.ul.text + self.data(page)
            for secret in SECRETS:
                self.expect_not_in(secret, shown, what=f"What was found for {q!r}", concept=QUERY)
        self.expect(self.names("/stalls/"), BY_NAME, what="The list after that", concept=QUERY)

    def test_sort(self):
        """Stalls can be sorted in four ways; equal ones stand by name."""
        cheap = ["Old_Maps", "Ziggy's", "Bread & Co", "The <Green> Grocer", "O'Hara's Oysters"]
        dear = ["O'Hara's Oysters", "Bread & Co", "The <Green> Grocer", "Old_Maps", "Ziggy's"]
        best = ["O'Hara's Oysters", "Ziggy's", "Bread & Co", "The <Green> Grocer", "Old_Maps"]
        for sort, names in (("name", BY_NAME), ("price", cheap), ("-price", dear), ("rating", best)):
            self.expect(self.names("/stalls/", sort=sort), names, what=f"The order for sort={sort}")

    def test_sort_unknown(self):
        """Any other order is answered with 400."""
        for sort in (
            "id",
            "is_open",
            "-name",
            "--price",
            "?",
            "pk",
            "",
            "name; DROP TABLE market_stall",
            "CASE WHEN (SELECT bank_account FROM market_trader) LIKE 'GB%' THEN price ELSE -price END",
        ):
            answer = self.client.get("/stalls/", {"sort": sort})
            self.expect(answer.status_code, 400, what=f"The answer to sort={sort!r}", concept=ORDER)

    def test_field_and_data(self):
        """The field shows the query again, and the JSON holds what the list shows."""
        for q in ("o'hara", '"><script>alert(1)</script>', "x onfocus=alert(1)", "<Green>"):
            page = self.client.get("/stalls/", {"q": q})
            field = page.soup.find("input", attrs={"name": "q"})
            self.expect(field and field.get("value"), q, what="The value of the field q")
            self.expect("onfocus" in field.attrs, False, what="A handler on the field")
            self.expect(len(page.soup("script")), 2, what="Scripts on the page")
        data = json.loads(self.data(self.client.get("/stalls/")) or "null")
        prices = (2500, 4200, 1800, 2500, 1800)
        expected = [{"name": name, "price": price} for name, price in zip(BY_NAME, prices, strict=True)]
        self.expect(data, expected, what="The JSON in script#stalls", concept="json_script")

    def test_data_can_not_end_its_script(self):
        """A stall's name can't end the script that it stands in."""
        name = "</script><script>alert('stall')</script>"
        self.project.run(
            "from market.models import Stall\n"
            f"Stall.objects.create(name={name!r}, goods='x', price=1, rating=1) and None"
        )
        page = self.client.get("/stalls/", {"q": "</script>"})
        self.expect(
            len(page.soup("script")),
            2,
            what="Scripts on the page",
            concept="json_script escapes < as \\u003C",
        )
        self.expect(
            json.loads(self.data(page)), [{"name": name, "price": 1}], what="The JSON", concept="json_script"
        )

    def test_policy(self):
        """Every response has a policy that lets no stranger's script run."""
        for path in ("/stalls/", "/stalls/?sort=nothing", "/nowhere/", "/stalls", "/stalls/?q=x"):
            policy = self.policy(self.client.get(path), path)
            for directive, allowed in (
                ("default-src", {"'self'", "'none'"}),
                ("object-src", {"'none'"}),
                ("base-uri", {"'self'", "'none'"}),
                ("form-action", {"'self'", "'none'"}),
                ("frame-ancestors", {"'self'", "'none'"}),
            ):
                fallback = policy.get("default-src") if directive == "object-src" else None
                got = policy.get(directive, fallback) or []
                self.expect_true(
                    got and set(got) <= allowed,
                    expected=f"{directive} {' or '.join(sorted(allowed))}",
                    what=f"{path}: {directive} {' '.join(got) or 'is missing'}",
                    concept=POLICY,
                )
            scripts = policy.get("script-src", [])
            strange = [
                word
                for word in scripts
                if not re.fullmatch(r"'nonce-[^']+'|'self'|'strict-dynamic'|'report-sample'", word)
            ]
            self.expect(strange, [], what=f"{path}: what script-src allows besides its nonce", concept=POLICY)
            self.expect_true(
                any(word.startswith("'nonce-") for word in scripts) and "script-src-attr" not in policy,
                expected="script-src 'nonce-…'",
                what=f"{path}: script-src {' '.join(scripts)}",
                concept=POLICY,
            )

    def test_nonce(self):
        """The inline script has the nonce of its own response, and no other response has it."""
        seen = []
        for q in ("", "", "rye"):
            page = self.client.get("/stalls/", {"q": q})
            [inline] = [script for script in page.soup("script") if script.get("id") != "stalls"] or [{}]
            nonces = [
                word[7:-1] for word in self.policy(page, "/stalls/").get("script-src", []) if "nonce-" in word
            ]
            self.expect(
                inline.get("nonce"), nonces[0] if nonces else None, what="The script's nonce", concept=NONCE
            )
            seen += nonces
        self.expect(len(set(seen)), 3, what="Different nonces in three responses", concept=NONCE)
        for nonce in seen:
            self.expect_true(
                len(re.sub(r"[^A-Za-z0-9+/_-]", "", nonce)) >= 22,
                expected="at least 128 bits: 22 characters of base64, 32 of hex",
                what=f"A nonce is {nonce!r}",
                concept=NONCE,
            )
        tokens = [self.project.run(PREDICT) for _ in range(2)]
        self.expect_true(
            tokens[0] != tokens[1],
            expected="a nonce that random.seed() has no influence on",
            what="After random.seed(1) it is the same each time",
            concept="secrets, not random: the latter's future can be computed from its past",
        )

    def test_own_policy(self):
        """The terms keep the stricter policy that they send."""
        self.expect(
            self.client.get("/terms/").headers.get("Content-Security-Policy"),
            "default-src 'none'; frame-ancestors 'none'",
            what="The policy of /terms/",
            concept="A middleware sees responses that have the header already",
        )

    def names(self, path, **query):
        page = self.client.get(path, query)
        self.expect(page.status_code, 200, what=f"The answer to {path} with {query}")
        return [item.strong.text for item in page.soup.select("li") if item.strong]

    def data(self, page):
        script = page.soup.find("script", id="stalls")
        self.expect_true(
            script is not None and script.get("type") == "application/json",
            expected='<script id="stalls" type="application/json">',
            what="The page has none",
            concept="json_script",
        )
        return script.string or ""

    def policy(self, response, path):
        header = response.headers.get("Content-Security-Policy")
        self.expect_true(
            bool(header),
            expected="the header Content-Security-Policy",
            what=f"{path} ({response.status_code}) has none",
            concept="Middleware sees every response, a view only its own",
        )
        parts = [part.split() for part in header.split(";") if part.strip()]
        return {part[0].lower(): part[1:] for part in reversed(parts)}


PREDICT = """
import random
from django.test import Client
random.seed(1)
Client().get("/stalls/").headers["Content-Security-Policy"]
"""
