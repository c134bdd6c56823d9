from sandbox.jail.examiner import ExerciseTestCase

FILL = """
from news import postman
from news.models import Delivery, Issue, Subscriber
postman.delivered.clear(); postman.busy.clear(); postman.refused.clear()
for model in (Delivery, Issue, Subscriber): model.objects.all().delete()
issue = Issue.objects.create(subject=%r)
keys = {name: Subscriber.objects.create(email=name + "@example.com", bounced=name in %r).pk for name in %r}
for name in %r: Delivery.objects.create(issue=issue, subscriber_id=keys[name])
postman.busy.update(%r); postman.refused.update(%r)
[issue.pk, keys]
"""
LETTERS = "from news import postman\nsorted(email.split('@')[0] for email, _ in postman.delivered)"
ROWS = (
    "from news.models import Delivery\n"
    "sorted(row.subscriber.email.split('@')[0] for row in Delivery.objects.select_related('subscriber'))"
)
TWICE = "A message can come twice: look whether it is done before doing it"


class Checks(ExerciseTestCase):
    query_budget = {"test_many": 3}

    def fill(self, *names, subject="Spring", bounced=(), done=(), busy=None, refused=()):
        busy = {f"{name}@example.com": count for name, count in (busy or {}).items()}
        refused = [f"{name}@example.com" for name in refused]
        return self.project.run(FILL % (subject, list(bounced), list(names), list(done), busy, refused))

    def send(self, issue):
        return self.client.post(f"/issues/{issue}/send/")

    def tries(self):
        return [task for task in self.project.tasks() if task["name"].endswith("deliver")]

    def test_send(self):
        """Every subscriber gets the issue, by a task of their own."""
        issue, keys = self.fill("ada", "bo", "cleo", subject="Autumn")
        response = self.send(issue)
        self.expect(response.status_code, 202, what="POST of an issue")
        self.expect(response.json(), {"queued": 3}, what="The answer")
        self.expect(self.project.run(LETTERS), ["ada", "bo", "cleo"], what="Letters at the post office")
        self.expect(
            self.project.run(
                "from news import postman\n{subject for _, subject in postman.delivered} == {'Autumn'}"
            ),
            True,
            what="Their subject is the issue's",
        )
        self.expect(self.project.run(ROWS), ["ada", "bo", "cleo"], what="Rows of Delivery")
        given = sorted(list(task["args"]) + list(task["kwargs"].values()) for task in self.tries())
        self.expect(
            given,
            sorted([issue, key] for key in keys.values()),
            what="What each task was given",
            concept="A message carries keys: a row would be out of date by the time it is read",
        )
        self.expect(self.send(99999).status_code, 404, what="POST of an issue that is not there")

    def test_left_out(self):
        """Who has bounced, or has this issue, is left out."""
        issue, _ = self.fill("ada", "bo", "cleo", bounced=["bo"], done=["cleo"])
        self.expect(self.send(issue).json(), {"queued": 1}, what="One has bounced, one has the issue")
        self.expect(self.project.run(LETTERS), ["ada"], what="Letters")

    def test_other_issue(self):
        """A delivery of another issue does not count."""
        issue, keys = self.fill("ada")
        self.project.run(
            "from news.models import Delivery, Issue\n"
            "old = Issue.objects.create(subject='Old')\n"
            f"Delivery.objects.create(issue=old, subscriber_id={keys['ada']})\nNone"
        )
        self.expect(self.send(issue).json(), {"queued": 1}, what="Ada has last year's issue, not this one")
        self.expect(self.project.run(LETTERS), ["ada"], what="Letters")

    def test_after_commit(self):
        """Tasks are sent after the request's transaction is committed."""
        issue, keys = self.fill("ada", "bo")
        seen = self.project.run(
            "from django.db import transaction\nfrom django.test import RequestFactory\n"
            "from news import postman, views\n"
            "class Undone(Exception): pass\n"
            "def attempt():\n"
            "    try:\n"
            "        with transaction.atomic():\n"
            f"            views.send(RequestFactory().post('/'), pk={issue})\n"
            "            raise Undone\n"
            "    except Undone:\n"
            "        return len(postman.delivered)\n"
            "attempt()"
        )
        self.expect(
            seen,
            0,
            what="Letters of a request that was rolled back",
            concept="transaction.on_commit: what is sent inside the transaction cannot be taken back",
        )
        self.expect(sorted({key for task in self.tries() for key in task["args"]}), [], what="Tasks of it")

    def test_busy(self):
        """A busy post office is asked again after 5, 10 and 20 seconds; the others do not wait for it."""
        issue, keys = self.fill("ada", "bo", busy={"ada": 3})
        self.send(issue)
        self.expect(self.project.run(LETTERS), ["ada", "bo"], what="Letters")
        waits = [
            task["countdown"]
            for task in self.tries()
            if keys["ada"] in [*task["args"], *task["kwargs"].values()][1:]
        ]
        self.expect(
            waits,
            [None, 5, 10, 20],
            what="How long Ada's tries had to wait",
            concept="self.retry(countdown=…): it grows with self.request.retries",
        )
        self.expect(self.project.run(ROWS), ["ada", "bo"], what="Rows of Delivery")

    def test_gives_up(self):
        """After three retries the task has failed, and the next POST tries anew."""
        issue, _ = self.fill("ada", busy={"ada": 4})
        self.send(issue)
        self.expect_task("deliver", state="FAILURE", retries=3, concept="max_retries")
        self.expect(
            self.project.run(ROWS),
            [],
            what="Rows of Delivery, without a letter",
            concept="The row says that the letter is out: where it is not, there must be none",
        )
        self.expect(self.send(issue).json(), {"queued": 1}, what="The second POST")
        self.expect(self.project.run(LETTERS), ["ada"], what="Letters after it")

    def test_refused(self):
        """A refused address is marked, and not tried again."""
        issue, _ = self.fill("ada", "bo", refused=["ada"])
        self.send(issue)
        ends = sorted([task["state"], task["retries"]] for task in self.tries())
        self.expect(
            ends,
            [["SUCCESS", 0], ["SUCCESS", 0]],
            what="How the tasks ended",
            concept="Retry what will pass; an answer that is final is a result, not an error",
        )
        self.expect(
            self.client.get(f"/issues/{issue}.json").json(),
            {"sent": 1, "waiting": 0, "bounced": 1},
            what="GET of the issue",
        )
        self.expect(self.send(issue).json(), {"queued": 0}, what="The next POST")

    def test_twice(self):
        """The same message twice is one letter."""
        issue, keys = self.fill("ada")
        self.project.run(
            f"from news.tasks import deliver\nfor _ in range(2): deliver.delay({issue}, {keys['ada']})\nNone"
        )
        self.expect(self.project.run(LETTERS), ["ada"], what="Letters", concept=TWICE)
        self.expect(
            {task["state"] for task in self.tries()} == {"SUCCESS"},
            True,
            what="Both runs end well",
            concept=TWICE,
        )

    def test_gone(self):
        """A subscriber or an issue that is gone is no error."""
        issue, keys = self.fill("ada")
        self.project.run(
            "from news.tasks import deliver\n"
            f"deliver.delay({issue}, 99999)\ndeliver.delay(99999, {keys['ada']})\nNone"
        )
        self.expect(
            [task["state"] for task in self.tries()],
            ["SUCCESS", "SUCCESS"],
            what="How the tasks ended",
            concept="Between sending and running there is time: rows can be gone",
        )
        self.expect(self.project.run(LETTERS), [], what="Letters")

    def test_state(self):
        """An issue says how many are sent, waiting and bounced."""
        issue, _ = self.fill("ada", "bo", "cleo", "dan", "eve", bounced=["bo", "cleo"], done=["cleo"])
        self.expect(
            self.client.get(f"/issues/{issue}.json").json(),
            {"sent": 1, "waiting": 3, "bounced": 1},
            what="Two have bounced, of whom one had got the issue before; three wait",
        )
        self.expect(self.client.get("/issues/99999.json").status_code, 404, what="An issue that is not there")

    def test_many(self):
        """However many subscribers there are, POST asks for them in one query."""
        for count in (2, 12):
            issue, keys = self.fill(
                *(f"s{number}" for number in range(count)), done=[f"s{n}" for n in range(count - 1)]
            )
            response = self.send(issue)
            self.expect(
                response.json(), {"queued": 1}, what=f"{count} subscribers, one of whom has no letter"
            )
            asked = [
                query
                for query in response.trace["queries"]
                if (query["source"] or {}).get("file") == "news/views.py"
            ]
            self.expect_true(
                len(asked) <= 3,
                expected="at most 3 queries of the view",
                concept="Exclude those who have it in the query, not one by one",
            )
