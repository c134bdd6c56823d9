"""Two years of sales, the same on every machine: about 1,200 orders, 2,700 lines, 330 reviews."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from .models import Category, Order, OrderLine, Product, Review, Shop

START = datetime(2024, 1, 1, tzinfo=UTC)
DAYS = 731
ORDERS = 1_200
SHOPS = {"Harbour": 5, "Old Town": 3, "Station": 3, "Online": 6}  # name: share of the orders

# category: (product, price, how often it is bought, how many reviews it has)
CATALOGUE = {
    "Tea": [
        ("Assam", "8.50", 30, 24),
        ("Darjeeling First Flush", "14.90", 18, 31),
        ("Earl Grey", "7.90", 34, 12),
        ("Gyokuro", "26.00", 7, 19),
        ("Lapsang Souchong", "9.40", 10, 6),
        ("Peppermint", "5.20", 26, 9),
        ("Rooibos", "6.10", 20, 14),
    ],
    "Pots": [
        ("Cast Iron Pot", "58.00", 5, 22),
        ("Glass Pot", "34.50", 8, 17),
        ("Kyusu", "49.00", 4, 28),
        ("Brown Betty", "24.00", 9, 11),
    ],
    "Cups": [
        ("Enamel Mug", "9.90", 15, 8),
        ("Glass Cup", "7.50", 17, 5),
        ("Matcha Bowl", "21.00", 6, 26),
        ("Porcelain Cup", "12.80", 12, 10),
    ],
    "Kettles": [
        ("Gooseneck Kettle", "79.00", 4, 33),
        ("Stovetop Kettle", "39.90", 5, 13),
        ("Travel Kettle", "32.00", 4, 4),
    ],
    "Books": [
        ("A Year of Tea", "19.50", 6, 7),
        ("The Kettle Atlas", "28.00", 3, 0),
        ("Water, Leaf, Time", "16.00", 4, 15),
    ],
    "Samovars": [
        ("Electric Samovar", "189.00", 0, 0),
        ("Charcoal Samovar", "240.00", 0, 3),
    ],
}
SEASON = [1.1, 0.9, 0.9, 0.7, 0.6, 0.5, 0.5, 0.5, 0.8, 1.1, 1.6, 2.2]  # tea is for winter


@transaction.atomic
def seed() -> None:
    """Fill empty tables. Everything is drawn from one seeded generator, so the totals never change."""
    dice = random.Random(13)
    products, popularity, reviews = _catalogue()
    shops = Shop.objects.bulk_create(Shop(name=name) for name in SHOPS)
    days = [START + timedelta(days=day) for day in range(DAYS)]
    weights = [SEASON[day.month - 1] * (1 + (day.year - START.year) * 0.25) for day in days]
    moments = sorted(
        day + timedelta(minutes=dice.randrange(8 * 60, 22 * 60))
        for day in dice.choices(days, weights, k=ORDERS)
    )
    orders = Order.objects.bulk_create(
        Order(
            shop=dice.choices(shops, list(SHOPS.values()))[0],
            placed_at=moment,
            status=Order.Status.CANCELLED if dice.random() < 0.06 else Order.Status.PAID,
        )
        for moment in moments
    )
    OrderLine.objects.bulk_create(
        line for order in orders for line in _lines(order, products, popularity, dice)
    )
    Review.objects.bulk_create(
        Review(
            product=product,
            stars=dice.choices([1, 2, 3, 4, 5], [1, 1, 3, 7, 8])[0],
            written_at=dice.choice(days) + timedelta(hours=12),
        )
        for product, count in zip(products, reviews, strict=True)
        for _ in range(count)
    )


def _catalogue() -> tuple[list[Product], list[int], list[int]]:
    """Create categories and products; return products, their popularity and their number of reviews."""
    categories = Category.objects.bulk_create(Category(name=name) for name in CATALOGUE)
    rows = [(category, *row) for category in categories for row in CATALOGUE[category.name]]
    products = Product.objects.bulk_create(
        Product(name=name, category=category, price=Decimal(price)) for category, name, price, _, _ in rows
    )
    return products, [row[3] for row in rows], [row[4] for row in rows]


def _lines(order: Order, products: list[Product], popularity: list[int], dice: random.Random):
    """One to four different products; prices rose by five percent in the second year."""
    wanted = set(dice.choices(range(len(products)), popularity, k=dice.choice([1, 1, 2, 2, 3, 4])))
    for index in sorted(wanted):
        price = products[index].price
        if order.placed_at.year == START.year:
            price = (price / Decimal("1.05")).quantize(Decimal("0.01"))
        yield OrderLine(
            order=order,
            product=products[index],
            quantity=dice.choices([1, 2, 3, 5], [60, 25, 10, 5])[0],
            unit_price=price,
        )
