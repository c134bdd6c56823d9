from sandbox.jail.examiner import ExerciseTestCase

ALL = [
    ("23:02", "Old Town", "City"),
    ("23:05", "Harbour", "Tram"),
    ("23:05", "University", "Night Owl"),
    ("23:15", "Airport", "Airbus"),
    ("23:30", "Island", "Ferry"),
    ("23:40", "Bergen", "Coach"),
    ("00:05", "Hospital", "Night Owl"),
    ("00:15", "Airport", "Airbus"),
]
ONE_BY_ONE = "Catch where the one operator is asked: what gather() raises takes the other answers along"

SET = """
from board import operators
operators.down.clear(), operators.silent.clear()
operators.down.update(%r), operators.silent.update(%r)
"""

MISTAKE = """
from asgiref.sync import async_to_sync, iscoroutinefunction
from board import operators, views
from django.test import AsyncRequestFactory

def attempt():
    kept = operators.timetable.pop("coach")
    view = async_to_sync(views.board) if iscoroutinefunction(views.board) else views.board
    try:
        return f"answered {view(AsyncRequestFactory().get('/board.json')).status_code}"
    except (KeyError, ExceptionGroup):
        return "raised"
    finally:
        operators.timetable["coach"] = kept

attempt()
"""


class Checks(ExerciseTestCase):
    query_budget = {"test_queries": 1}

    def board(self, down=(), silent=()):
        self.project.run(SET % (list(down), list(silent)))
        response = self.client.get("/board.json")
        self.expect(response.status_code, 200, what="GET /board.json")
        return response

    def expect_board(self, response, without, missing, what, concept):
        got = response.json()
        self.expect(
            [(row.get("at"), row.get("to"), row.get("by")) for row in got.get("departures", [])],
            [row for row in ALL if row[2] not in without],
            what=f"{what}: the departures",
            concept=concept,
        )
        self.expect(got.get("missing"), missing, what=f"{what}: the missing ones", concept=concept)

    def test_everybody(self):
        """Six operators, eight departures, in their order."""
        self.expect_board(
            self.board(), (), [], "All are well", "What comes first must not depend on who is quick"
        )

    def test_at_once(self):
        """The operators are asked at once."""
        self.expect_overlap(
            self.board(),
            at_least=5,
            what="The five with an async client",
            concept="await in a loop waits for each before it asks the next. Start all, then wait: "
            "asyncio.gather() or a TaskGroup",
        )

    def test_loop_free(self):
        """Nobody else has to wait while the ferry's library does."""
        self.expect_loop_free(
            self.board(),
            what="library_departures() sleeps in its thread",
            concept="async def makes no blocking call async: send it away by to_thread() or sync_to_async()",
        )

    def test_down(self):
        """An operator that is down is missing, and the others are on the board."""
        for code, name in (("tram", "Tram"), ("ferry", "Ferry")):
            response = self.board(down=[code])
            self.expect_board(response, [name], [name], f"{name} is down", ONE_BY_ONE)
        response = self.board(down=["tram", "air"])
        self.expect_board(response, ["Tram", "Airbus"], ["Airbus", "Tram"], "Two are down", ONE_BY_ONE)

    def test_silent(self):
        """An operator that does not answer in time is missing, and the others are on the board."""
        response = self.board(silent=["air"])
        self.expect_board(
            response,
            ["Airbus"],
            ["Airbus"],
            "Airbus takes three seconds",
            "asyncio.timeout() or wait_for() around the one question; around all of them it cancels all",
        )
        self.expect_true(
            response.trace["ms"] < 2_500,
            expected="an answer after half a second, and not after three",
            what=f"It took {response.trace['ms']:.0f} ms",
            concept="asyncio.timeout() cancels what it is around when the time is over",
        )

    def test_mistakes_are_seen(self):
        """What is no failure of an operator is not hidden."""
        self.project.run(SET % ([], []))
        self.expect(
            self.project.run(MISTAKE),
            "raised",
            what="A KeyError in our own code",
            concept="return_exceptions=True and except Exception make a bug look like a failing operator",
        )

    def test_queries(self):
        """The operators are read in one query."""
        self.expect_queries(self.board(), at_most=1, what="Reading six operators")
