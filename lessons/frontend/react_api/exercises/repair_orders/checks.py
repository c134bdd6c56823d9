import random

from bs4 import BeautifulSoup

from sandbox.jail.examiner import ExerciseTestCase

FILL = """
from bakery.models import Order
Order.objects.all().delete()
for number, name in enumerate(%r, start=1):
    Order.objects.create(pk=number, customer=name, what=f"Bread for {name}")
"""
ADD = """
from bakery.models import Order
Order.objects.create(customer=%r, what="Late")
"""
ASKED = """
from workbench.page import page
"; ".join(f"{asked['method']} {asked['path']}: {asked['status']}" for asked in page.requests) or "none"
"""
DONE = """
from bakery.models import Order
list(Order.objects.filter(done=True).order_by("pk").values_list("customer", flat=True))
"""
NAMES = ["Ada", "Bo", "Cleo", "Dev", "Eva", "Finn", "Gus", "Hana", "Ivo"]
NOT_OK = "fetch() takes every answer for a success; response.ok is false for 403 and 500"


class Checks(ExerciseTestCase):
    def setUp(self):
        self.names = random.sample(NAMES, 9)
        self.project.run(FILL % (self.names,))
        # Newest first, four on a page.
        self.newest = self.names[::-1]

    def page(self, *steps):
        """What is rendered after the last step; each is a call of the workbench's page."""
        lines = ["from workbench.page import page", *(f"page.{step}" for step in steps)]
        return BeautifulSoup(self.project.run("\n".join([*lines, "page.html()"])), "html.parser")

    def names_in(self, soup):
        return [button["aria-label"].removeprefix("Done: ") for button in self.buttons(soup, "Done: ")]

    def buttons(self, soup, prefix):
        return [
            button
            for button in soup.select("[data-order] button")
            if button.get("aria-label", "").startswith(prefix)
        ]

    def pressed(self, soup):
        """Whose orders look done."""
        return [
            button["aria-label"].removeprefix("Done: ")
            for button in self.buttons(soup, "Done: ")
            if button.get("aria-pressed") == "true"
        ]

    def opened(self, soup):
        return [
            button["aria-label"].removeprefix("Show: ")
            for button in self.buttons(soup, "Show: ")
            if button.get("aria-expanded") == "true"
        ]

    def named_buttons(self, soup):
        return [button.get_text() for button in soup.select("button") if not button.get("aria-label")]

    def alert(self, soup):
        return " ".join(found.get_text() for found in soup.select('[role="alert"]'))

    def test_first_page(self):
        """The first page is there: four orders, newest first, none of them done."""
        soup = self.page("open('mo')")
        said = self.alert(soup)
        what = "Customers, as rendered" + (f"; role=alert says “{said}”" if said else "")
        self.expect(self.names_in(soup), self.newest[:4], what=what)
        self.expect(self.pressed(soup), [], what="Orders that look done at first")
        self.expect(self.alert(soup), "", what="The text of role=alert when all went well")

    def test_saved(self):
        """What is marked as done is saved, and can be taken back."""
        name = self.newest[1]
        soup = self.page("open('mo')", f"press('Done: {name}')")
        self.expect(
            self.project.run(DONE),
            [name],
            what=f"Done in the database, after a click at {name}. Requests: {self.project.run(ASKED)}",
            concept="Django wants the csrftoken cookie's value in the header X-CSRFToken",
        )
        self.expect(self.pressed(soup), [name], what="Orders that look done after the answer")
        soup = self.page(f"press('Done: {name}')")
        self.expect(self.project.run(DONE), [], what="Done in the database, after a second click")
        self.expect(self.pressed(soup), [], what="Orders that look done after a second click")

    def test_at_once(self):
        """The button changes before the server has answered."""
        name = self.newest[2]
        soup = self.page("open('mo')", "hold()", f"press('Done: {name}')")
        self.expect(
            self.pressed(soup),
            [name],
            what="Orders that look done while the request is under way",
            concept="Optimistic: change what is shown first, ask afterwards",
        )
        self.expect(self.pressed(self.page("release()")), [name], what="The same, after the answer")

    def test_refused(self):
        """Where it was not saved, the order is as it was before, and an alert names the customer."""
        for status, what in ((503, "an answer of 503"), (403, "an answer of 403"), (0, "no answer at all")):
            name = self.newest[status % 3]
            soup = self.page("open('mo')", f"fail('POST', {status})", f"press('Done: {name}')")
            self.expect(self.pressed(soup), [], what=f"Orders that look done after {what}", concept=NOT_OK)
            self.expect_in(name, self.alert(soup), what=f"The text of role=alert after {what}")
            self.expect(self.names_in(soup), self.newest[:4], what=f"Customers, as rendered, after {what}")

    def test_refused_to_undo(self):
        """Where taking it back was not saved, the order is done still."""
        name = self.newest[0]
        soup = self.page(
            "open('mo')", f"press('Done: {name}')", "fail('POST', 500)", f"press('Done: {name}')"
        )
        self.expect(
            self.pressed(soup),
            [name],
            what="Orders that look done: marked, saved, and a second click refused",
            concept="Back to what it was before, which is not always false",
        )

    def test_not_signed_in(self):
        """Who is not signed in sees the orders, and an alert when they mark one."""
        name = self.newest[0]
        soup = self.page("open()", f"press('Done: {name}')")
        self.expect(self.project.run(DONE), [], what="Done in the database")
        self.expect(self.pressed(soup), [], what="Orders that look done", concept=NOT_OK)
        self.expect_in(name, self.alert(soup), what="The text of role=alert")

    def test_two_quickly(self):
        """Two clicks, one after the other: both hold, in whatever order the answers come."""
        one, two = self.newest[0], self.newest[3]
        steps = ["open('mo')", "hold()", f"press('Done: {one}')", f"press('Done: {two}')"]
        for last_first in (False, True):
            self.project.run(FILL % (self.names,))
            soup = self.page(*steps)
            self.expect(self.pressed(soup), [one, two], what="Orders that look done while both are under way")
            soup = self.page(f"release(last_first={last_first})")
            order = "the last click's first" if last_first else "one after the other"
            self.expect(
                self.pressed(soup),
                [one, two],
                what=f"Orders that look done after both answers, {order}",
                concept="A handler sees the list of its own render; setOrders((known) => …) sees the newest",
            )
            self.expect(sorted(self.project.run(DONE)), sorted([one, two]), what="Done in the database")

    def test_one_of_two_refused(self):
        """Of two clicks one is refused: only that one is taken back."""
        one, two = self.newest[1], self.newest[2]
        for refused, kept in ((one, two), (two, one)):
            self.project.run(FILL % (self.names,))
            clicks = [f"press('Done: {name}')" for name in (refused, kept)]
            soup = self.page("open('mo')", "hold()", "fail('POST', 503)", *clicks, "release()")
            self.expect(
                self.pressed(soup),
                [kept],
                what=f"Orders that look done: {refused} was refused, {kept} was saved",
                concept="Take back the one change, not the whole list as it was",
            )
            self.expect_in(refused, self.alert(soup), what="The text of role=alert")

    def test_more(self):
        """More adds the next page below, until there is none."""
        soup = self.page("open('mo')", "press('More')")
        self.expect(
            self.names_in(soup),
            self.newest[:8],
            what="Customers after More",
            concept="setOrders((known) => [...known, ...page.results])",
        )
        soup = self.page("press('More')")
        self.expect(self.names_in(soup), self.newest, what="Customers after More, twice")
        self.expect_not_in("More", self.named_buttons(soup), what="Buttons where next is null")

    def test_more_keeps_what_was_done(self):
        """What was marked before More is marked after it."""
        name = self.newest[1]
        soup = self.page("open('mo')", f"press('Done: {name}')", "press('More')")
        self.expect(self.pressed(soup), [name], what="Orders that look done after More")

    def test_reload(self):
        """Reload shows what has come in, and what was open stays open."""
        name = self.newest[1]
        self.expect(
            self.opened(self.page("open('mo')", f"press('Show: {name}')")), [name], what="Open before"
        )
        late = f"Late {random.randrange(100)}"
        self.project.run(ADD % late)
        soup = self.page("press('Reload')")
        self.expect(self.names_in(soup), [late, *self.newest[:3]], what="Customers after Reload")
        self.expect(
            self.opened(soup),
            [name],
            what="Open after Reload, with a new order on top",
            concept="React keeps a component's state by its key: the order's id, not its place",
        )
        self.expect_in(f"Bread for {name}", soup.get_text(), what="The text of the open order")

    def test_orders_do_not_come(self):
        """Where the list cannot be loaded, an alert says so, and what is there stays."""
        soup = self.page("open('mo')", "fail('GET', 500)", "press('More')")
        self.expect(self.names_in(soup), self.newest[:4], what="Customers after a page that did not come")
        self.expect_true(self.alert(soup), expected="an element with role=alert and a text", concept=NOT_OK)
