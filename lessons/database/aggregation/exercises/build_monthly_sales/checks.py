import random
from decimal import Decimal

from sandbox.jail.examiner import ExerciseTestCase

EMPTY = {"orders": 0, "cancelled": 0, "units": 0, "revenue": "0.00"}

FILL = """
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo
from bakery.models import Line, Order
Order.objects.all().delete()
for moment, zone, status, lines in {orders!r}:
    placed_at = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone))
    order = Order.objects.create(placed_at=placed_at, status=status)
    Line.objects.bulk_create(
        [Line(order=order, product="Loaf", quantity=n, unit_price=Decimal(price)) for n, price in lines]
    )
"""


def order(moment, *lines, status="paid", zone="Europe/Berlin"):
    return (moment, zone, status, list(lines))


class Checks(ExerciseTestCase):
    query_budget = {"test_queries": 3}

    def fill(self, *orders):
        """Replace all orders by these: (moment, zone, status, [(quantity, price)])."""
        self.project.run(FILL.format(orders=list(orders)))

    def report(self, year):
        response = self.client.get("/reports/monthly/", {"year": str(year)})
        self.expect(response.status_code, 200, what=f"GET /reports/monthly/?year={year}")
        return response.json()

    def months(self, year):
        """The year's months by name, without those in which nothing happened."""
        rows = self.report(year).get("months", [])
        self.expect_true(
            all(isinstance(row, dict) and "month" in row for row in rows),
            expected="months: a list of objects, each with a month",
            what=f"months: {rows}",
        )
        return {
            row["month"]: {name: row.get(name) for name in EMPTY}
            for row in rows
            if {name: row.get(name) for name in EMPTY} != EMPTY
        }

    def test_twelve_months(self):
        """There are twelve months, January first, whether anything was sold in them or not."""
        year = random.randrange(2015, 2035)
        self.fill(order(f"{year}-03-05T10:00", (1, "2.00")), order(f"{year}-11-05T10:00", (1, "2.00")))
        for asked in (year, year + 1):
            report = self.report(asked)
            self.expect(report.get("year"), asked, what="year in the answer")
            self.expect(
                [row.get("month") for row in report.get("months", [])],
                [f"{asked}-{number:02}" for number in range(1, 13)],
                what=f"The months of {asked}, which has {'two orders' if asked == year else 'no order'}",
                concept="GROUP BY makes no group of no rows: the empty months have to be filled in",
            )

    def test_orders(self):
        """An order counts once, however many lines it has."""
        self.fill(
            order("2025-04-01T09:00", (1, "2.00"), (2, "3.00"), (1, "1.00")),
            order("2025-04-20T12:00", (1, "2.00")),
            order("2025-05-02T12:00", (4, "1.00"), (1, "2.00")),
        )
        months = self.months(2025)
        self.expect(
            {month: row["orders"] for month, row in months.items()},
            {"2025-04": 2, "2025-05": 1},
            what="orders by month: two in April with four lines, one in May with two",
            concept="Too many: joined to its lines, an order is there once a line; Count(…, distinct=True). "
            "Too few: order_by() on another column goes into GROUP BY and splits the month",
        )

    def test_order_without_lines(self):
        """An order without lines is an order, of no units."""
        self.fill(order("2025-06-01T09:00"), order("2025-06-02T09:00", (2, "1.50")))
        self.expect(
            self.months(2025),
            {"2025-06": {"orders": 2, "cancelled": 0, "units": 2, "revenue": "3.00"}},
            what="June, with one order of two loaves and one of nothing",
            concept="Who counts orders from the lines never meets an order that has none",
        )
        self.fill(order("2025-06-01T09:00"))
        self.expect(
            self.months(2025),
            {"2025-06": {"orders": 1, "cancelled": 0, "units": 0, "revenue": "0.00"}},
            what="June, with one order of nothing",
            concept="A LEFT JOIN without a match leaves NULL, and a SUM of it is NULL: default=",
        )

    def test_cancelled(self):
        """Cancelled orders are counted apart, and sell nothing."""
        self.fill(
            order("2025-07-01T09:00", (2, "5.00"), (1, "2.50")),
            order("2025-07-02T09:00", (7, "5.00"), (9, "5.00"), status="cancelled"),
            order("2025-08-02T09:00", (1, "5.00"), status="cancelled"),
        )
        self.expect(
            self.months(2025),
            {
                "2025-07": {"orders": 1, "cancelled": 1, "units": 3, "revenue": "12.50"},
                "2025-08": {"orders": 0, "cancelled": 1, "units": 0, "revenue": "0.00"},
            },
            what="July with a paid and a cancelled order, August with a cancelled one",
            concept="Conditional aggregation: filter=Q(…) in each aggregate. A WHERE takes both away",
        )

    def test_money(self):
        """Revenue is quantity × unit price, exact, as text with two places."""
        quantity, cents = random.randrange(3, 9), random.randrange(1, 9)
        prices = [(quantity, f"0.{cents}0"), (3, "1.10"), (1, "1000.05")] + [(1, "0.10")] * 20
        self.fill(order("2025-09-09T09:00", *prices), order("2025-09-10T09:00", *prices))
        revenue = 2 * sum((n * Decimal(price) for n, price in prices), Decimal(0))
        self.expect(
            self.months(2025).get("2025-09", EMPTY)["revenue"],
            f"{revenue:.2f}",
            what=f"46 lines that come to {revenue:.2f}",
            concept="Decimals: SQLite adds them as floats, so round once, where the number is written",
        )

    def test_berlin(self):
        """Months begin at midnight in Berlin, not in Greenwich, and so do years."""
        self.fill(
            order("2025-06-30T22:30", (1, "1.00"), zone="UTC"),
            order("2025-01-31T23:30", (2, "1.00"), zone="UTC"),
            order("2024-12-31T23:30", (4, "1.00"), zone="UTC"),
            order("2025-12-31T23:30", (8, "1.00"), zone="UTC"),
        )
        self.expect(
            {month: row["units"] for month, row in self.months(2025).items()},
            {"2025-01": 4, "2025-02": 2, "2025-07": 1},
            what="Units of 2025, from orders shortly before midnight in UTC",
            concept="Trunc and __year use the current time zone; a datetime from the database is in UTC",
        )

    def test_one_year(self):
        """Only the year that was asked for is counted."""
        self.fill(
            order("2024-05-05T09:00", (1, "1.00")),
            order("2025-05-05T09:00", (2, "1.00")),
            order("2026-05-05T09:00", (4, "1.00")),
        )
        for year, units in ((2024, 1), (2025, 2), (2026, 4)):
            self.expect(
                {month: row["units"] for month, row in self.months(year).items()},
                {f"{year}-05": units},
                what=f"Units of {year}, where each year had an order in May",
            )

    def test_total(self):
        """The total adds up the year, and is all zeros for a year without orders."""
        self.fill(
            order("2025-01-01T09:00", (2, "5.00"), (3, "1.10")),
            order("2025-01-02T09:00", (1, "5.00")),
            order("2025-12-02T09:00", (1, "0.05"), status="cancelled"),
            order("2025-12-03T09:00", (1, "0.05")),
            order("2026-01-01T09:00", (9, "9.00")),
        )
        self.expect(
            self.report(2025).get("total"),
            {"orders": 3, "cancelled": 1, "units": 7, "revenue": "18.35"},
            what="total of 2025",
        )
        self.expect(
            self.report(2001).get("total"),
            EMPTY,
            what="total of 2001, when nothing was sold",
            concept="The sum of no rows is NULL",
        )

    def test_bad_year(self):
        """Without a good year the answer is a 400 that says what is wrong."""
        for query in (
            {},
            {"year": ""},
            {"year": "last"},
            {"year": "2025.5"},
            {"year": "-2025"},
            {"year": "1999"},
            {"year": "2101"},
            {"year": "9" * 30},
        ):
            response = self.client.get("/reports/monthly/", query)
            self.expect(
                response.status_code,
                400,
                what=f"GET /reports/monthly/ with {query or 'no year'}",
                concept="What comes from the address is text by a stranger: check it before the query",
            )
            self.expect_true(
                response.json().get("error"),
                expected='{"error": "what is wrong"}',
                what="The body of the answer",
            )

    def test_queries(self):
        """However much was sold, there are at most 3 queries."""
        few = [order("2025-02-02T09:00", (1, "1.00"))]
        many = [
            order(f"2025-{month:02}-{day:02}T09:00", (1, "1.00"), (2, "1.00"))
            for month in range(1, 13)
            for day in (3, 9)
        ]
        for orders in (few, many):
            self.fill(*orders)
            response = self.client.get("/reports/monthly/", {"year": "2025"})
            self.expect(response.status_code, 200, what="GET /reports/monthly/?year=2025")
            self.expect(
                len(response.json().get("months", [])),
                12,
                what="Months in the answer whose queries are counted",
            )
            self.expect_queries(
                response,
                at_most=3,
                what=f"A year with {len(orders)} orders",
                concept="One GROUP BY answers for all months at once",
            )
