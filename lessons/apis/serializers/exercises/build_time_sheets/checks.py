import random
from datetime import date

from sandbox.jail.examiner import ExerciseTestCase

KEYS = """
from sheets.models import Employee, Entry, Sheet
{
    "ada": Employee.objects.get(name="ada").pk,
    "bo": Employee.objects.get(name="bo").pk,
    "sheet": Sheet.objects.order_by("pk").first().pk,
    "entries": list(Entry.objects.order_by("pk").values_list("pk", flat=True)),
}
"""

ROWS = """
from sheets.models import Sheet
[
    [sheet.employee.name, str(sheet.monday), sheet.approved,
     sorted([entry.project.code, entry.minutes, entry.text] for entry in sheet.entries.all())]
    for sheet in Sheet.objects.order_by("pk")
]
"""

FILL = """
from datetime import date, timedelta
from sheets.models import Employee, Entry, Project, Sheet
ada, roof = Employee.objects.get(name="ada"), Project.objects.get(code="ROOF")
Sheet.objects.all().delete()
for number in range(%d):
    sheet = Sheet.objects.create(employee=ada, monday=date(2024, 1, 1) + timedelta(weeks=number))
    for minutes in (60, 90):
        project = Project.objects.get_or_create(code=f"P{number}-{minutes}")[0]
        Entry.objects.create(sheet=sheet, project=project, minutes=minutes)
"""

SEED = ["ada", "2025-11-10", False, [["ROOF", 450, "Tiles"], ["WALL", 90, ""]]]
WEEK = "A field of your own: to_internal_value() takes anything, and self.fail() refuses it"
IDS = "A nested id is read-only by default; as an IntegerField(required=False) it says which row is meant"


def body(week="2025-W47", *entries):
    return {"week": week, "entries": list(entries) or [{"project": "ROOF", "time": "7:30", "text": "Tiles"}]}


def at(errors, *path):
    """What stands at the place, whether errors of a list are a list or, as DRF has it by now, a dict."""
    for step in path:
        if isinstance(errors, list):
            errors = errors[step] if isinstance(step, int) and step < len(errors) else None
        elif isinstance(errors, dict):
            errors = errors.get(str(step))
        else:
            return None
    return errors


class Checks(ExerciseTestCase):
    query_budget = {"test_queries": 4}

    def setUp(self):
        super().setUp()
        self.keys = self.project.run(KEYS)
        self.sheets = f"/employees/{self.keys['ada']}/sheets/"
        self.sheet = f"{self.sheets}{self.keys['sheet']}/"

    def expect_error(self, response, *path, what, concept=""):
        """400, an error at that very place, and not one row more or less."""
        self.expect(response.status_code, 400, what=what, concept=concept)
        self.expect_true(
            at(response.json(), *path),
            expected=f"an error at {' > '.join(map(str, path))}, in {response.text[:200]}",
            what=what,
            concept=concept,
        )
        self.expect(self.project.run(ROWS), [SEED], what=f"The sheets after: {what}", concept=concept)

    def test_shown(self):
        """A sheet is shown with its week, its total and its entries."""
        first, second = self.keys["entries"]
        response = self.client.get(self.sheet)
        self.expect(response.status_code, 200, what="GET of a sheet")
        shown = response.json()
        if isinstance(shown.get("entries"), list):
            shown["entries"].sort(key=lambda entry: entry.get("id", 0))
        self.expect(
            shown,
            {
                "id": self.keys["sheet"],
                "employee": "ada",
                "week": "2025-W46",
                "approved": False,
                "total": "9:00",
                "entries": [
                    {"id": first, "project": "ROOF", "time": "7:30", "text": "Tiles"},
                    {"id": second, "project": "WALL", "time": "1:30", "text": ""},
                ],
            },
            what="The sheet",
            concept="source= gives a field another name than the column has; to_representation() its shape",
        )

    def test_weeks_shown(self):
        """Weeks follow ISO 8601, also around New Year."""
        for monday, week in (
            (date(2020, 12, 28), "2020-W53"),
            (date(2024, 12, 30), "2025-W01"),
            (date(2026, 1, 5), "2026-W02"),
        ):
            self.project.run(
                f"from sheets.models import Sheet\nSheet.objects.update(monday={monday.isoformat()!r})"
            )
            self.expect(
                self.client.get(self.sheet).json().get("week"),
                week,
                what=f"The week that begins on {monday}",
                concept="The ISO year of a Monday in December may be the next one: isocalendar() gives both",
            )

    def test_create(self):
        """A good body makes a sheet of that employee, with its entries."""
        minutes = random.randrange(1, 600)
        time = f"{minutes // 60}:{minutes % 60:02}"
        response = self.client.post(
            self.sheets,
            json=body("2026-W01", {"project": "WALL", "time": time}, {"project": "ROOF", "time": "12:05"}),
        )
        self.expect(response.status_code, 201, what="POST of a sheet with two entries", concept="create()")
        total = minutes + 725
        self.expect(
            response.json().get("total"), f"{total // 60}:{total % 60:02}", what="total in the answer"
        )
        self.expect(
            self.project.run(ROWS)[1:],
            [["ada", "2025-12-29", False, [["ROOF", 725, ""], ["WALL", minutes, ""]]]],
            what="The new sheet",
        )

    def test_ignored(self):
        """Employee, approval and total cannot be sent."""
        sent = body() | {"employee": "bo", "approved": True, "total": "99:00", "id": 4711}
        self.expect(
            self.client.post(self.sheets, json=sent).status_code, 201, what="POST with more than is due"
        )
        concept = "read_only_fields, and a SerializerMethodField, which is read-only by itself"
        want = [["ada", "2025-11-17", False, [["ROOF", 450, "Tiles"]]]]
        self.expect(self.project.run(ROWS)[1:], want, what="The new sheet", concept=concept)
        self.expect(
            self.client.patch(self.sheet, json={"approved": True}).status_code, 200, what="PATCH of approved"
        )
        self.expect(self.project.run(ROWS)[0], SEED, what="The old sheet", concept=concept)

    def test_bad_weeks(self):
        """What is no ISO week is refused at `week`."""
        for week in (
            "2025-W53",
            "2025-W54",
            "2025-W00",
            "2025-46",
            "2025-11-17",
            "W46",
            "",
            "next",
            46,
            None,
            ["2025-W46"],
            True,
        ):
            response = self.client.post(self.sheets, json=body(week))
            self.expect_error(response, "week", what=f"POST with the week {week!r}", concept=WEEK)

    def test_bad_times(self):
        """What is no time is refused at that entry's `time`."""
        for time in ("7:60", "7:5", "730", "-1:00", "0:00", "100:00", "", "seven", 7, 7.5, None, {"h": 7}):
            entries = [{"project": "ROOF", "time": "7:30"}, {"project": "WALL", "time": time}]
            response = self.client.post(self.sheets, json=body("2025-W47", *entries))
            what = f"POST with the time {time!r} in the second entry"
            self.expect_error(response, "entries", 1, "time", what=what, concept=WEEK)

    def test_bad_entries(self):
        """No entries, an unknown project or a missing field are refused where they are."""
        response = self.client.post(self.sheets, json={"week": "2025-W47", "entries": []})
        self.expect_error(response, "entries", what="POST with no entries", concept="allow_empty=False")
        response = self.client.post(self.sheets, json={"week": "2025-W47"})
        self.expect_error(response, "entries", what="POST without entries")
        for entry, field in (({"project": "MOON", "time": "1:00"}, "project"), ({"project": "ROOF"}, "time")):
            response = self.client.post(self.sheets, json=body("2025-W47", entry))
            what = f"POST with the entry {entry}"
            self.expect_error(
                response, "entries", 0, field, what=what, concept="SlugRelatedField looks it up"
            )

    def test_one_a_week(self):
        """A second sheet for a week is refused at `week`; of somebody else it is fine."""
        concept = (
            "The employee is no field of the body: compare in validate_week(), by self.context['employee']"
        )
        response = self.client.post(self.sheets, json=body("2025-W46"))
        self.expect_error(response, "week", what="POST for a week that has a sheet", concept=concept)
        status = self.client.put(self.sheet, json=body("2025-W46")).status_code
        self.expect(status, 200, what="PUT of a sheet with the week that it has", concept=concept)
        status = self.client.post(f"/employees/{self.keys['bo']}/sheets/", json=body("2025-W46")).status_code
        self.expect(status, 201, what="POST for the same week, by bo", concept=concept)

    def test_update(self):
        """A PUT changes entries by their id, adds those without, and removes the rest."""
        first, second = self.keys["entries"]
        sent = body(
            "2025-W46",
            {"id": second, "project": "ROOF", "time": "2:00", "text": "Ridge"},
            {"project": "WALL", "time": "0:15"},
        )
        response = self.client.put(self.sheet, json=sent)
        self.expect(response.status_code, 200, what="PUT of one old and one new entry", concept=IDS)
        want = [["ROOF", 120, "Ridge"], ["WALL", 15, ""]]
        self.expect(self.project.run(ROWS)[0][3], want, what="The entries in the database", concept=IDS)
        kept = self.project.run(
            "from sheets.models import Entry\nlist(Entry.objects.order_by('pk').values_list('pk', flat=True))"
        )
        self.expect(second in kept and first not in kept, True, what="The old row kept its key", concept=IDS)
        shown = response.json()
        self.expect(shown["total"], "2:15", what="total in the answer", concept="It is what the rows say now")
        self.expect(
            sorted(row["id"] for row in shown["entries"]), kept, what="ids in the answer", concept=IDS
        )

    def test_foreign_entry(self):
        """An id of another sheet, or of none, is refused at that entry's `id`, and no row is touched."""
        other = self.client.post(f"/employees/{self.keys['bo']}/sheets/", json=body("2025-W40"))
        self.expect(other.status_code, 201, what="POST of a sheet by bo")
        foreign = self.project.run(
            "from sheets.models import Entry\nEntry.objects.order_by('-pk').first().pk"
        )
        before = self.project.run(ROWS)
        first = self.keys["entries"][0]
        for pk in (foreign, 99999):
            entries = [
                {"id": first, "project": "ROOF", "time": "1:00"},
                {"id": pk, "project": "ROOF", "time": "9:00"},
            ]
            response = self.client.put(self.sheet, json=body("2025-W46", *entries))
            what = (
                "PUT with the id of another's entry" if pk == foreign else "PUT with an id that is not there"
            )
            concept = "An id from outside is looked up among the rows of this sheet, and nowhere else"
            self.expect(response.status_code, 400, what=what, concept=concept)
            self.expect_true(
                at(response.json(), "entries", 1, "id"),
                expected=f"an error at entries > 1 > id, in {response.text[:200]}",
                what=what,
                concept=concept,
            )
            self.expect(self.project.run(ROWS), before, what=f"All sheets after: {what}", concept=concept)

    def test_patch_week(self):
        """A PATCH of the week alone leaves the entries as they are."""
        response = self.client.patch(self.sheet, json={"week": "2025-W45"})
        self.expect(response.status_code, 200, what="PATCH of the week")
        want = [["ada", "2025-11-03", False, SEED[3]]]
        self.expect(
            self.project.run(ROWS), want, what="The sheet", concept="validated_data.pop('entries', None)"
        )

    def test_queries(self):
        """However many sheets there are, the list takes at most 4 queries."""
        for number in (2, 12):
            self.project.run(FILL % number)
            response = self.client.get(self.sheets)
            self.expect(response.status_code, 200, what="GET of the sheets")
            self.expect([row.get("total") for row in response.json()], ["2:30"] * number, what="The totals")
            self.expect_queries(
                response,
                at_most=4,
                what=f"A list of {number} sheets",
                concept="The view has prefetched entries__project: a sum over sheet.entries.all() uses that, "
                "aggregate() asks again",
            )
