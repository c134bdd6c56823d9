import random

from sandbox.jail.examiner import ExerciseTestCase

FILL = """
from cafe.models import Device, Job
from django.contrib.auth.models import User
Job.objects.all().delete()
keys = {}
for owner, device, problem, state, private in %r:
    job = Job.objects.create(
        owner=User.objects.get_or_create(username=owner)[0],
        device=Device.objects.get_or_create(name=device)[0],
        problem=problem, state=state, private=private,
    )
    keys[problem] = job.pk
keys
"""

ROWS = """
from cafe.models import Job
[list(row) for row in Job.objects.order_by("pk").values_list(
    "owner__username", "device__name", "problem", "state", "private")]
"""

OBJECT = (
    "get_object() of GenericAPIView filters get_queryset(), answers 404, and calls check_object_permissions()"
)
QUERYSET = (
    "What somebody may not see does not belong into get_queryset(), for the list and for every key alike"
)
VIEW = "has_permission() is asked before any row is there; an object permission never about a POST"


class Checks(ExerciseTestCase):
    query_budget = {"test_queries": 4}

    def fill(self, *rows):
        """Replace all jobs by (owner, device, problem, state, private); answers keys by problem."""
        return self.project.run(FILL % (list(rows),))

    def signed_in(self, name):
        self.project.run(
            "from django.contrib.auth.models import User\n"
            f"user, _ = User.objects.get_or_create(username={name!r})\n"
            "user.set_password('cafe')\nuser.save()"
        )
        browser = self.new_client()
        browser.login(username=name, password="cafe")
        return browser

    def problems(self, browser, query=None, what="The jobs"):
        response = browser.get("/api/jobs/", query)
        self.expect(response.status_code, 200, what=f"{what}: GET /api/jobs/")
        return [row["problem"] for row in response.json()["results"]]

    def test_list(self):
        """The list has every public job, newest first, in pages."""
        self.fill(*(("ada", "Toaster", f"Job {number}", "open", False) for number in range(12)))
        response = self.client.get("/api/jobs/")
        self.expect(response.status_code, 200, what="GET /api/jobs/")
        page = response.json()
        self.expect(page["count"], 12, what="count, of twelve jobs")
        self.expect(
            [row["problem"] for row in page["results"]],
            [f"Job {number}" for number in range(11, 1, -1)],
            what="The first page",
        )
        row = page["results"][0]
        self.expect(
            {key: row[key] for key in ("owner", "device", "problem", "state", "private")},
            {"owner": "ada", "device": "Toaster", "problem": "Job 11", "state": "open", "private": False},
            what="A row",
        )

    def test_private_list(self):
        """A private job is in its owner's list, and in nobody else's."""
        self.fill(
            ("ada", "Radio", "Present", "open", True),
            ("bo", "Radio", "Secret", "open", True),
            ("bo", "Toaster", "Smoke", "open", False),
        )
        for name, seen in (("ada", ["Smoke", "Present"]), ("bo", ["Smoke", "Secret"])):
            what = f"What {name} sees"
            self.expect(self.problems(self.signed_in(name), what=what), seen, what=what, concept=QUERYSET)
        what = "What somebody who is not signed in sees"
        self.expect(self.problems(self.client, what=what), ["Smoke"], what=what, concept=QUERYSET)

    def test_private_by_key(self):
        """Somebody else's private job is a 404, whatever is asked of it."""
        key = self.fill(("ada", "Radio", "Present", "open", True))["Present"]
        path = f"/api/jobs/{key}/"
        bo = self.signed_in("bo")
        self.expect(self.client.get(path).status_code, 404, what="GET, not signed in", concept=QUERYSET)
        for method in ("get", "delete"):
            status = getattr(bo, method)(path).status_code
            self.expect(status, 404, what=f"{method.upper()} as bo, of Ada's private job", concept=QUERYSET)
        status = bo.patch(path, json={"problem": "Guessed"}).status_code
        self.expect(status, 404, what="PATCH as bo, of Ada's private job", concept=QUERYSET)
        self.expect(self.signed_in("ada").get(path).status_code, 200, what="GET as ada, of her own")
        self.expect(len(self.project.run(ROWS)), 1, what="Jobs left")

    def test_missing(self):
        """A job that is not there is a 404."""
        self.expect(
            self.client.get("/api/jobs/99999/").status_code, 404, what="GET of no job", concept=OBJECT
        )

    def test_others(self):
        """Somebody else's job can be read, and neither changed nor deleted."""
        key = self.fill(("ada", "Toaster", "Burns", "open", False))["Burns"]
        path, bo = f"/api/jobs/{key}/", self.signed_in("bo")
        self.expect(bo.get(path).status_code, 200, what="GET as bo, of Ada's job")
        for method, json in (("patch", {"state": "done"}), ("delete", None)):
            options = {"json": json} if json else {}
            status = getattr(bo, method)(path, **options).status_code
            self.expect(status, 403, what=f"{method.upper()} as bo, of Ada's job", concept=OBJECT)
        body = {"device": "Toaster", "problem": "Mine", "state": "done"}
        self.expect(bo.put(path, json=body).status_code, 403, what="PUT as bo, of Ada's job", concept=OBJECT)
        self.expect(
            self.project.run(ROWS), [["ada", "Toaster", "Burns", "open", False]], what="The jobs afterwards"
        )

    def test_own(self):
        """An owner changes and deletes their own jobs, private ones too."""
        word = f"Burns {random.randrange(100, 999)}"
        keys = self.fill(("ada", "Toaster", "Burns", "open", False), ("ada", "Radio", "Hums", "open", True))
        ada = self.signed_in("ada")
        response = ada.patch(f"/api/jobs/{keys['Burns']}/", json={"problem": word, "state": "done"})
        self.expect(response.status_code, 200, what="PATCH as ada, of her own job")
        self.expect(
            ada.delete(f"/api/jobs/{keys['Hums']}/").status_code, 204, what="DELETE of her private job"
        )
        self.expect(self.project.run(ROWS), [["ada", "Toaster", word, "done", False]], what="The jobs left")

    def test_create(self):
        """Who brings a job is its owner, whatever the body says."""
        self.fill(("bo", "Toaster", "Smoke", "open", False))
        body = {"device": "Toaster", "problem": "Sparks", "owner": "bo"}
        response = self.signed_in("ada").post("/api/jobs/", json=body)
        self.expect(response.status_code, 201, what="POST as ada")
        self.expect(
            self.project.run(ROWS)[1:],
            [["ada", "Toaster", "Sparks", "open", False]],
            what="The new job",
            concept="perform_create() adds what does not come from the client",
        )

    def test_anonymous_writes(self):
        """Who is not signed in is refused every write, with 401 or 403."""
        key = self.fill(("ada", "Toaster", "Burns", "open", False))["Burns"]
        asked = [
            ("POST", self.client.post("/api/jobs/", json={"device": "Toaster", "problem": "Sparks"})),
            ("PATCH", self.client.patch(f"/api/jobs/{key}/", json={"state": "done"})),
            ("DELETE", self.client.delete(f"/api/jobs/{key}/")),
        ]
        for method, response in asked:
            self.expect_in(response.status_code, (401, 403), what=f"{method}, not signed in", concept=VIEW)
        self.expect(len(self.project.run(ROWS)), 1, what="Jobs afterwards")

    def test_filter(self):
        """?state= filters, and a state that does not exist is a 400."""
        self.fill(
            ("ada", "Toaster", "Burns", "open", False),
            ("bo", "Radio", "Hums", "done", False),
            ("ada", "Radio", "Present", "done", True),
        )
        concept = "filterset_fields is read by DjangoFilterBackend; without it in filter_backends nobody does"
        for state, seen in (("done", ["Hums"]), ("open", ["Burns"])):
            got = self.problems(self.client, {"state": state})
            self.expect(got, seen, what=f"?state={state}, not signed in", concept=concept)
        self.expect(
            self.client.get("/api/jobs/", {"state": "lost"}).status_code,
            400,
            what="?state=lost",
            concept=concept,
        )

    def test_queries(self):
        """However many jobs there are, a page takes at most 4 queries."""
        for number in (3, 10):
            self.fill(*((f"owner{n}", f"Device {n}", f"Job {n}", "open", False) for n in range(number)))
            response = self.client.get("/api/jobs/")
            self.expect(response.status_code, 200, what="GET /api/jobs/")
            self.expect_queries(
                response,
                at_most=4,
                what=f"A page of {number} jobs",
                concept="The serializer reads owner.username and device.name of each row: select_related()",
            )
