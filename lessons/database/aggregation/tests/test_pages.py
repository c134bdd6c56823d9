"""What the pages say is what the rows say; every figure is counted again here, in Python."""

from collections import Counter
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup

from lessons.database.aggregation.demo import joins, places, reports
from lessons.database.aggregation.demo.models import Category, Order, OrderLine, Product, Review
from lessons.database.aggregation.demo.views import EXAMPLES


@pytest.fixture
def browser(visit):
    return visit("aggregation")


def paid(year: int | None = None) -> list[OrderLine]:
    lines = OrderLine.objects.select_related("order", "product__category")
    return [
        line
        for line in lines
        if line.order.status == "paid" and (year is None or line.order.placed_at.year == year)
    ]


def earned(lines: list[OrderLine]) -> Decimal:
    return sum((line.quantity * line.unit_price for line in lines), Decimal(0))


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"))


@pytest.mark.parametrize(
    "path",
    ["", "?year=2025", "?year=2026", "?category=6", "builder/", "join/", "join/?product=23"]
    + ["where/", "nothing/", "nothing/?year=2026", "per-row/", "per-row/?how=annotation", "orders/add/"]
    + [f"builder/?{query}" for query in EXAMPLES.values()],
)
def test_every_page_answers(browser, path):
    response = browser.get(path)
    assert response.status_code == 200
    assert "<style" not in response.text
    assert "style=" not in response.text
    assert "<script" not in response.text


@pytest.mark.parametrize(
    "path",
    [
        "?year=xx",
        "?category=999",
        "join/?product=x",
        "where/?price=-1",
        "nothing/?year=1",
        "builder/?shape=x",
    ],
)
def test_bad_input_is_a_400_that_says_what_is_wrong(browser, path):
    response = browser.get(path)
    assert response.status_code == 400
    assert 'class="error' in response.text or "This cannot be asked" in response.text


def test_links_keep_the_prefix_of_a_second_browser(browser):
    text = browser.beside(2).get("").text
    assert 'href="/database/aggregation/builder/"' not in text


def test_the_headline_counts_paid_lines_only(browser):
    with browser.world():
        headline, lines = reports.headline(reports.paid_lines(year=2025)), paid(2025)
        assert cents(headline["revenue"]) == earned(lines)
        assert headline["units"] == sum(line.quantity for line in lines)
        assert headline["orders"] == len({line.order_id for line in lines})


def test_months_and_their_running_total(browser):
    with browser.world():
        rows, so_far = list(reports.by_month(reports.paid_lines())), Decimal(0)
        assert len(rows) == 24
        for row in rows:
            month = [
                line for line in paid(row["month"].year) if line.order.placed_at.month == row["month"].month
            ]
            so_far += earned(month)
            assert (cents(row["revenue"]), cents(row["running"])) == (earned(month), so_far)
            assert row["orders"] == len({line.order_id for line in month})


def test_categories_are_ranked_and_know_the_whole(browser):
    with browser.world():
        rows = list(reports.by_category(reports.paid_lines(year=2024)))
        lines = paid(2024)
        for row in rows:
            assert cents(row["revenue"]) == earned(
                [line for line in lines if line.product.category.name == row["category"]]
            )
            assert cents(row["whole"]) == earned(lines)
        assert [row["rank"] for row in rows] == [1, 2, 3, 4, 5]
        assert [row["revenue"] for row in rows] == sorted((row["revenue"] for row in rows), reverse=True)


def test_top_products_are_not_multiplied_by_their_reviews(browser):
    with browser.world():
        units: Counter[str] = Counter()
        for line in paid():
            units[line.product.name] += line.quantity
        products = list(reports.top_products(reports.paid_lines()))
        assert {product.name: product.units for product in products} == units
        for product in products:
            stars = list(product.reviews.values_list("stars", flat=True))
            assert product.stars == (pytest.approx(sum(stars) / len(stars)) if stars else None)


def test_shops_count_all_and_cancelled_in_one_pass(browser):
    with browser.world():
        for shop in reports.by_shop(year=2025):
            orders = [order for order in shop.orders.all() if order.placed_at.year == 2025]
            cancelled = [order for order in orders if order.status == "cancelled"]
            assert (shop.placed, shop.cancelled) == (len(orders), len(cancelled))
        assert {shop.percent for shop in reports.by_shop(year=2030)} == {None}


def test_two_joins_multiply_and_distinct_repairs_the_counts_only(browser):
    with browser.world():
        for product in Product.objects.filter(lines__isnull=False, reviews__isnull=False).distinct():
            one, truth = Product.objects.filter(pk=product.pk), joins.truth(product)
            product_of_both = truth["line_count"] * truth["review_count"]
            naive, distinct = joins.naive(one)[0], joins.distinct(one)[0]
            assert naive["line_count"] == naive["review_count"] == product_of_both
            assert naive["units"] == truth["units"] * truth["review_count"]
            assert (distinct["line_count"], distinct["review_count"]) == (
                truth["line_count"],
                truth["review_count"],
            )
            assert distinct["units"] == sum(set(product.lines.values_list("quantity", flat=True)))
            assert joins.subqueries(one)[0] == joins.separately(one)[0] == truth | {"name": product.name}


def test_repairs_count_nothing_as_zero(browser):
    with browser.world():
        never_sold = Product.objects.filter(name="Electric Samovar")
        nothing = {"name": "Electric Samovar", "line_count": 0, "review_count": 0, "units": 0}
        assert [nothing] == joins.subqueries(never_sold) == joins.separately(never_sold)


def test_a_condition_asks_another_question_in_each_place(browser):
    with browser.world():
        price = Decimal(30)
        products: Counter[str] = Counter(Product.objects.values_list("category__name", flat=True))
        dear: Counter[str] = Counter(
            Product.objects.filter(price__gt=price).values_list("category__name", flat=True)
        )
        assert _by_name(places.before(price)) == dear
        assert _by_name(places.inside(price)) == {name: dear[name] for name in products}
        assert _by_name(places.after(price)) == {name: dear[name] * products[name] for name in dear}
        assert _by_name(places.on_the_count(4)) == {name: n for name, n in products.items() if n >= 4}


def _by_name(categories) -> dict[str, int]:
    return {category.name: category.n for category in categories}


def test_an_order_moves_the_revenue(browser):
    with browser.world():
        before, price = reports.headline(reports.paid_lines())["revenue"], Product.objects.get(pk=2).price
    for status in ("paid", "cancelled"):
        browser.post(
            "orders/add/",
            {"shop": 1, "product": 2, "quantity": 3, "placed_on": "2026-01-02", "status": status},
        )
    with browser.world():
        after = reports.headline(reports.paid_lines())["revenue"]
        assert cents(after - before) == price * 3
        assert Order.objects.filter(placed_at__year=2026).count() == 2


def test_a_review_is_written_for_its_product(browser):
    with browser.world():
        before = Review.objects.filter(product=5).count()
    response = browser.post("reviews/add/", {"product": 5, "stars": 2}, follow=True)
    assert "Nobody bought anything" in response.text
    with browser.world():
        assert Review.objects.filter(product=5).count() == before + 1


def test_sum_of_nothing_is_none_and_none_asks_nothing(browser):
    text = browser.get("nothing/?year=2026").text
    assert "Sum is None:" in text
    assert "There are sales in 2024, 2025." in text
    assert "1 query for the first column, 0 for the second" in text


def test_the_property_asks_once_a_row(browser):
    with browser.world():
        products = Product.objects.count()
    assert f"{products + 1} queries for {products} products" in browser.get("per-row/").text
    assert f"1 query for {products} products" in browser.get("per-row/?how=annotation").text


def test_every_category_has_a_colour(browser):
    with browser.world():
        assert Category.objects.count() <= 6


def test_what_happened_is_announced_and_stays_a_list(browser):
    # A role on the list itself would take away that it is one.
    soup = BeautifulSoup(browser.post("reviews/add/", {}, follow=True).content, "html.parser")
    assert (
        soup.select_one("div[role=status] > ul > li").text
        == "A review needs a product and one to five stars."
    )
    assert not soup.select("ul[role], ol[role]")
