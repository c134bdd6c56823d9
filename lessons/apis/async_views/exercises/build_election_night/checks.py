import json
import random

from sandbox.jail.examiner import ExerciseTestCase

NAMES = ["Harbour Office", "Library", "North Hall", "Old School", "Town Hall"]
FORMAT = "An event is lines of `field: value`, ended by an empty line: \\n\\n"
LEAVING = "CancelledError and GeneratorExit are no Exceptions: finally sees both"

SET = """
from polls import counters
counters.votes.update(%r), counters.seconds.update(%r)
counters.doubtful.clear(), counters.doubtful.update(%r), counters.under_way.clear()
"""

VISITS = """
from polls.models import Visit
[[visit.ending, visit.heard] for visit in Visit.objects.order_by("pk")]
"""

# A visitor who leaves while the generator waits for who is slow, as a server does it: by cancelling its task.
LEAVE = """
import asyncio
from asgiref.sync import async_to_sync
from django.test import AsyncRequestFactory
from polls import counters, views

async def leave():
    response = await views.results(AsyncRequestFactory().get("/results/"))
    parts = []
    async def read():
        async for part in response:
            parts.append(part)
    reading = asyncio.create_task(read())
    for _ in range(100):
        if parts and len(counters.under_way) == 4 or reading.done():
            break
        await asyncio.sleep(0.01)
    counting = list(counters.under_way)
    reading.cancel()
    await asyncio.wait([reading], timeout=1)
    del response, reading
    await asyncio.sleep(0.05)
    return {"while": counting, "afterwards": list(counters.under_way)}

async_to_sync(leave)()
"""


def events_of(text):
    """What an EventSource would hear, as pairs of event and data. Only an empty line ends an event."""
    found = []
    for block in text.replace("\r\n", "\n").split("\n\n")[:-1]:
        kind, data = "message", []
        for line in block.split("\n"):
            field, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if field == "event":
                kind = value
            elif field == "data":
                data.append(value)
        if data:
            found.append((kind, _read("\n".join(data))))
    return found


def _read(text):
    try:
        return json.loads(text)
    except ValueError:
        return f"no JSON: {text}"


class Checks(ExerciseTestCase):
    def prepare(self, seconds, doubtful=()):
        """Stations with these seconds, in the order of NAMES; answers their votes."""
        votes = {name: random.randrange(50, 900) for name in NAMES}
        self.project.run(SET % (votes, dict(zip(NAMES, seconds, strict=True)), list(doubtful)))
        return votes

    def whole(self):
        response = self.client.get("/results/")
        self.expect(response.status_code, 200, what="GET /results/")
        return response

    def test_type(self):
        """The answer is an event stream that nobody keeps."""
        self.prepare([0.01] * 5)
        response = self.whole()
        kind = response.headers.get("Content-Type", "")
        self.expect(
            kind.partition(";")[0], "text/event-stream", what="Content-Type", concept="EventSource insists"
        )
        kept = response.headers.get("Cache-Control", "")
        self.expect_true(
            "no-cache" in kept or "no-store" in kept,
            expected="no-cache or no-store",
            what=f"Cache-Control is {kept!r}",
            concept="response.headers: what lies between must not answer with yesterday's count",
        )

    def test_events(self):
        """Five results, and the end with their sum."""
        votes = self.prepare([0.01, 0.02, 0.03, 0.04, 0.05])
        heard = events_of(self.whole().text)
        results = [data for kind, data in heard if kind == "result"]
        for name in NAMES:
            self.expect_in(
                {"station": name, "votes": votes[name]}, results, what="The results", concept=FORMAT
            )
        self.expect(len(heard), 6, what="Events in all", concept=FORMAT)
        self.expect(
            heard[-1:], [("end", {"votes": sum(votes.values())})], what="The last event", concept=FORMAT
        )

    def test_order(self):
        """Who is quick comes first."""
        order = random.sample(NAMES, 5)
        seconds = {name: 0.03 + 0.07 * place for place, name in enumerate(order)}
        self.prepare([seconds[name] for name in NAMES])
        told = [data.get("station") for kind, data in events_of(self.whole().text) if kind == "result"]
        self.expect(
            told, order, what="The stations as they came", concept="asyncio.as_completed(), not gather()"
        )

    def test_at_once(self):
        """All stations count at once."""
        self.prepare([0.05] * 5)
        response = self.whole()
        self.expect_overlap(
            response, at_least=5, concept="Tasks are started before the first of them is waited for"
        )
        self.expect_loop_free(response)

    def test_as_it_comes(self):
        """What is counted is sent, whoever is still counting."""
        votes = self.prepare([0.01, 0.02, 5.0, 0.03, 5.0])
        response = self.client.get("/results/", stream={"seconds": 1.0})
        self.expect(
            "goes on" if response.cut == "seconds" else "has ended",
            "goes on",
            what="After one second, while two stations are still counting, the stream",
        )
        self.expect(
            [data for kind, data in events_of(response.text) if kind == "result"],
            [{"station": name, "votes": votes[name]} for name in (NAMES[0], NAMES[1], NAMES[3])],
            what="Three stations are quick, two take five seconds. What was sent after one second",
            concept="yield each event as soon as you have it; a list that is collected first is no stream",
        )

    def test_recount(self):
        """A station that counts again is an event of its own, and stops nobody."""
        votes = self.prepare([0.01, 0.03, 0.05, 0.02, 0.04], doubtful=["Old School", "Library"])
        heard = events_of(self.whole().text)
        self.expect(
            heard,
            [
                ("result", {"station": "Harbour Office", "votes": votes["Harbour Office"]}),
                ("recount", {"station": "Old School"}),
                ("recount", {"station": "Library"}),
                ("result", {"station": "Town Hall", "votes": votes["Town Hall"]}),
                ("result", {"station": "North Hall", "votes": votes["North Hall"]}),
                ("end", {"votes": votes["Harbour Office"] + votes["Town Hall"] + votes["North Hall"]}),
            ],
            what="Old School and Library count again",
            concept="What one task raises belongs to that task: catch it where the one station is counted",
        )

    def test_finished(self):
        """A visit to the end is noted as finished."""
        self.prepare([0.01] * 5)
        self.whole()
        self.expect(self.project.run(VISITS), [["finished", 5]], what="The visits: ending, heard")

    def test_left(self):
        """A visitor who leaves is noted as left."""
        for stream, words in (
            ({"parts": 1}, "after the first part"),
            ({"seconds": 0.4}, "while two are counting"),
        ):
            self.prepare([0.01, 3.0, 0.02, 3.0, 0.03])
            self.client.get("/results/", stream=stream)
            got = self.project.run(VISITS)[-1:]
            self.expect([ending for ending, _ in got], ["left"], what=f"They leave {words}", concept=LEAVING)
            self.expect_true(got[0][1] < 5, expected="fewer than five", what=f"heard: {got[0][1]}")

    def test_nobody_counts_for_nobody(self):
        """When the visitor has left, the counting for them ends."""
        self.prepare([0.01, 2.0, 2.0, 2.0, 2.0])
        seen = self.project.run(LEAVE)
        self.expect(len(seen["while"]), 4, what="Stations that count while the visitor listens")
        self.expect(
            seen["afterwards"],
            [],
            what="Stations that still count after the visitor left",
            concept="create_task() starts what nobody ends: cancel each task in finally",
        )
