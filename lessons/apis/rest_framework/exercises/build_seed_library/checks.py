import random

from sandbox.jail.examiner import ExerciseTestCase

FILL = """
from django.core.cache import cache
from seeds.models import Packet, Plant
cache.clear()
Packet.objects.all().delete()
keys = {}
for variety, plant, year, left in %r:
    row, _ = Plant.objects.get_or_create(slug=plant.lower(), defaults={"name": plant})
    keys[variety] = Packet.objects.create(variety=variety, plant=row, year=year, left=left).pk
keys
"""

LEFT = """
from seeds.models import Packet
{packet.variety: packet.left for packet in Packet.objects.order_by("pk")}
"""

THREE = [
    ("Krim", "Tomato", 2023, 4),
    ("Roma", "Tomato", 2021, 9),
    ("Borlotti", "Bean", 2022, 0),
]


class Checks(ExerciseTestCase):
    query_budget = {"test_queries": 3}

    def fill(self, *rows):
        """Replace all packets by (variety, plant, year, left); answers keys by variety."""
        return self.project.run(FILL % (list(rows),))

    def signed_in(self, name, staff=False):
        self.project.run(
            "from django.contrib.auth.models import User\n"
            f"user, _ = User.objects.get_or_create(username={name!r})\n"
            f"user.is_staff = {staff!r}\nuser.set_password('seeds')\nuser.save()"
        )
        browser = self.new_client()
        browser.login(username=name, password="seeds")
        return browser

    def varieties(self, query=None, concept=""):
        response = self.client.get("/api/packets/", query)
        self.expect(response.status_code, 200, what=f"GET /api/packets/ with {query}", concept=concept)
        page = response.json()
        self.expect_true(
            isinstance(page, dict) and "results" in page,
            expected="count, next, previous and results",
            what="The list's answer",
            concept="pagination_class of the viewset",
        )
        return [row["variety"] for row in page["results"]]

    def test_list(self):
        """The list has all packets by variety, and the shape that was asked for."""
        year, left = random.randrange(2000, 2025), random.randrange(1, 90)
        self.fill(("Roma", "Tomato", year, left), ("Borlotti", "Bean", 2022, 0))
        self.expect(self.varieties(), ["Borlotti", "Roma"], what="The varieties, in order")
        page = self.client.get("/api/packets/").json()
        self.expect(page["count"], 2, what="count")
        row = dict(page["results"][1])
        row.pop("id", None)
        self.expect(
            row,
            {"plant": "tomato", "variety": "Roma", "year": year, "left": left},
            what="A packet, but for its id",
            concept="SlugRelatedField says a relation by a field of the other row",
        )

    def test_pages(self):
        """Five a page; ?page_size= up to 20, and never more."""
        self.fill(*((f"Variety {number:02}", "Bean", 2020, 1) for number in range(30)))
        self.expect(len(self.varieties()), 5, what="Packets on a page")
        self.expect(
            self.varieties({"page": "3"}),
            [f"Variety {number}" for number in range(10, 15)],
            what="The third page",
        )
        self.expect(len(self.varieties({"page_size": "12"})), 12, what="Packets with ?page_size=12")
        self.expect(
            len(self.varieties({"page_size": "1000"})),
            20,
            what="Packets with ?page_size=1000, of thirty",
            concept="page_size_query_param without max_page_size lets anybody ask for the whole table",
        )

    def test_filters(self):
        """?plant= and ?min_left= filter, alone and together; nonsense is a 400."""
        self.fill(*THREE)
        concept = "A FilterSet: field_name says which column, lookup_expr how it is compared"
        for query, seen in (
            ({"plant": "tomato"}, ["Krim", "Roma"]),
            ({"min_left": "4"}, ["Krim", "Roma"]),
            ({"min_left": "5"}, ["Roma"]),
            ({"min_left": "1", "plant": "bean"}, []),
        ):
            self.expect(self.varieties(query, concept), seen, what=f"Varieties with {query}", concept=concept)
        status = self.client.get("/api/packets/", {"min_left": "many"}).status_code
        self.expect(status, 400, what="?min_left=many", concept=concept)

    def test_search(self):
        """?search= looks into variety and plant, whatever the case."""
        self.fill(*THREE)
        concept = "SearchFilter and search_fields; a relation is followed by two underscores"
        for word, seen in (("rom", ["Roma"]), ("TOMATO", ["Krim", "Roma"]), ("2022", [])):
            got = self.varieties({"search": word}, concept)
            self.expect(got, seen, what=f"Varieties with ?search={word}", concept=concept)

    def test_ordering(self):
        """?ordering= takes year and left, up and down, and nothing else."""
        self.fill(("Krim", "Tomato", 2023, 4), ("Roma", "Bean", 2021, 9), ("Ace", "Tomato", 2022, 1))
        concept = "ordering_fields lists what may be asked for; without it all readable fields do"
        for query, seen in (
            ("year", ["Roma", "Ace", "Krim"]),
            ("-left", ["Roma", "Krim", "Ace"]),
            ("-variety", ["Ace", "Krim", "Roma"]),
            ("plant", ["Ace", "Krim", "Roma"]),
        ):
            got = self.varieties({"ordering": query}, concept)
            self.expect(got, seen, what=f"Varieties with ?ordering={query}", concept=concept)

    def test_staff_writes(self):
        """Staff create, change and delete packets; nobody else does."""
        self.fill(*THREE)
        body = {"plant": "bean", "variety": "Blue Lake", "year": 2024, "left": 3}
        response = self.signed_in("kim", staff=True).post("/api/packets/", json=body)
        self.expect(response.status_code, 201, what="POST as staff")
        path = f"/api/packets/{response.json()['id']}/"
        for who, browser in (("not signed in", self.client), ("as ada", self.signed_in("ada"))):
            concept = (
                "has_permission() with SAFE_METHODS: who may read is another question than who may write"
            )
            self.expect(browser.get(path).status_code, 200, what=f"GET {who}", concept=concept)
            for method, json in (("put", body), ("patch", {"left": 90}), ("delete", None)):
                options = {"json": json} if json else {}
                status = getattr(browser, method)(path, **options).status_code
                self.expect_in(status, (401, 403), what=f"{method.upper()} {who}", concept=concept)
            status = browser.post("/api/packets/", json=body).status_code
            self.expect_in(status, (401, 403), what=f"POST {who}", concept=concept)
        kim = self.signed_in("kim", staff=True)
        self.expect(kim.patch(path, json={"left": 5}).status_code, 200, what="PATCH as staff")
        self.expect(self.project.run(LEFT)["Blue Lake"], 5, what="What is left afterwards")
        self.expect(kim.delete(path).status_code, 204, what="DELETE as staff")

    def test_take(self):
        """Taking a packet leaves one fewer, for whoever is signed in."""
        key = self.fill(*THREE)["Krim"]
        path = f"/api/packets/{key}/take/"
        concept = "@action(detail=True, methods=['post'], permission_classes=[…]) is a route of its own"
        self.expect_in(
            self.client.post(path).status_code, (401, 403), what="POST, not signed in", concept=concept
        )
        response = self.signed_in("ada").post(path)
        self.expect(response.status_code, 200, what="POST as ada", concept=concept)
        self.expect(response.json()["left"], 3, what="left in the answer, of four")
        self.expect(self.project.run(LEFT), {"Krim": 3, "Roma": 9, "Borlotti": 0}, what="What is left")
        self.expect(self.signed_in("ada").get(path).status_code, 405, what="GET of it", concept=concept)

    def test_none_left(self):
        """An empty packet is a 409, and stays at 0; one that is not there is a 404."""
        key = self.fill(*THREE)["Borlotti"]
        ada = self.signed_in("ada")
        self.expect(
            ada.post(f"/api/packets/{key}/take/").status_code,
            409,
            what="POST for a packet with none left",
            concept="409 Conflict: the request is fine, the row's state is against it",
        )
        self.expect(self.project.run(LEFT)["Borlotti"], 0, what="What is left afterwards")
        self.expect(ada.post("/api/packets/99999/take/").status_code, 404, what="POST for no packet")

    def test_throttle(self):
        """Three takings a minute for each person; the fourth is a 429, and reading goes on."""
        keys = self.fill(("Krim", "Tomato", 2023, 40), ("Roma", "Tomato", 2021, 40))
        paths = [f"/api/packets/{key}/take/" for key in keys.values()]
        ada = self.signed_in("ada")
        got = [ada.post(paths[number % 2]).status_code for number in range(4)]
        concept = "throttle_classes of the action; UserRateThrottle counts by user, whatever the row"
        self.expect(got, [200, 200, 200, 429], what="Four takings by ada", concept=concept)
        self.expect(sum(self.project.run(LEFT).values()), 77, what="Packets left, of eighty", concept=concept)
        self.expect(self.signed_in("bo").post(paths[0]).status_code, 200, what="bo's first", concept=concept)
        self.expect(
            [ada.get("/api/packets/").status_code for _ in range(5)],
            [200] * 5,
            what="Ada's reading",
            concept=concept,
        )

    def test_queries(self):
        """However many packets there are, a page takes at most 3 queries."""
        for number in (2, 20):
            self.fill(*((f"Variety {n:02}", f"Plant{n}", 2020, 1) for n in range(number)))
            response = self.client.get("/api/packets/", {"page_size": "20"})
            self.expect(response.status_code, 200, what="GET /api/packets/")
            self.expect_queries(
                response,
                at_most=3,
                what=f"A page of {number} packets",
                concept="The serializer reads each packet's plant: select_related('plant')",
            )
