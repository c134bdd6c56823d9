import sys
import types

from sandbox.jail.examiner import ExerciseTestCase, Mismatch

MODULES = ("scan", "compiler", "computed")


def load(files):
    """The build and the reader of style sheets, which no learner can change: this very Tailwind."""
    package = sys.modules["tailwind"] = types.ModuleType("tailwind")
    package.__path__ = []
    for name in MODULES:
        module = sys.modules[f"tailwind.{name}"] = types.ModuleType(f"tailwind.{name}")
        module.__package__ = "tailwind"
        exec(compile(files[f"tailwind/{name}.py"], f"{name}.py", "exec"), module.__dict__)
    return sys.modules["tailwind.compiler"], sys.modules["tailwind.computed"]


FILL = """
from datetime import time
from harbour.models import Departure
Departure.objects.all().delete()
for number, status in enumerate(Departure.STATUSES):
    Departure.objects.create(
        ship=f"Ship {number}", leaves_at=time(7, number), berth=f"Q{number}", status=status
    )
Departure.STATUSES
"""
WHOLE_NAMES = "The build reads files as text: a name that is put together at run time is in none of them"
SYSTEM = "dark: is prefers-color-scheme, unless @custom-variant says otherwise"


class Checks(ExerciseTestCase):
    _kept = {}

    def setUp(self):
        if not self._kept:
            files = self.files
            compiler, computed = load(files)
            try:
                self._kept["sheet"] = computed.Sheet(compiler.compile_css(files, "tree"))
            except ValueError as error:
                raise Mismatch(expected="a style sheet", got=str(error), what="The build") from None
            self._kept["computed"] = computed
        self.statuses = self.project.run(FILL)
        response = self.client.get("/")
        self.expect(response.status_code, 200, what="GET /")
        self.soup = response.soup

    def page(self, width=1024, scheme="light"):
        return self._kept["computed"].Page(self._kept["sheet"], self.soup, width, scheme)

    def saying(self, text):
        """The innermost element of the table with just this text."""
        found = [one for one in self.soup.select("table *") if one.get_text(strip=True) == text]
        self.expect_true(found, expected=f"an element in the table that says {text}", what="GET /")
        return found[-1]

    def badges(self, page):
        """Ground and ink of the badge of each status; each can be told from the page, and read."""
        looks, behind = {}, page.ground(self.soup.select_one("table"))
        for status in self.statuses:
            badge = self.saying(status)
            ground = page.ground(badge)
            if ground is not None:
                self.expect_true(
                    ground != behind,
                    expected="a ground of its own",
                    what=f"The badge “{status}” has no rule for its background ({page.scheme})",
                    concept=WHOLE_NAMES,
                )
            self.readable(page, badge, f"The badge “{status}”")
            looks[status] = ground or status
        return looks

    def readable(self, page, element, what):
        contrast = page.contrast(element)
        if contrast is not None and contrast < 4.5:
            raise Mismatch(
                expected="a contrast of 4.5 or more",
                got=str(contrast),
                what=f"{what} ({page.scheme})",
                concept="Text and ground change together, or one stays behind",
            )

    def brightness(self, page):
        ground = page.ground(self.soup.find("main") or self.soup.find("body"))
        return None if ground is None else self._kept["computed"].luminance(ground)

    def test_badges(self):
        """Each of the four statuses has a ground of its own, and text that can be read on it."""
        looks = self.badges(self.page())
        for number, status in enumerate(self.statuses):
            for other in self.statuses[:number]:
                self.expect_true(
                    looks[status] != looks[other],
                    expected="different grounds",
                    what=f"The badges “{other}” and “{status}” look alike",
                    concept="A colour says something only if another status has another one",
                )

    def test_light(self):
        """With a light system the page is light, and its text can be read."""
        page = self.page()
        brightness = self.brightness(page)
        self.expect_true(
            brightness is None or brightness > 0.7,
            expected="a light page (luminance above 0.7)",
            what=f"Its luminance is {brightness and round(brightness, 2)}",
            concept="The system's setting decides, not the page",
        )
        for element in (self.soup.find("h1"), self.saying("Ship 0")):
            self.readable(page, element, f"“{element.get_text(strip=True)}”")

    def test_dark(self):
        """With a dark system the page is dark, and its text can be read."""
        page = self.page(scheme="dark")
        brightness = self.brightness(page)
        self.expect_true(
            brightness is None or brightness < 0.15,
            expected="a dark page (luminance below 0.15)",
            what=f"Its luminance is {brightness and round(brightness, 2)}",
            concept=SYSTEM,
        )
        for element in (self.soup.find("h1"), self.saying("Ship 0")):
            self.readable(page, element, f"“{element.get_text(strip=True)}”")

    def test_badges_dark(self):
        """With a dark system the badges can be read too."""
        self.badges(self.page(scheme="dark"))

    def test_berth(self):
        """The berth is in the table from 768 px on, heading and cells, and nowhere below."""
        cells = [self.saying("Berth"), *(self.saying(f"Q{n}") for n in range(len(self.statuses)))]
        cells = [cell if cell.name in ("td", "th") else cell.find_parent(["td", "th"]) for cell in cells]
        for width in (360, 767, 768, 1280):
            page = self.page(width)
            for cell in cells:
                shown = page.display(cell) if page.is_visible(cell) else "none"
                self.expect(
                    shown,
                    "table-cell" if width >= 768 else "none",
                    what=f"display of “{cell.get_text(strip=True)}” at {width} px",
                    concept="A class without a variant holds at every width; md: begins at 768 px",
                )

    def test_small(self):
        """The style sheet has what is needed, and not more: at most 5 kB of utilities."""
        size = self._kept["sheet"].utilities_bytes()
        self.expect_true(
            size <= 5000,
            expected="at most 5000 bytes",
            what=f"The utilities are {size} bytes",
            concept="Whatever @source inline names is generated, whether or not an element ever has it",
        )

    def test_board(self):
        """Each departure is a row of the board, as before."""
        rows = [
            [cell.get_text(strip=True) for cell in row.select("td")] for row in self.soup.select("tbody tr")
        ]
        wanted = [[f"07:0{n}", f"Ship {n}", f"Q{n}", status] for n, status in enumerate(self.statuses)]
        self.expect(rows, wanted, what="The rows of the table")
