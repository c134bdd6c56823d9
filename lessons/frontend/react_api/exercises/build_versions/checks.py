import random

from sandbox.jail.examiner import ExerciseTestCase

FILL = """
from tasks.models import Label, Task
Task.objects.all().delete()
Label.objects.all().delete()
labels = {}
for number, (title, state, names) in enumerate(%r, start=1):
    task = Task.objects.create(pk=number, title=title, state=state)
    for name in names:
        labels[name] = labels.get(name) or Label.objects.create(name=name)
        task.labels.add(labels[name])
"""

ROW = """
from tasks.models import Task
Task.objects.filter(pk=%d).values("title", "state", "version").first()
"""

# Another request's change, that comes just before the UPDATE of the request under test. Inside a transaction
# it would wait for the lock that select_for_update() has taken, so there it doesn't come.
RACE = """
from django.db import connection
from tasks.models import Task

def race(execute, sql, params, many, context):
    if sql.startswith('UPDATE "tasks_task"') and not connection.in_atomic_block:
        connection.execute_wrappers.remove(race)
        Task.objects.filter(pk=1).update(title="By somebody else", version=2)
    return execute(sql, params, many, context)

connection.execute_wrappers.append(race)
"""

# Whether nobody came between.
CALM = """
from django.db import connection
waits = any(known.__name__ == "race" for known in connection.execute_wrappers)
connection.execute_wrappers[:] = [known for known in connection.execute_wrappers if known.__name__ != "race"]
waits
"""

STATES = ["todo", "doing", "done"]


class Checks(ExerciseTestCase):
    query_budget = {"test_queries": 3}

    def setUp(self):
        self.title = f"Hang the star {random.randrange(1000)}"
        self.client.login(username="iris", password="curtain-5")

    def fill(self, *rows):
        self.project.run(FILL % (list(rows),))

    def one(self, state="todo", labels=()):
        self.fill((self.title, state, list(labels)))

    def listed(self, address="/api/tasks/"):
        response = self.client.get(address)
        self.expect(response.status_code, 200, what=f"GET {address}")
        return response.json()

    def patch(self, data, tag='"1"', client=None, pk=1):
        headers = {} if tag is None else {"If-Match": tag}
        return (client or self.client).patch(f"/api/tasks/{pk}/", json=data, headers=headers)

    def row(self, pk=1):
        return self.project.run(ROW % pk)

    def walk(self, address):
        """The ids of all pages, as `next` leads from one to the other."""
        pages = []
        while address:
            page = self.listed(address)
            pages.append([task["id"] for task in page["results"]])
            address = page["next"] and "/" + page["next"].split("/", 3)[-1]
            self.expect_true(len(pages) < 20, expected="an end to the pages", what="next")
        return pages

    def test_list(self):
        """A task has id, title, state, labels by name, and its version."""
        self.one("doing", ["props", "costume", "light"])
        self.expect(
            self.listed()["results"],
            [
                {
                    "id": 1,
                    "title": self.title,
                    "state": "doing",
                    "labels": ["costume", "light", "props"],
                    "version": 1,
                }
            ],
            what="results of one task with three labels",
        )
        self.expect(self.new_client().get("/api/tasks/").status_code, 200, what="GET without a session")

    def test_pages(self):
        """Five tasks on a page, newest first, and cursors that lead through all of them."""
        self.fill(*((f"Task {n}", "todo", []) for n in range(12)))
        self.expect(
            self.walk("/api/tasks/"),
            [[12, 11, 10, 9, 8], [7, 6, 5, 4, 3], [2, 1]],
            what="ids on each page of 12 tasks",
        )

    def test_cursor(self):
        """A task that comes in while somebody turns pages shifts nothing."""
        self.fill(*((f"Task {n}", "todo", []) for n in range(12)))
        first = self.listed()
        self.project.run("from tasks.models import Task\nTask.objects.create(title='New')")
        rest = self.walk("/" + (first["next"] or "/").split("/", 3)[-1])
        self.expect(
            rest,
            [[7, 6, 5, 4, 3], [2, 1]],
            what="ids on the further pages, after a task was added",
            concept="An offset counts rows, and the rows have moved; a cursor names the last one",
        )

    def test_state(self):
        """?state= narrows the list, on every page."""
        self.fill(*((f"Task {n}", STATES[n % 3], []) for n in range(21)))
        self.expect(
            self.walk("/api/tasks/?state=doing"),
            [[20, 17, 14, 11, 8], [5, 2]],
            what="ids on each page of ?state=doing",
        )

    def test_queries(self):
        """A page takes at most 3 queries, whatever is on it."""
        for count in (1, 5):
            names = [f"label {n}" for n in range(count)]
            self.fill(*((f"Task {n}", "todo", names) for n in range(count)))
            self.expect_queries(
                self.new_client().get("/api/tasks/"),
                at_most=3,
                what=f"A page of {count} tasks with {count} labels each",
                concept="prefetch_related(), and no further filter on what was prefetched",
            )

    def test_detail(self):
        """One task has its version in the ETag."""
        self.one(labels=["props"])
        response = self.client.get("/api/tasks/1/")
        self.expect(response.status_code, 200, what="GET /api/tasks/1/")
        self.expect((response.json()["title"], response.json()["labels"]), (self.title, ["props"]))
        self.expect(response.headers.get("ETag"), '"1"', what="ETag, quotation marks included")
        self.expect(self.client.get("/api/tasks/99/").status_code, 404, what="A task that is not there")

    def test_not_modified(self):
        """Who has this version already gets 304 and no body."""
        self.one()
        response = self.client.get("/api/tasks/1/", headers={"If-None-Match": '"1"'})
        self.expect((response.status_code, response.content), (304, b""), what="If-None-Match: the very tag")
        response = self.client.get("/api/tasks/1/", headers={"If-None-Match": '"7"'})
        self.expect(response.status_code, 200, what="If-None-Match: another tag")

    def test_patch(self):
        """A change of the version that was seen is written, and the version goes up."""
        self.one(labels=["props"])
        response = self.patch({"state": "done"})
        self.expect(response.status_code, 200, what="PATCH with the current version")
        self.expect(
            response.json(),
            {"id": 1, "title": self.title, "state": "done", "labels": ["props"], "version": 2},
            what="The answer",
        )
        self.expect(response.headers.get("ETag"), '"2"', what="ETag of the answer")
        self.expect(self.row(), {"title": self.title, "state": "done", "version": 2}, what="The row")
        response = self.patch({"title": "Both"}, tag='"2"')
        self.expect((response.status_code, self.row()["version"]), (200, 3), what="A second change")

    def test_too_late(self):
        """A change of an older version is refused with what is there now."""
        self.one()
        self.patch({"state": "doing"})
        for tag in ('"1"', '"3"', "2", '"x"', "", 'W/"2"'):
            response = self.patch({"state": "done", "title": "Mine"}, tag=tag)
            self.expect(response.status_code, 412, what=f"PATCH of version 2 with If-Match: {tag}")
            self.expect(
                (response.json().get("state"), response.json().get("version"), response.headers.get("ETag")),
                ("doing", 2, '"2"'),
                what="state and version in the answer, and its ETag",
                concept="The client has to show what is there; a second request would come later still",
            )
        self.expect(self.row(), {"title": self.title, "state": "doing", "version": 2}, what="The row")

    def test_no_version(self):
        """Without If-Match nothing is written."""
        self.one()
        self.expect(self.patch({"state": "done"}, tag=None).status_code, 428, what="PATCH without If-Match")
        self.expect(self.row()["state"], "todo", what="state of the row")

    def test_race(self):
        """A change that comes between reading and writing is not overwritten."""
        self.one()
        self.project.run(RACE)
        try:
            response = self.patch({"title": "Mine"})
        finally:
            waits = self.project.run(CALM)
        row = self.row()
        if waits and (response.status_code, row["title"], row["version"]) == (200, "Mine", 2):
            return  # In a transaction, with a lock.
        self.expect(
            (response.status_code, row["title"]),
            (412, "By somebody else"),
            what="Status, and the title in the row, when another request wrote just before",
            concept="The version belongs into the UPDATE's own WHERE, or the row has to be locked",
        )

    def test_invalid(self):
        """What is not valid is refused by field, and nothing is written."""
        self.one()
        for data in ({"state": "lost"}, {"title": ""}, {"title": "x" * 61}):
            response = self.patch(data)
            self.expect(response.status_code, 400, what=f"PATCH with {data}")
            self.expect(sorted(response.json()), sorted(data), what="The fields that have errors")
        self.expect(self.row(), {"title": self.title, "state": "todo", "version": 1}, what="The row")

    def test_read_only(self):
        """id, labels and version cannot be written."""
        self.one(labels=["props"])
        response = self.patch({"id": 50, "version": 40, "labels": [], "title": "New"})
        self.expect(response.status_code, 200, what="PATCH with fields that are ignored")
        self.expect(
            response.json(),
            {"id": 1, "title": "New", "state": "todo", "labels": ["props"], "version": 2},
            what="The answer",
        )

    def test_signed_out(self):
        """Who is not signed in changes nothing."""
        self.one()
        response = self.patch({"state": "done"}, client=self.new_client())
        self.expect(response.status_code, 403, what="PATCH without a session")
        self.expect(self.row()["state"], "todo", what="state of the row")
