"""The X-ray of an exercise: query plans are taken while the project runs."""

from sandbox.jail import Jail, Project, grade
from sandbox.jail.tests.shop import APPS, FILES, SEED

CHECKS = '''
from sandbox.jail.examiner import ExerciseTestCase

class Checks(ExerciseTestCase):
    def test_list(self):
        """The list is shown."""
        self.expect(self.client.get("/").status_code, 200)
'''


def test_a_query_of_a_check_has_its_plan(jail: Jail) -> None:
    [check] = grade(jail, Project(files=FILES, apps=APPS, seed=SEED), CHECKS, time_limit=20).checks
    [query] = [query for query in check.traces[0]["queries"] if "shop_product" in query["sql"]]
    assert query["plan"][0] == {"depth": 0, "text": "SCAN shop_product", "mark": "scan"}
    assert query["plan"][1]["mark"] is None
