import random

from sandbox.jail.examiner import ExerciseTestCase

FILL = """
from datetime import datetime, timedelta, UTC
from desk.models import Agent, Comment, Customer, Tag, Ticket
for model in (Comment, Ticket, Tag, Customer, Agent):
    model.objects.all().delete()
agents = {name: Agent.objects.create(name=name) for name in ("Imke", "Joel")}
customers = {
    name: Customer.objects.create(name=name, email=name + "@Mail.Example") for name in ("Ada", "Ben")
}
tags = {name: Tag.objects.create(name=name) for name in ("login", "billing", "printer")}
for subject, agent, customer, names, comments, state, opened in %r:
    ticket = Ticket.objects.create(
        subject=subject, agent=agents[agent], customer=customers[customer], state=state,
        opened_at=datetime.fromisoformat(opened).replace(tzinfo=UTC),
    )
    ticket.tags.set([tags[name] for name in names])
    Comment.objects.bulk_create([Comment(ticket=ticket, text="x") for _ in range(comments)])
{name: agent.pk for name, agent in agents.items()}
"""

BOARD = """
from desk.models import Ticket
Ticket.objects.filter(agent=1, state="open").order_by("-opened_at")[:50].explain()
"""


def tickets(count, agent="Imke", state="open"):
    """So many tickets, each a minute younger than the one before."""
    return [
        (
            f"T{n}",
            agent,
            "Ada" if n % 2 else "Ben",
            ["printer", "login"][: n % 3],
            n % 4,
            state,
            f"2025-03-04 {8 + n // 60:02}:{n % 60:02}",
        )
        for n in range(count)
    ]


class Checks(ExerciseTestCase):
    query_budget = {"test_queries": 4, "test_day_index": 2, "test_email_index": 2}

    def fill(self, rows):
        return self.project.run(FILL % (list(rows),))

    def get(self, path, **query):
        response = self.client.get(path, query or None)
        self.expect(response.status_code, 200, what=f"GET {path}")
        return response

    def expect_no_scan(self, response, what, concept):
        steps = [
            f"{step['text']}   ({query['sql'][:120]}…)"
            for query in response.trace["queries"]
            for step in query.get("plan") or []
            if step["mark"] == "scan"
        ]
        self.expect(steps, [], what=f"{what}: steps that read a whole table or index", concept=concept)

    def test_list(self):
        """The board has an agent's open tickets, newest first, with customer, tags and comments."""
        comments = random.randrange(2, 6)
        agents = self.fill(
            [
                ("Old", "Imke", "Ada", ["printer", "billing", "login"], comments, "open", "2025-03-01 10:00"),
                ("New", "Imke", "Ben", [], 0, "open", "2025-03-02 10:00"),
                ("Middle", "Imke", "Ben", ["login"], 1, "open", "2025-03-01 12:00"),
                ("Closed", "Imke", "Ada", [], 0, "closed", "2025-03-01 11:00"),
                ("Other", "Joel", "Ada", [], 0, "open", "2025-03-01 11:00"),
            ]
        )
        rows = self.get(f"/agents/{agents['Imke']}/tickets.json").json()["tickets"]
        self.expect(
            [(row["subject"], row["customer"], row["tags"], row["comments"]) for row in rows],
            [
                ("New", "Ben", [], 0),
                ("Middle", "Ben", ["login"], 1),
                ("Old", "Ada", ["billing", "login", "printer"], comments),
            ],
            what="Subject, customer, tags by name, and number of comments of Imke's open tickets",
            concept="Two to-many relations in one JOIN multiply each other's counts",
        )

    def test_fifty(self):
        """The board ends after the fifty newest."""
        agents = self.fill(tickets(57))
        rows = self.get(f"/agents/{agents['Imke']}/tickets.json").json()["tickets"]
        self.expect([row["subject"] for row in rows], [f"T{n}" for n in range(56, 6, -1)], what="Subjects")

    def test_queries(self):
        """However many tickets there are, the board takes at most 4 queries."""
        for count in (3, 40):
            agents = self.fill(tickets(count))
            self.expect_queries(
                self.get(f"/agents/{agents['Imke']}/tickets.json"),
                at_most=4,
                what=f"The board of {count} tickets",
                concept="select_related() for the one, prefetch_related() for the many, annotate() for a "
                "number; order_by() or filter() on something prefetched asks again",
            )

    def test_board_index(self):
        """An index has the board in its order: SQLite neither reads all tickets nor sorts."""
        self.fill(tickets(20))
        plan = self.project.run(BOARD)
        concept = "Composite index: first the columns compared by =, then the one to sort by"
        for bad in ("SCAN", "TEMP B-TREE"):
            self.expect_not_in(
                bad,
                plan,
                what='The plan of filter(agent=1, state="open").order_by("-opened_at")[:50]',
                concept=concept,
            )
        agents = self.fill(tickets(20))
        self.expect_no_scan(
            self.get(f"/agents/{agents['Imke']}/tickets.json"),
            "GET the board",
            "an index on what is filtered by",
        )

    def test_day(self):
        """A day begins at midnight, ends before the next, and comes in order."""
        self.fill(
            [
                ("Before", "Imke", "Ada", [], 0, "open", "2025-03-03 23:59:59.999999"),
                ("Last", "Imke", "Ada", [], 0, "open", "2025-03-04 23:59:59.999999"),
                ("First", "Joel", "Ada", [], 0, "open", "2025-03-04 00:00"),
                ("Noon", "Joel", "Ada", [], 0, "closed", "2025-03-04 12:00"),
                ("After", "Imke", "Ada", [], 0, "open", "2025-03-05 00:00"),
            ]
        )
        self.expect(
            self.get("/days/2025-03-04.json").json()["subjects"],
            ["First", "Noon", "Last"],
            what="Subjects of 4 March, oldest first",
            concept="A half-open range: >= midnight and < the next midnight",
        )
        self.expect(self.get("/days/2031-01-01.json").json()["subjects"], [], what="A day without tickets")
        self.expect(self.client.get("/days/someday.json").status_code, 404, what="GET /days/someday.json")

    def test_day_index(self):
        """A day is found by an index, in at most 2 queries."""
        self.fill(tickets(30))
        response = self.get("/days/2025-03-04.json")
        self.expect_queries(response, at_most=2, what="GET /days/2025-03-04.json")
        self.expect_no_scan(
            response,
            "GET /days/2025-03-04.json",
            "A function of a column (__date) is no column; compare the column itself, and have an index that "
            "begins with it",
        )

    def test_email(self):
        """A customer is found by the address in any case, and nobody else is."""
        self.fill([])
        for email, name in (
            ("ada@mail.example", "Ada"),
            ("BEN@MAIL.EXAMPLE", "Ben"),
            ("Ada@Mail.Example", "Ada"),
        ):
            self.expect(self.get("/customers.json", email=email).json()["name"], name, what=f"email={email}")
        for email in ("cleo@mail.example", "ada", "%", "", "_da@mail.example"):
            response = self.client.get("/customers.json", {"email": email})
            self.expect(response.status_code, 404, what=f"email={email}")
        self.expect(self.client.get("/customers.json").status_code, 404, what="No email at all")

    def test_email_index(self):
        """A customer is found by an index, in at most 2 queries."""
        self.fill([])
        response = self.get("/customers.json", email="ada@mail.example")
        self.expect_queries(response, at_most=2, what="GET /customers.json?email=ada@mail.example")
        self.expect_no_scan(
            response,
            "GET /customers.json?email=ada@mail.example",
            "iexact is LIKE or UPPER(): the unique index on email is sorted by something else. An index can "
            "be of an expression, and serves who asks for just that expression",
        )
