"""The text's claims, tried on the demo's own rows."""

import re
from pathlib import Path

import pytest
from django.db import connections, models
from django.db.models import Prefetch
from django.test.utils import CaptureQueriesContext, isolate_apps

from lessons.database.query_optimization.demo import shared as files
from lessons.database.query_optimization.demo.measure import steps
from lessons.database.query_optimization.demo.models import Customer, Parcel
from sandbox.demos import shared

TEXT = (Path(__file__).parents[1] / "lesson.md").read_text()
SINGLE = "parcels_single"


@pytest.fixture(autouse=True)
def world(visit):
    with visit("query_optimization").world():
        yield


def asked(ask, alias: str = SINGLE) -> list[str]:
    with CaptureQueriesContext(connections[alias]) as seen:
        ask()
    return [query["sql"] for query in seen.captured_queries]


def marks(rows) -> list[str]:
    return [step["mark"] for step in steps(rows.explain()) if step["mark"]]


def test_the_plan_of_the_text():
    rows = Parcel.objects.filter(depot=7, status="held").order_by("-posted_at")[:50]
    found = steps(rows.explain())
    [block] = re.findall(r"```text\n(.*?)```", TEXT, re.DOTALL)
    assert block.splitlines() == [f"{step['text']:<29}  {step['says']}" for step in found]


def test_a_prefix_is_useful_and_the_end_alone_is_not():
    rows = Parcel.objects.using("parcels_composite")
    for prefix in ({"depot": 7}, {"depot": 7, "status": "held"}):
        assert marks(rows.filter(**prefix)) == []
    assert marks(rows.filter(status="held").order_by("-posted_at")) == ["scan", "sort"]


def test_a_year_is_a_range():
    assert " BETWEEN " in str(Parcel.objects.filter(posted_at__year=2025).query)
    assert marks(Parcel.objects.using(SINGLE).filter(posted_at__year=2025)) == []
    assert marks(Parcel.objects.using(SINGLE).filter(posted_at__date="2025-03-04")) == ["scan"]


@pytest.mark.parametrize("lookup", ["iexact", "startswith", "contains"])
def test_likes_are_not_served_by_an_ordinary_index(lookup):
    rows = Parcel.objects.using(SINGLE).filter(**{f"receiver__{lookup}": "Ada O"})
    assert " ESCAPE " in str(rows.query)
    assert marks(rows) == ["scan"]


def test_partial_serves_only_what_implies_its_condition():
    rows = Parcel.objects.using("parcels_partial")
    [found] = steps(rows.filter(status="lost").order_by("-posted_at").explain())
    assert "parcel_lost" in found["text"]
    assert "parcel_lost" not in rows.order_by("-posted_at").explain()
    assert "parcel_lost" not in rows.filter(status="held").order_by("-posted_at").explain()


@isolate_apps("lessons.database.query_optimization.demo")
def test_include_is_left_away_on_sqlite():
    class Box(models.Model):
        depot = models.IntegerField()
        price = models.IntegerField()

        class Meta:
            app_label = "query_optimization"
            indexes = [models.Index(fields=["depot"], include=["price"], name="box_takings")]

    assert "models.W040" in {warning.id for warning in Box.check(databases=["default"])}
    with connections[SINGLE].schema_editor(collect_sql=True) as editor:
        assert "INCLUDE" not in str(Box._meta.indexes[0].create_sql(Box, editor))


def test_what_a_prefetch_answers():
    customers = list(Customer.objects.using(SINGLE).prefetch_related("parcels")[:3])
    cached = [customer.parcels for customer in customers]
    assert asked(lambda: [(list(p.all()), p.count(), p.exists()) for p in cached]) == []
    for ask in (lambda p: p.filter(pk=1), lambda p: p.order_by("pk"), lambda p: [p.first()]):
        assert len(asked(lambda ask=ask: [list(ask(p)) for p in cached])) == 3


def test_the_three_latest_of_each():
    latest = Prefetch("parcels", Parcel.objects.order_by("-pk")[:3], to_attr="latest")
    sent = asked(lambda: list(Customer.objects.using(SINGLE).prefetch_related(latest)[:5]))
    assert len(sent) == 2
    assert "ROW_NUMBER() OVER" in sent[1]
    with pytest.raises(TypeError, match="slice"):
        list(Customer.objects.using(SINGLE).prefetch_related(Prefetch("parcels", Parcel.objects.all()[:3])))


def test_exists_and_count():
    rows = Parcel.objects.using(SINGLE).filter(depot=7)
    [sql] = asked(rows.exists)
    assert sql.startswith("SELECT 1 ")
    assert sql.endswith("LIMIT 1")
    assert "COUNT(*)" in asked(rows.count)[0]


def test_a_list_of_51_queries_is_named():
    assert "51 queries" in TEXT
    assert "101 queries" in TEXT


def test_the_size_of_the_files():
    sizes = {alias: shared.file_of(alias).stat().st_size for alias in files.ALIASES}
    assert 2.2 < sizes["parcels_all"] / sizes["parcels"] < 2.9  # two and a half


def test_the_quiz_about_one_shop():
    rows = Parcel.objects.using("parcels_composite").filter(depot=7, status="held")
    assert marks(rows.order_by("-posted_at")[:20]) == marks(rows.order_by("posted_at")[:20]) == []


def test_the_quiz_about_a_prefetch():
    def loop():
        for customer in Customer.objects.using(SINGLE).prefetch_related("parcels")[:25]:
            customer.parcels.order_by("-posted_at")[0]

    assert len(asked(loop)) == 27


def test_lost_is_one_in_a_thousand():
    assert 0.0005 < Parcel.objects.filter(status="lost").count() / Parcel.objects.count() < 0.002
