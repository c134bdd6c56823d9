import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from bakery.models import Line, Order

PRICES = {"Rye loaf": "4.80", "Pretzel": "1.10", "Plum cake": "3.40", "Franzbrötchen": "2.30"}


def seed():
    dice = random.Random(7)
    start = datetime(2024, 10, 1, 5, tzinfo=UTC)
    for _ in range(120):
        order = Order.objects.create(
            placed_at=start + timedelta(minutes=dice.randrange(400 * 24 * 60)),
            status=Order.CANCELLED if dice.random() < 0.1 else Order.PAID,
        )
        for product in dice.sample(list(PRICES), dice.randrange(1, 4)):
            order.lines.add(
                Line(product=product, quantity=dice.randrange(1, 8), unit_price=Decimal(PRICES[product])),
                bulk=False,
            )
