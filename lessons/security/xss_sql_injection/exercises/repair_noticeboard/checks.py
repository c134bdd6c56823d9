import json

from sandbox.jail.examiner import ExerciseTestCase

MARKUP = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    '"><iframe src="javascript:alert(1)"></iframe>',
    "</textarea><details open ontoggle=alert(1)>",
    "{{ 7|add:7 }} & {% now 'Y' %}",
]
ORDINARY = [
    "I <3 leeks",
    "1 < 2 > 0",
    'Tom & Ada\'s "best" bed',
    "<b>not bold</b>",
    "&lt;already&gt;",
    "naïve — ✓",
]
BAD_LINKS = [
    "javascript:alert(1)",
    " JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "javascript://leeks.example/%0aalert(1)",
]
LEAKS = [
    "zzz%' OR 1=1) --",
    "zzz') UNION SELECT name, gate_code FROM board_member --",
    "zzz') UniOn/**/SeLeCt email, gate_code FROM board_member --",
    "zzz') UNION SELECT title, text FROM board_notice WHERE draft = 1 --",
    "zzz%' OR draft = 1) OR ('' = '",
    "\\' OR 1=1) --",
    "zzz'') UNION SELECT name, gate_code FROM board_member --",
]
SECRETS = ["8146", "2350", "millbrook.example", "second pot", "Hut key"]
OUTPUT = (
    "Output: each place in a page has its own rules, and |safe, mark_safe() and autoescape off follow none"
)
QUERY = "SQL injection: a value goes beside the statement, as a parameter, and is never read as SQL"
ORDER = "A column's name can't be a parameter: choose it from a list that you wrote"
MEANT = "A fix that takes characters away from people is a new bug: they write apostrophes and percent signs"


class Checks(ExerciseTestCase):
    def test_board(self):
        """The board shows notices with their authors, line breaks and links."""
        page = self.client.get("/").soup
        article = self.article(page, "Leeks to give away")
        self.expect(article.select_one("span.by").text, "Maeve O'Brien", what="The byline", concept=OUTPUT)
        self.expect(
            len(article.select(".text br, .text p + p")),
            1,
            what="Line breaks in a notice of two lines",
            concept="linebreaksbr and linebreaks escape what they are given, and add their own tags",
        )
        link = article.select_one("a.more")
        self.expect_true(
            link is not None, expected="a link with the class more", what="Its link to https://…"
        )
        self.expect(link["href"], "https://leeks.example/?a=1&b=2", what="Where it leads")
        self.expect_true(
            self.article(page, "AGM on Friday").select_one("a.more") is None,
            expected="no link",
            what="A notice that has none",
        )
        self.expect_not_in("Hut key", page.text, what="The board, with a draft on it")

    def test_text_is_text(self):
        """What is written in a notice appears as it was typed, and nothing of it becomes the page's."""
        for number, text in enumerate([*MARKUP, *ORDINARY]):
            self.post(title=f"Notice {number}", text=text)
        page = self.client.get("/").soup
        for number, text in enumerate([*MARKUP, *ORDINARY]):
            shown = self.article(page, f"Notice {number}").select_one(".text").text.strip()
            self.expect(shown, text, what="A notice's text, as a browser shows it", concept=OUTPUT)
        self.expect_inert(page)

    def test_author_is_text(self):
        """An author's name is text, too, and stays in its span."""
        names = [*MARKUP[:5], *ORDINARY[:4], "O'Brien", "{} {0} {name}"]
        for number, name in enumerate(names):
            self.post(title=f"Notice {number}", author=name)
        page = self.client.get("/").soup
        for number, name in enumerate(names):
            by = self.article(page, f"Notice {number}").select_one("span.by")
            self.expect(
                by and by.text, name, what="The byline", concept="format_html() escapes its arguments only"
            )
        self.expect_inert(page)

    def test_links(self):
        """Only web addresses become links."""
        good = ["https://leeks.example/o'brien?b=1&c=2", "http://leeks.example/"]
        bad = [*BAD_LINKS, 'https://x.example/" onmouseover="alert(1)']
        for number, link in enumerate([*good, *bad]):
            self.post(title=f"Notice {number}", link=link)
        page = self.client.get("/").soup
        concept = "Escaping leaves an address as it is. What it begins with decides whether it is code"
        for number, link in enumerate([*good, *bad]):
            shown = self.article(page, f"Notice {number}").select_one("a")
            if link in good:
                self.expect(shown and shown["href"], link, what="Where the link leads", concept=concept)
            elif link in BAD_LINKS:
                self.expect(shown and shown["href"], None, what=f"A link for {link!r}", concept=concept)
        self.expect_inert(page)

    def test_titles(self):
        """The list of titles is JSON, whatever stands in a title."""
        titles = [
            "</script><script>alert(1)</script>",
            "<!--<script>",
            'Say "peas"',
            "O'Brien & Co",
            "a\\b",
            "é ✓",
        ]
        for title in titles:
            self.post(title=title)
        page = self.client.get("/?sort=posted").soup
        concept = (
            "json_script: JSON in a page may not contain <, >, & as they are, and no HTML entities either"
        )
        self.expect_inert(page)
        script = page.find("script", id="titles")
        self.expect_true(
            script is not None, expected="<script id=titles type=application/json>", concept=concept
        )
        try:
            read = json.loads(script.string or "")
        except ValueError:
            read = f"no JSON: {script.string!r}"
        expected = [
            *reversed(titles),
            "Water butt wanted",
            "Seeds 50% off",
            "AGM on Friday",
            "Leeks to give away",
        ]
        self.expect(read, expected, what="What the script holds", concept=concept)

    def test_search_finds(self):
        """The search finds what people look for, letter by letter."""
        self.post(title="O'Brien's shed", text="Union Street. Select a key; drop it -- at 'the hut'")
        self.post(title="under_score", text="back\\slash")
        expected = {
            "leeks": ["Leeks to give away"],
            "AGM": ["AGM on Friday"],
            "plot 7": ["Leeks to give away"],
            "o'brien": ["O'Brien's shed"],
            "'the hut'": ["O'Brien's shed"],
            "Union Street. Select": ["O'Brien's shed"],
            "drop it --": ["O'Brien's shed"],
            "%": ["Seeds 50% off"],
            "50% o": ["Seeds 50% off"],
            "r_s": ["under_score"],
            "k\\s": ["under_score"],
            "n%y": [],
            "%s": [],
        }
        for q, titles in expected.items():
            self.expect(self.search(q), titles, what=f"Found for {q!r}", concept=MEANT)

    def test_search_leaks_nothing(self):
        """The search gives away neither drafts nor other tables, and does not fall over."""
        for q in [*LEAKS, "'", "''", "'\"", "%' --", "hut key", "second pot", ";"]:
            response = self.client.get("/search/", {"q": q})
            self.expect(response.status_code, 200, what=f"The answer to {q!r}", concept=QUERY)
            found = " ".join(item.get_text(" ") for item in response.soup.select("li"))
            for secret in SECRETS:
                self.expect_not_in(secret, found, what=f"What was found for {q!r}", concept=QUERY)

    def test_search_field(self):
        """The search field shows what was typed, and no more."""
        for q in ["x onfocus=alert(1) autofocus", "two words", *MARKUP, *ORDINARY, "' onfocus='alert(1)"]:
            page = self.client.get("/search/", {"q": q}).soup
            field = page.find("input", attrs={"name": "q"})
            concept = "Escaping protects inside of quotes. Without them a space ends an attribute"
            self.expect(field and field.get("value"), q, what="The field's value", concept=concept)
            self.expect_inert(page)

    def test_sort(self):
        """The board can be sorted by title, by author and by date."""
        by_title = ["AGM on Friday", "Leeks to give away", "Seeds 50% off", "Water butt wanted"]
        by_author = ["Seeds 50% off", "Leeks to give away", "AGM on Friday", "Water butt wanted"]
        newest = ["Water butt wanted", "Seeds 50% off", "AGM on Friday", "Leeks to give away"]
        for path, order in (
            ("/?sort=title", by_title),
            ("/?sort=author", by_author),
            ("/?sort=posted", newest),
            ("/", newest),
        ):
            self.expect(self.titles(path), order, what=f"The order of {path}", concept=ORDER)

    def test_sort_tells_nothing(self):
        """An order that there is not gets no answer out of the database."""
        questions = [
            "CASE WHEN (SELECT gate_code FROM board_member WHERE name='Tom') LIKE '{}%'"
            " THEN title ELSE posted_at END",
            "(CASE/**/WHEN/**/(SELECT/**/substr(gate_code,1,1)/**/FROM/**/board_member)='{}'"
            "/**/THEN/**/title/**/ELSE/**/posted_at/**/END)",
            "title LIMIT (SELECT CASE WHEN gate_code LIKE '{}%' THEN 1 ELSE 3 END FROM board_member LIMIT 1)",
            "title LIMIT 0) UNION SELECT {} --",
        ]
        for question in questions:
            answers = []
            for digit in ("8", "3"):
                response = self.client.get("/", {"sort": question.format(digit)})
                self.expect_true(
                    response.status_code < 500,
                    expected="an answer below 500",
                    what=f"{response.status_code} for an order that there is not",
                    concept=ORDER,
                )
                answers.append([heading.text for heading in response.soup.select("article h2")])
            self.expect(answers[1], answers[0], what="The answers to a yes and a no question", concept=ORDER)
        for sort in ("gate_code", "draft", "nothing", "title; DROP TABLE board_notice", "", "'"):
            status = self.client.get("/", {"sort": sort}).status_code
            self.expect_true(status < 500, expected="an answer below 500", what=f"{status} for sort={sort!r}")

    def post(self, **fields):
        notice = {"author": "Guest", "title": "Notice", "text": "text", "link": "", **fields}
        response = self.client.post("/new/", notice)
        self.expect_true(
            response.status_code in (301, 302, 303),
            expected="a redirect",
            what=f"POST /new/: {response.status_code}",
        )

    def search(self, q):
        response = self.client.get("/search/", {"q": q})
        self.expect(response.status_code, 200, what=f"The answer to {q!r}", concept=QUERY)
        return [item.strong.text for item in response.soup.select("li") if item.strong]

    def titles(self, path):
        return [heading.text for heading in self.client.get(path).soup.select("article h2")]

    def article(self, page, title):
        for article in page.find_all("article"):
            if article.h2 and article.h2.text == title:
                return article
        raise self.failureException(f"There is no <article> with <h2>{title}</h2> on the page.")

    def expect_inert(self, page):
        """Nothing runs but the one script of the page, which is data."""
        scripts = [script for script in page("script") if script.get("id") != "titles"]
        foreign = scripts + page(["img", "svg", "iframe", "details", "style", "object", "embed", "base"])
        handlers = [tag for tag in page(True) if any(name.lower().startswith("on") for name in tag.attrs)]
        found = [str(tag)[:200] for tag in foreign + handlers]
        self.expect(found, [], what="Elements and handlers that a visitor wrote", concept=OUTPUT)
