"""The seven files have the same rows, the plans are what the pages say, and nobody writes there."""

import pytest
from bs4 import BeautifulSoup
from django.db import DatabaseError, connections

from lessons.database.query_optimization.demo import columns, counting, measure, pages
from lessons.database.query_optimization.demo.lists import LISTS
from lessons.database.query_optimization.demo.models import Customer, Measurement, Parcel
from lessons.database.query_optimization.demo.questions import QUESTIONS
from lessons.database.query_optimization.demo.shared import ALIASES, INDEXES
from sandbox.demos import shared
from sandbox.demos.database import guard

# What SQLite chooses, by question and file: the index, "scan", and "sort" where it has to sort.
CHOSEN = {
    "board": {
        "parcels": "scan sort",
        "parcels_single": "depot_id sort",
        "parcels_composite": "parcel_board",
        "parcels_all": "parcel_board",
    },
    "held_anywhere": {
        "parcels": "scan sort",
        "parcels_single": "parcel_status sort",
        "parcels_composite": "scan sort",
    },
    "lost": {
        "parcels": "scan sort",
        "parcels_partial": "scan parcel_lost",
        "parcels_all": "scan parcel_lost",
    },
    "takings": {"parcels_single": "depot_id", "parcels_covering": "COVERING INDEX parcel_takings"},
    "delivered": {"parcels": "scan", "parcels_single": "parcel_status"},
    "day_by_function": {"parcels_single": "scan", "parcels_all": "scan"},
    "day_by_range": {"parcels": "scan", "parcels_single": "parcel_posted"},
    "name_in_any_case": {"parcels_single": "scan", "parcels_expression": "scan"},
    "name_lowered": {"parcels_single": "scan", "parcels_expression": "parcel_receiver_lower"},
    "name_inside": {"parcels_single": "scan", "parcels_all": "scan"},
}


@pytest.fixture
def browser(visit):
    return visit("query_optimization")


@pytest.fixture
def world(browser):
    with browser.world():
        yield


def soup(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def plan_of(question: str, alias: str) -> list[dict]:
    return measure.steps(QUESTIONS[question](Parcel.objects.using(alias)).explain())


@pytest.mark.parametrize(
    "path", ["", "lists/", "columns/", "columns/left-out/", "how-many/", "pages/", "pages/depths/"]
)
def test_every_page_answers(browser, path):
    response = browser.get(path)
    assert response.status_code == 200
    assert "style=" not in response.text


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_file_gives_the_same_rows(world, question):
    answers = [sorted(map(str, QUESTIONS[question](Parcel.objects.using(alias)))) for alias in ALIASES]
    assert answers[0]
    assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize(
    ("question", "alias"), [(question, alias) for question in CHOSEN for alias in CHOSEN[question]]
)
def test_the_planner_chooses(world, question, alias):
    found = plan_of(question, alias)
    expected = CHOSEN[question][alias]
    assert [step["mark"] for step in found if step["mark"]] == [
        word for word in ("scan", "sort") if word in expected.split()
    ]
    index = " ".join(word for word in expected.split() if word not in ("scan", "sort"))
    assert index in found[0]["text"]


def test_both_ways_of_a_pair_find_the_same(world):
    for one, other in (("day_by_function", "day_by_range"), ("name_in_any_case", "name_lowered")):
        rows = [sorted(map(str, QUESTIONS[name](Parcel.objects.all()))) for name in (one, other)]
        assert rows[0] == rows[1] != []


def test_the_rows_are_the_same_in_every_installation(world):
    one = Parcel.objects.get(pk=12_345)
    assert (one.number, one.receiver, one.weight, one.depot_id) == ("NM-0012345", "Milo Fofana", 5792, 5)


@pytest.mark.parametrize("alias", ALIASES)
def test_indexes_of_the_files(world, alias):
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'index'")
        assert len(cursor.fetchall()) == len(INDEXES[alias])


@pytest.mark.parametrize("alias", ALIASES[:2])
def test_nobody_writes_there(world, alias):
    with pytest.raises(DatabaseError, match="readonly"):
        Parcel.objects.using(alias).filter(pk=1).update(price=0)


def test_parcels_are_in_no_visitors_own_database(world):
    tables = connections["default"].introspection.table_names()
    assert "query_optimization_measurement" in tables
    assert "query_optimization_parcel" not in tables


def test_related_rows_come_from_the_same_file(world):
    parcel = Parcel.objects.using("parcels_all").first()
    assert parcel.customer._state.db == parcel.customer.parcels.first()._state.db == "parcels_all"


def test_a_run_is_written_down_and_drawn(browser):
    response = browser.post("", {"question": "board", "alias": "every"}, follow=True)
    page = soup(response)
    assert len(page.select("circle")) == len(ALIASES)
    assert len(page.select("tbody tr")) == len(ALIASES)
    with browser.world():
        assert Measurement.objects.count() == len(ALIASES)
    browser.post("", {"question": "board", "alias": "parcels"})
    assert len(soup(browser.get("", {"question": "board"})).select("circle")) == len(ALIASES) + 1
    assert not soup(browser.get("", {"question": "lost"})).select("circle")


def test_nonsense_is_refused(browser, visit):
    assert browser.post("", {"question": "board", "alias": "default"}).status_code == 400
    assert browser.post("", {"question": "eval", "alias": "parcels"}).status_code == 400
    assert browser.get("", {"run": "99"}).status_code == 404
    assert browser.get("lists/", {"way": "x", "alias": "parcels"}).status_code == 200
    browser.post("", {"question": "board", "alias": "parcels"})
    assert visit("query_optimization").get("", {"run": "1"}).status_code == 404


@pytest.mark.parametrize("alias", ["parcels", "parcels_single"])
@pytest.mark.parametrize(
    ("way", "queries"),
    [
        ("parcels_plain", 51),
        ("parcels_joined", 1),
        ("parcels_prefetched", 3),
        ("customers_plain", 26),
        ("customers_prefetched", 2),
        ("customers_filtered", 27),
        ("customers_to_attr", 2),
    ],
)
def test_queries_of_a_list(browser, way, queries, alias):
    page = soup(browser.get("lists/", {"way": way, "alias": alias}))
    assert len(page.select("rect.query")) == queries
    assert len(browser.traces[-1]["queries"]) == queries
    assert {query["alias"] for query in browser.traces[-1]["queries"]} == {alias}


def test_lists_of_a_kind_have_the_same_lines(world):
    lines = {name: way("parcels") for name, way in LISTS.items()}
    assert lines["parcels_plain"] == lines["parcels_joined"] == lines["parcels_prefetched"]
    assert lines["customers_plain"] == lines["customers_prefetched"]
    assert lines["customers_filtered"] == lines["customers_to_attr"]


def test_columns_all_add_up_to_the_same(world):
    rows = Parcel.objects.order_by("-pk")[: columns.COLUMNS_OF]
    assert len({way(rows.all()) for way in columns.WAYS}) == 1


def test_the_trap_asks_for_each_row(browser):
    browser.get("columns/left-out/")
    assert len(browser.traces[-1]["queries"]) == columns.NOTES_OF + 1


def test_counting_agrees(world):
    held = Parcel.objects.filter(depot=7, status="delivered")
    answers = {way.__name__: way(held.all()) for way in counting.WAYS}
    assert answers["by_truth"] is answers["by_exists"] is answers["by_count_above_nought"] is True
    assert (
        answers["by_len"] == answers["by_count"] == answers["by_len_and_loop"] == answers["by_count_and_loop"]
    )


def test_what_counting_keeps(browser):
    page = soup(browser.get("how-many/"))
    kept = [int(row.select("td")[-1].text.replace(",", "")) for row in page.select("tbody tr")]
    assert kept[1] == kept[2] == kept[4] == 0
    assert kept[0] == kept[3] == kept[5] == kept[6] > 100


def test_both_ways_of_paging_show_the_same_rows(browser):
    with browser.world():
        assert all(one["same"] for one in pages.depths("parcels_single"))
    offset = soup(browser.get("pages/", {"page": 99_999}))
    again = offset.find("a", string="The same rows, by key")["href"]
    key = soup(browser.get(f"pages/{again}"))
    assert [row.text for row in offset.select("tbody tr")] == [row.text for row in key.select("tbody tr")]


@pytest.mark.parametrize("query", ["page=x", "page=-1", "by=no", "by=key&before=x", "by=key&before=1"])
def test_strange_pages(browser, query):
    assert browser.get(f"pages/?{query}").status_code == 200


def test_rows_that_are_not_there_yet(browser, monkeypatch, tmp_path):
    connections.close_all()
    monkeypatch.setattr(shared, "begin", lambda demos: None)
    monkeypatch.setattr(shared, "_paths", {alias: tmp_path / alias for alias in ALIASES})
    for path in ("", "lists/?way=parcels_plain&alias=parcels", "pages/", "how-many/"):
        response = browser.get(path)
        assert response.status_code == 503
        assert "are being made" in response.text


def test_a_question_that_takes_too_long(browser, monkeypatch):
    monkeypatch.setattr(guard, "MAX_SECONDS", 0.0)
    response = browser.post("", {"question": "day_by_function", "alias": "parcels"})
    assert response.status_code == 503
    assert "interrupted" in response.text
    assert "look now" not in response.text


def test_a_plan_in_the_xray_is_of_the_file_that_was_asked(browser):
    plans = {}
    for alias in ("parcels", "parcels_composite"):
        browser.post("", {"question": "board", "alias": alias})
        trace = browser.traces[-1]
        [index] = [n for n, query in enumerate(trace["queries"]) if query["sql"].startswith("SELECT")]
        assert trace["queries"][index]["alias"] == alias
        path = f"/stage/database/query_optimization/xray/{trace['id']}/queries/{index}/plan"
        plans[alias] = browser.get(path).json()["plan"][0]
    assert plans["parcels"]["mark"] == "scan"
    assert "parcel_board" in plans["parcels_composite"]["text"]


def test_a_customer_has_parcels(world):
    assert Customer.objects.count() == 800
    assert Parcel.objects.count() == 20_000
