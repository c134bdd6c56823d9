import re
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
from pottery.models import Pot
Pot.objects.all().delete()
for number in range(7):
    Pot.objects.create(pk=number + 1, name=f"Pot {number}", price=10 + number, stock=number % 3)
"""
MOBILE_FIRST = "A class without a variant holds at every width; sm: is from 640 px on, lg: from 1024 px on"


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
        self.project.run(FILL)
        response = self.client.get("/")
        self.expect(response.status_code, 200, what="GET /")
        self.soup = response.soup
        self.shelf = self.soup.select_one("[data-pots]")
        self.pots = self.soup.select("[data-pots] [data-pot]")
        self.expect_true(self.shelf, expected="the list, with data-pots", what="GET /")

    def page(self, width=1280, scheme="light", states=()):
        return self._kept["computed"].Page(self._kept["sheet"], self.soup, width, scheme, states)

    def test_pots(self):
        """Every pot is there: picture, name with its link, price, and whether it is sold out."""
        seen = []
        for pot in self.pots:
            link, price = pot.select_one("a[href]"), pot.select_one("[data-price]")
            self.expect_true(
                link and price and pot.find("img"),
                expected="an img, a link and data-price",
                what=str(pot)[:200],
            )
            seen.append([link.get_text(strip=True), link["href"], "Sold out" in pot.get_text()])
            self.expect_in(f"{10 + int(pot['data-pot']) - 1}.00", price.get_text(), what="The price")
        wanted = [[f"Pot {n}", f"/pots/{n + 1}/", n % 3 == 0] for n in range(7)]
        self.expect(seen, wanted, what="Names, links, and who is sold out")

    def test_columns(self):
        """One column up to 639 px, two from 640 px, three from 1024 px."""
        for width, wanted in ((360, 1), (639, 1), (640, 2), (1023, 2), (1024, 3), (1440, 3)):
            self.expect(
                self.page(width).columns(self.shelf),
                wanted,
                what=f"Cards side by side at {width} px",
                concept=MOBILE_FIRST,
            )

    def test_gap(self):
        """There are 16 px or more between cards, sideways and downwards."""
        page = self.page(700)
        room, shelf = page.inner_width(self.shelf), page.style(self.shelf)
        cards = self.shelf.find_all(True, recursive=False)
        one = page.style(cards[0])
        for gap, sides in (("column-gap", ("left", "right")), ("row-gap", ("top", "bottom"))):
            between = page.length(shelf.get(gap), room) or 0
            between += sum(page.length(one.get(f"margin-{side}"), room) or 0 for side in sides)
            if page.ground(cards[0]) == page.ground(self.shelf):
                # A cell without a ground of its own: its padding is between the cards.
                between += sum(page.length(one.get(f"padding-{side}"), room) or 0 for side in sides)
            self.expect_true(
                between >= 16,
                expected="16 px or more",
                what=f"{gap}: {between:g} px between cards at 700 px",
                concept="gap is between the tracks of a grid, in both directions",
            )

    def test_picture(self):
        """The picture is as wide as its place, in a ratio of 4:3, and cropped."""
        page, picture = self.page(), self.pots[1].find("img")
        boxes = [picture, picture.parent] if picture.parent is not self.pots[1] else [picture]
        ratios = [_ratio(page.style(box).get("aspect-ratio", "")) for box in boxes]
        self.expect_true(
            any(ratio and abs(ratio - 4 / 3) < 0.01 for ratio in ratios),
            expected="aspect-ratio: 4 / 3",
            what=f"The picture's box has {page.style(picture).get('aspect-ratio', 'no aspect-ratio')}",
            concept="A height is a height at every width; a ratio follows the column",
        )
        wide = [page.style(picture).get("width"), page.style(picture).get("inline-size")]
        self.expect_in("100%", wide, what="The picture's width", concept="w-full")
        self.expect(
            page.style(picture).get("object-fit"),
            "cover",
            what="object-fit",
            concept="Without it a picture is stretched",
        )

    def test_sold_out(self):
        """A pot without stock has a pale picture; its name, and all other pictures, are as ever."""
        page = self.page()
        for pot in self.pots:
            is_sold_out = (int(pot["data-pot"]) - 1) % 3 == 0
            seen = self.opacity(page, pot.find("img"))
            self.expect_true(
                (seen <= 0.6) if is_sold_out else (seen == 1),
                expected="0.6 or less" if is_sold_out else "1",
                what=f"Opacity {seen:g} of a picture of a pot {'sold out' if is_sold_out else 'in stock'}",
                concept="The row's state is known to the template: it chooses between whole class names",
            )
            name = self.opacity(page, pot.find("a"))
            self.expect(
                name, 1.0, what="Opacity of the name", concept="opacity fades an element with all in it"
            )

    def opacity(self, page, element):
        product = 1.0
        for one in [element, *element.parents]:
            if one.name == "[document]":
                break
            text = page.style(one).get("opacity", "1")
            product *= page.length(text, 1.0) if "%" in text else float(text)
        return product

    def test_price(self):
        """The price has a font weight of 600 or more."""
        page, price = self.page(), self.pots[0].select_one("[data-price]")
        # The number may stand in an element of its own.
        number = price.find(string=re.compile(r"\d"))
        weight = page.style(number.parent if number else price).get("font-weight", "400")
        weight = {"normal": "400", "bold": "700", "bolder": "700"}.get(weight, weight)
        inner = price.select_one("strong, b")
        self.expect_true(
            (weight.isdigit() and int(weight) >= 600) or inner,
            expected="600 or more",
            what=f"font-weight {weight}",
        )

    def test_focus(self):
        """Who walks by keyboard sees which link has the focus; without it nothing is drawn."""
        link = self.pots[1].find("a")
        marks = []
        for states in ((), ("focus-visible", "focus-within")):
            page = self.page(states=states)
            boxes = [link]
            while boxes[-1] is not self.pots[1]:
                boxes.append(boxes[-1].parent)
            marks.append([_mark(page, page.style(box)) for box in boxes])
        self.expect_true(
            any(mark and mark != before for before, mark in zip(*marks, strict=True)),
            expected="an outline or ring of 2 px or more, while the link has the focus",
            what="Nothing is drawn that was not there before",
            concept="outline-none takes away what the browser draws: something has to come in its place",
        )

    def test_light(self):
        """In a light system the card is light, and name and price can be read."""
        self.card("light", lambda brightness: brightness > 0.6)

    def test_dark(self):
        """In a dark system the card is dark, and name and price can be read."""
        self.card("dark", lambda brightness: brightness < 0.15)

    def card(self, scheme, fits):
        page, pot = self.page(scheme=scheme), self.pots[1]
        for element in (pot.find("a"), pot.select_one("[data-price]")):
            ground, contrast = page.ground(element), page.contrast(element)
            brightness = ground and self._kept["computed"].luminance(ground)
            self.expect_true(
                ground is None or fits(brightness),
                expected=f"a {scheme} card",
                what=f"Luminance behind “{element.get_text(strip=True)}”: {ground and round(brightness, 2)}",
                concept="dark: is a second value. Without a variant the later rule of the sheet wins",
            )
            self.expect_true(
                contrast is None or contrast >= 4.5,
                expected="a contrast of 4.5 or more",
                what=f"The contrast of “{element.get_text(strip=True)}” is {contrast} in the {scheme}",
                concept="Text and ground change together, or one stays behind",
            )


def _ratio(text):
    match = re.fullmatch(r"(?:calc\()?\s*([\d.]+)\s*(?:/\s*([\d.]+))?\s*\)?", text)
    return float(match[1]) / float(match[2] or 1) if match else None


def _mark(page, style):
    """What is drawn around the box, or None where it is nothing."""
    if style.get("outline-style", "none") not in ("none", "hidden"):
        wide = page.length(style.get("outline-width", "3px"))
        if wide is None or wide >= 2:
            return ("outline", style.get("outline-width"), style.get("outline-color"))
    shadows = [
        one for one in re.split(r",(?![^(]*\))", style.get("box-shadow", "none")) if not _is_empty(one)
    ]
    return ("shadow", *shadows) if shadows and style.get("box-shadow", "none") != "none" else None


def _is_empty(shadow):
    return shadow.strip() == "none" or "#0000" in shadow or "transparent" in shadow
