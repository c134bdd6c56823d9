import random
from decimal import Decimal, InvalidOperation

from sandbox.jail.examiner import ExerciseTestCase

NO_MULTIPLYING = (
    "Two multi-valued relations in one query: each rental is joined to each inspection. "
    "Keep them apart, in subqueries or in separate queries"
)

FILL = """
from decimal import Decimal
from hire.models import Inspection, Rental, Station
Station.objects.all().delete()
for name, rentals, inspections in {rows!r}:
    station = Station.objects.create(name=name)
    Rental.objects.bulk_create(
        [Rental(station=station, minutes=minutes, fee=Decimal(fee)) for minutes, fee in rentals]
    )
    Inspection.objects.bulk_create([Inspection(station=station) for _ in range(inspections)])
"""


def amount(value):
    """Money with two places, as text; None and whatever is no number as they came."""
    try:
        return f"{Decimal(str(value)):.2f}"
    except InvalidOperation:
        return value


def fee():
    return f"{random.randrange(2, 20)}.{random.randrange(10)}0"


class Checks(ExerciseTestCase):
    query_budget = {"test_queries": 4}

    def fill(self, *rows):
        """Replace the rows by these stations: (name, [(minutes, fee)], number of inspections)."""
        self.project.run(FILL.format(rows=rows))

    def report(self):
        response = self.client.get("/stations.json")
        self.expect(response.status_code, 200, what="GET /stations.json")
        return response.json()

    def row(self, name):
        rows = {row["name"]: row for row in self.report()["stations"]}
        self.expect_true(
            name in rows,
            expected=f"A row for {name}, which has no rentals or has some",
            what=f"The report lists: {', '.join(rows) or 'nothing'}",
            concept="An INNER JOIN or a filter on the rentals leaves out whoever has none",
        )
        return rows[name]

    def test_counts(self):
        """Rentals and inspections are counted once each."""
        rentals, inspections = random.randrange(3, 8), random.randrange(2, 6)
        self.fill(
            ("North", [(10, fee()) for _ in range(rentals)], inspections),
            ("South", [(10, fee())], 3),
        )
        north, south = self.row("North"), self.row("South")
        self.expect(
            {"rentals": north["rentals"], "inspections": north["inspections"]},
            {"rentals": rentals, "inspections": inspections},
            what=f"A station with {rentals} rentals and {inspections} inspections",
            concept=NO_MULTIPLYING,
        )
        self.expect(
            {"rentals": south["rentals"], "inspections": south["inspections"]},
            {"rentals": 1, "inspections": 3},
            what="A station with 1 rental and 3 inspections",
            concept=NO_MULTIPLYING,
        )

    def test_takings(self):
        """Takings are the sum of the fees: each rental once, equal fees too."""
        first, second = fee(), fee()
        self.fill(
            ("North", [(10, first), (20, first), (30, second)], 3),
            ("South", [(10, second)], 0),
        )
        self.expect(
            amount(self.row("North")["takings"]),
            amount(Decimal(first) * 2 + Decimal(second)),
            what=f"Three rentals, for {first}, {first} and {second}, and three inspections",
            concept=f"{NO_MULTIPLYING}. Sum(distinct=True) is no repair: it adds up different values",
        )
        self.expect(
            amount(self.row("South")["takings"]),
            amount(second),
            what=f"One rental for {second}, and no inspection",
            concept="Without inspections a LEFT JOIN still makes one row: their number is no divisor",
        )

    def test_quiet_station(self):
        """A station without rentals is listed, with takings of 0 and its inspections counted."""
        self.fill(("Busy", [(10, fee())], 1), ("Quiet", [], 2), ("Untouched", [], 0))
        for name, inspections in (("Quiet", 2), ("Untouched", 0)):
            row = self.row(name)
            self.expect(
                amount(row["takings"]),
                "0.00",
                what=f"Takings of {name}, where nobody rented",
                concept="SUM of no rows is NULL. default= inside a grouped subquery is too deep: "
                "without a row there is no group, so Coalesce has to stand around the subquery",
            )
            self.expect(
                {"rentals": row["rentals"], "inspections": row["inspections"]},
                {"rentals": 0, "inspections": inspections},
                what=f"Counts of {name}",
                concept="A count of nothing is 0; a subquery without a group has no row to say so",
            )

    def test_average(self):
        """The average is exact, and null where there is nothing to average."""
        short = random.randrange(10, 50)
        self.fill(("Busy", [(short, fee()), (short + 5, fee())], 2), ("Quiet", [], 2))
        self.expect(
            self.row("Busy")["average_minutes"],
            short + 2.5,
            what=f"The average of {short} and {short + 5}",
            concept="Avg on integers gives a float; a sum divided by a count in SQL cuts the fraction off",
        )
        self.expect(
            self.row("Quiet")["average_minutes"],
            None,
            what="The average of no rentals",
            concept="0 minutes would be a claim about rentals that never happened. Unknown is None",
        )

    def test_total(self):
        """The total is the sum of all fees, and 0 before the first rental."""
        fees = [fee() for _ in range(4)]
        self.fill(("North", [(10, each) for each in fees], 2), ("South", [], 1))
        self.expect(
            amount(self.report()["total"]), amount(sum(map(Decimal, fees))), what="The sum of all fees"
        )
        self.fill(("North", [], 2))
        self.expect(
            amount(self.report()["total"]),
            "0.00",
            what="The total when there are stations, and no rentals",
            concept="aggregate(Sum(…)) of no rows is None; Sum has default=",
        )
        self.fill()
        self.expect(self.report()["stations"], [], what="The rows when there is no station")

    def test_order(self):
        """Stations come by name, with the names and types that the accounting program knows."""
        self.fill(("Mill", [(10, "4.00")], 1), ("Abbey", [], 1), ("Zoo", [(10, "4.00")], 1))
        rows = self.report()["stations"]
        self.expect([row["name"] for row in rows], ["Abbey", "Mill", "Zoo"], concept="order_by('name')")
        for row in rows:
            self.expect(
                set(row),
                {"name", "rentals", "inspections", "takings", "average_minutes"},
                what="The keys of a row",
            )

    def test_page(self):
        """The page shows the same numbers, and no None."""
        self.fill(("Busy", [(10, "4.00"), (20, "4.00")], 3), ("Quiet", [], 2))
        response = self.client.get("/stations/")
        self.expect(response.status_code, 200, what="GET /stations/")
        cells = {
            row.find("th").get_text(strip=True): [cell.get_text(strip=True) for cell in row.find_all("td")]
            for row in response.soup.select("tbody tr")
        }
        busy = cells.get("Busy", ["no row"] * 3)
        self.expect(
            [*busy[:2], amount(busy[2])],
            ["2", "3", "8.00"],
            what="Rentals, inspections and takings in the row of Busy",
            concept=NO_MULTIPLYING,
        )
        self.expect_not_in("None", response.soup.get_text(" ", strip=True), concept="The sum of nothing")

    def test_queries(self):
        """However many stations there are, each address makes at most 4 queries."""
        for number in (3, 12):
            self.fill(*((f"Station {n}", [(10, "4.00"), (15, "4.50")], 2) for n in range(number)))
            for path in ("/stations/", "/stations.json"):
                self.expect_queries(
                    self.client.get(path),
                    at_most=4,
                    what=f"{path} with {number} stations",
                    concept="N+1: a property that aggregates makes a query for each row that reads it",
                )
