import random

from sandbox.jail.examiner import ExerciseTestCase

FILL = """
from datetime import datetime, timedelta, UTC
from log.models import Reading, Station
for model in (Reading, Station):
    model.objects.all().delete()
start = datetime(2025, 3, 4, tzinfo=UTC)
def station(name, readings):
    found = Station.objects.create(name=name)
    rows = [
        Reading(station=found, measured_at=start + timedelta(seconds=second), value=value, alarm=alarm,
                acknowledged=acknowledged)
        for second, value, alarm, acknowledged in readings
    ]
    for row in rows:
        row.save()
    return {"pk": found.pk, "ids": [row.pk for row in rows]}
{name: station(name, readings) for name, readings in %r}
"""

ADD = """
from datetime import datetime, timedelta, UTC
from log.models import Reading
start = datetime(2025, 3, 4, tzinfo=UTC)
for second in %r:
    Reading.objects.create(station_id=%d, measured_at=start + timedelta(seconds=second), value=1)
"""

PARTIAL = """
from django.db import connection
from log.models import Reading
with connection.cursor() as cursor:
    cursor.execute("PRAGMA index_list('%s')" % Reading._meta.db_table)
    indexes = [row[1] for row in cursor.fetchall() if row[4]]
indexes
"""

LIST = "/stations/{}/readings.json"


def plain(seconds):
    return [(second, n, False, False) for n, second in enumerate(seconds)]


class Checks(ExerciseTestCase):
    query_budget = {"test_page_cost": 2, "test_alarms_index": 1, "test_stations_cost": 2}

    def fill(self, **stations):
        return self.project.run(FILL % (list(stations.items()),))

    def get(self, path, **query):
        response = self.client.get(path, query or None)
        self.expect(response.status_code, 200, what=f"GET {path}" + (f" with {query}" if query else ""))
        return response

    def walk(self, station, between=None):
        """All pages from the first to the last: ids in order, and the responses."""
        ids, responses, query = [], [], {}
        for number in range(12):
            response = self.get(LIST.format(station), **query)
            responses.append(response)
            data = response.json()
            ids += [row["id"] for row in data["readings"]]
            if data["next"] is None:
                break
            query = {"after": data["next"]}
            if between is not None:
                between(number)
        return ids, responses

    def expect_steps(self, response, bad, what, concept):
        """No step of a plan is of this kind; the stations themselves may be read whole, and sorted."""
        steps = [
            f"{step['text']}   ({query['sql'][:120]}…)"
            for query in response.trace["queries"]
            if "log_reading" in query["sql"]
            for step in query.get("plan") or []
            if step["mark"] in bad and not step["text"].startswith(("SCAN log_station", "SCAN ("))
        ]
        self.expect(steps, [], what=what, concept=concept)

    def test_first_page(self):
        """A page has the 20 newest readings of one station, newest first."""
        value = random.randrange(100, 200)
        quay = [(n * 60, value + n, False, False) for n in range(25)]
        made = self.fill(Quay=quay, Ridge=plain([5000]))
        data = self.get(LIST.format(made["Quay"]["pk"])).json()
        self.expect(
            [row["value"] for row in data["readings"]], [value + n for n in range(24, 4, -1)], what="Values"
        )
        self.expect([row["id"] for row in data["readings"]], made["Quay"]["ids"][:4:-1], what="ids")
        self.expect_in(
            "2025-03-04T00:24:00", data["readings"][0]["measured_at"], what="measured_at of the newest"
        )
        self.expect_true(data["next"], expected="a cursor, since there are five more", what="next")

    def test_last_page(self):
        """next is null where nothing follows: after 3, after 20, and for a station without readings."""
        for count in (3, 20, 0):
            made = self.fill(Quay=plain(range(count)))
            data = self.get(LIST.format(made["Quay"]["pk"])).json()
            self.expect(len(data["readings"]), count, what=f"Readings on the page, of {count}")
            self.expect(data["next"], None, what=f"next, with {count} readings")

    def test_ties(self):
        """Readings of the very same second come once each, also where a page ends between them."""
        for seconds in ([n // 7 for n in range(50)], [0] * 45, list(range(45))):
            made = self.fill(Quay=plain(seconds), Ridge=plain([3, 3, 3]))
            ids, _ = self.walk(made["Quay"]["pk"])
            wanted = [key for _, key in sorted(zip(seconds, made["Quay"]["ids"], strict=True), reverse=True)]
            self.expect(
                ids,
                wanted,
                what=f"ids of all pages, where the times are {seconds[:10]}…",
                concept="The order has to be total: time, and then the key; and so has the cursor",
            )

    def test_meanwhile(self):
        """Readings that arrive while somebody turns pages don't repeat old ones, and push none out."""
        made = self.fill(Quay=plain(range(60)))
        station = made["Quay"]["pk"]
        ids, _ = self.walk(station, lambda n: self.project.run(ADD % ([100 + n, 200 + n, 300 + n], station)))
        self.expect(
            ids,
            made["Quay"]["ids"][::-1],
            what="ids of all pages, with three new readings after each page",
            concept="OFFSET counts rows, and the rows have moved on; a key stays where it is",
        )

    def test_page_cost(self):
        """Every page costs the same: at most 2 queries, by an index, without sorting or skipping."""
        made = self.fill(Quay=plain(n // 3 for n in range(95)), Ridge=plain(range(5)))
        _, responses = self.walk(made["Quay"]["pk"])
        self.expect(len(responses), 5, what="Pages of 95 readings")
        for number, response in enumerate(responses, 1):
            what = f"Page {number} of 5"
            self.expect_queries(response, at_most=2, what=what)
            self.expect_steps(
                response,
                ("scan", "sort"),
                f"{what}: steps that read everything or sort",
                "Composite index in the order of the page: station, then time, then key",
            )
            for query in response.trace["queries"]:
                sql = query["sql"].upper()
                if "LOG_READING" not in sql:
                    continue
                self.expect_not_in("OFFSET", sql, what=what, concept="Skipped rows are read all the same")
                self.expect_in("LIMIT", sql, what=what, concept="Slice the QuerySet, not the list")

    def test_bad_cursor(self):
        """What is no cursor is answered with 400, not with 500."""
        made = self.fill(Quay=plain(range(3)))
        path = LIST.format(made["Quay"]["pk"])
        for cursor in ("nonsense", "x_y", "2025-03-04", "_", "9" * 40 + "x"):
            self.expect(self.client.get(path, {"after": cursor}).status_code, 400, what=f"after={cursor}")

    def test_alarms(self):
        """The alarms are the 20 latest ones that nobody has acknowledged, with their stations."""
        quay = [(n * 10, n, True, n % 2 == 0) for n in range(50)]
        ridge = [(495, 77, True, False), (600, 78, False, False), (601, 79, True, True)]
        self.fill(Quay=quay, Ridge=ridge)
        rows = self.get("/alarms.json").json()["alarms"]
        self.expect(
            [(row["station"], row["value"]) for row in rows],
            [("Ridge", 77), *(("Quay", n) for n in range(49, 11, -2))],
            what="Station and value",
        )

    def test_alarms_index(self):
        """The alarms come from an index that has no other rows, in one query and without sorting."""
        self.fill(Quay=[(n, n, n % 5 == 0, n % 2 == 0) for n in range(80)])
        response = self.get("/alarms.json")
        self.expect_queries(response, at_most=1, what="GET /alarms.json", concept="select_related()")
        partial = self.project.run(PARTIAL)
        concept = "Index(fields=…, condition=Q(…)): the query has to say all that the condition says"
        self.expect_true(
            partial, expected="an index with a condition", what="Partial indexes", concept=concept
        )
        steps = [step for query in response.trace["queries"] for step in query.get("plan") or []]
        used = [name for name in partial if any(f"INDEX {name}" in step["text"] for step in steps)]
        plan = "\n".join(step["text"] for step in steps)
        self.expect_true(used, expected=f"the plan uses {' or '.join(partial)}", what=plan, concept=concept)
        self.expect(
            [step["text"] for step in steps if step["mark"] == "sort"],
            [],
            what="Steps that sort",
            concept="The index has the rows in the order of its columns",
        )

    def test_stations(self):
        """The stations come by name, each with its latest value, null without readings."""
        self.fill(
            Ridge=[(5, 1, False, False), (9, 2, False, False), (9, 3, False, False)], Moor=[], Quay=plain([7])
        )
        self.expect(
            self.get("/stations.json").json(),
            {
                "stations": [
                    {"name": "Moor", "latest": None},
                    {"name": "Quay", "latest": 0},
                    {"name": "Ridge", "latest": 3},
                ]
            },
            what="GET /stations.json; of two readings of one second the later row counts",
        )

    def test_stations_cost(self):
        """However many stations there are, it takes at most 2 queries, and reads no station's history."""
        for count in (2, 12):
            self.fill(**{f"S{n:02}": plain(range(6)) for n in range(count)})
            response = self.get("/stations.json")
            self.expect_queries(response, at_most=2, what=f"{count} stations", concept="Subquery(…[:1])")
            self.expect_steps(
                response,
                ("scan",),
                f"{count} stations: steps that read all readings",
                "A subquery for each station is one step into the index",
            )
