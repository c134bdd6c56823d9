"""The text's numbers and claims, tried on the demo's own rows: a seed that changes has to change the text."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import FieldError
from django.db import connection
from django.db.models import (
    Avg,
    Count,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    OuterRef,
    Sum,
    Window,
)
from django.db.models.functions import Cast, Coalesce, Rank
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lessons.database.aggregation.demo import joins, nothing, places, reports
from lessons.database.aggregation.demo.models import Category, Order, OrderLine, Product, Review, Shop

TEXT = (Path(__file__).parents[1] / "lesson.md").read_text()
NAMES = [TestCase, Category, Order, OrderLine, Product, Review, Shop, timezone, Count, F]


@pytest.fixture(autouse=True)
def world(visit):
    with visit("aggregation").world():
        yield


def python_blocks() -> list[str]:
    return re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)


def sql_of(queryset) -> str:
    with CaptureQueriesContext(connection) as asked:
        list(queryset.all())  # another queryset: this one may have its rows already
    return asked.captured_queries[-1]["sql"]


def test_the_sizes_that_the_text_names():
    assert OrderLine.objects.count() == 2458
    in_2025 = reports.paid_lines(year=2025)
    assert in_2025.count() == 1248
    assert len(reports.by_category(in_2025)) == 5
    assert len(reports.by_category(in_2025).filter(revenue__gte=5000)) == 3


def test_the_gooseneck_kettle():
    kettle = Product.objects.get(name="Gooseneck Kettle")
    assert joins.truth(kettle) == {"line_count": 41, "review_count": 33, "units": 70}
    naive = joins.naive(Product.objects.filter(pk=kettle.pk))[0]
    assert (naive["line_count"], naive["review_count"], naive["units"]) == (1353, 1353, 2310)


def test_the_naive_query_names_assam_the_best_seller():
    def best(rows: list[dict]) -> dict:
        return max(rows, key=lambda row: row["units"])

    naive, right = best(joins.naive(Product.objects.all())), best(joins.subqueries(Product.objects.all()))
    assert (naive["name"], right["name"]) == ("Assam", "Earl Grey")
    reviews = {product.name: product.reviews.count() for product in Product.objects.all()}
    assert reviews["Assam"] == 2 * reviews["Earl Grey"]


def test_pots_and_tea_by_the_place_of_the_filter():
    answers = [
        {category.name: category.n for category in ask(Decimal(30))}
        for ask in (places.before, places.inside, places.after)
    ]
    assert [(answer.get("Pots"), answer.get("Tea")) for answer in answers] == [(3, None), (3, 0), (12, None)]
    assert " T3 " in sql_of(places.after(Decimal(30)))


def test_groups_follow_what_stands_before_annotate():
    by_shop = Order.objects.values("shop").annotate(n=Count("pk"))
    by_order = Order.objects.annotate(n=Count("pk")).values("shop")
    assert "GROUP BY 1" in sql_of(by_shop)
    assert len(by_shop) == 4
    assert len(by_order) == Order.objects.count()
    inner = CaptureQueriesContext(connection)
    with inner:
        Product.objects.annotate(n=Count("lines")).aggregate(Avg("n"))
    assert re.match(r"SELECT AVG\(.*\) FROM \(SELECT .* GROUP BY", inner.captured_queries[0]["sql"])


def test_ordering_splits_the_groups_until_it_is_replaced():
    split, whole = (
        eval(block, {"Order": Order, "Count": Count})
        for block in python_blocks()
        if block.startswith("(\n    Order.objects")
    )
    assert [row["shop__name"] for row in split].count("Harbour") > 300
    assert [row["shop__name"] for row in whole] == ["Harbour", "Old Town", "Online", "Station"]


def test_meta_ordering_does_not():
    class DatedOrder(Order):
        class Meta:
            app_label = "aggregation"
            proxy = True
            ordering = ["placed_at"]

    by_shop = DatedOrder.objects.values("shop__name").annotate(n=Count("pk"))
    assert len(by_shop) == 4
    assert "ORDER BY" not in sql_of(by_shop)


def test_a_star_counts_the_row_of_nulls():
    never_sold = Product.objects.annotate(star=Count("*"), line_count=Count("lines"))
    assert never_sold.filter(name="Electric Samovar").values_list("star", "line_count").get() == (1, 0)


def test_an_annotation_may_not_be_called_like_a_property_or_a_relation():
    with pytest.raises(AttributeError, match="property 'units_sold' of 'Product' object has no setter"):
        list(Product.objects.annotate(units_sold=Sum("lines__quantity")))
    with pytest.raises(ValueError, match="conflicts with a field"):
        Product.objects.annotate(lines=Count("lines"))


def test_an_aggregate_runs_before_there_is_an_outer_query():
    with pytest.raises(ValueError, match="outer query"):
        OrderLine.objects.filter(product=OuterRef("pk")).aggregate(Sum("quantity"))


def test_exists_asks_for_one_row():
    assert "LIMIT 1" in sql_of(
        Product.objects.filter(Exists(OrderLine.objects.filter(product=OuterRef("pk"))))
    )


def test_sum_takes_no_aggregate_and_windowsum_does():
    categories = OrderLine.objects.values("product__category").annotate(units=Sum("quantity"))
    with pytest.raises(FieldError, match="is an aggregate"):
        categories.annotate(whole=Window(Sum("units")))
    whole = categories.annotate(whole=Window(reports.WindowSum("units")))
    assert {row["whole"] for row in whole} == {OrderLine.objects.aggregate(n=Sum("quantity"))["n"]}


def test_a_filter_on_the_groups_shrinks_the_whole_and_one_on_a_window_wraps():
    rows = list(reports.by_category(reports.paid_lines(year=2025)).filter(revenue__gte=5000))
    assert round(rows[0]["whole"], 2) == round(sum(row["revenue"] for row in rows), 2)
    ranked = Product.objects.annotate(rank=Window(Rank(), order_by=F("price").desc())).filter(rank=1)
    assert sql_of(ranked).startswith("SELECT * FROM (")


def test_a_default_inside_a_grouped_subquery_replaces_nothing():
    lines = reports.paid_lines()
    assert {"name": "Samovars", "units": None} in nothing.default_inside(lines)
    assert {"name": "Samovars", "units": 0} in nothing.default_outside(lines)


def test_default_is_short_for_coalesce():
    assert str(OrderLine.objects.values("product").annotate(n=Sum("quantity", default=0)).query) == str(
        OrderLine.objects.values("product").annotate(n=Coalesce(Sum("quantity"), 0)).query
    )


def test_the_table_of_types_on_sqlite():
    assert OrderLine.objects.filter(quantity=5).annotate(half=F("quantity") / 2).first().half == 2
    samovar = Product.objects.filter(price=189)
    assert samovar.annotate(part=F("price") / 16).get().part == 11
    assert samovar.annotate(part=Cast("price", FloatField()) / 16).get().part == 11.8125
    assert str(reports.headline(reports.paid_lines())["revenue"]) == "57792.1500000003"
    units = Product.objects.annotate(units=Sum("lines__quantity")).order_by("-units")
    assert list(units)[-1].units is None


def test_what_the_types_of_averages_and_mixtures_are():
    kinds = Review.objects.aggregate(stars=Avg("stars")), Product.objects.aggregate(price=Avg("price"))
    assert (type(kinds[0]["stars"]), type(kinds[1]["price"])) == (float, Decimal)
    with pytest.raises(FieldError, match="output_field"):
        list(Product.objects.annotate(gross=F("price") * 1.19))
    wrapped = ExpressionWrapper(F("price") * 1.19, output_field=DecimalField())
    gross = Product.objects.annotate(one=wrapped, other=F("price") * Decimal("1.19")).first()
    assert round(gross.one, 4) == round(gross.other, 4)


def test_the_test_in_the_text_runs():
    [source] = [block for block in python_blocks() if block.startswith("class UnitsTests")]
    names = {name.__name__.rpartition(".")[2]: name for name in NAMES} | {"subqueries": joins.subqueries}
    exec(source, names)
    case = names["UnitsTests"]
    # Called by hand: setUpTestData and the test, on this visitor's rows made empty.
    for model in (OrderLine, Review, Order, Product, Category, Shop):
        model.objects.all().delete()
    case.setUpTestData()
    case("test_reviews_sell_nothing").test_reviews_sell_nothing()


def test_coalesce_mixes_no_types_where_default_does_not_mind():
    with pytest.raises(FieldError, match="mixed types"):
        list(Product.objects.annotate(x=Coalesce(Sum("lines__unit_price"), 0)))
    never_sold = Product.objects.annotate(x=Sum("lines__unit_price", default=0)).filter(
        name="Electric Samovar"
    )
    assert never_sold.get().x == Decimal(0)
