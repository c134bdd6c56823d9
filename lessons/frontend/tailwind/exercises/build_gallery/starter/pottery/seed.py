from pottery.models import Pot


def seed():
    Pot.objects.bulk_create(
        [
            Pot(name="Soup bowl", price=24, stock=6),
            Pot(name="Tall jug", price=48, stock=2),
            Pot(name="Salt cellar", price=16, stock=0),
            Pot(name="Teapot", price=72, stock=1),
            Pot(name="Oil bottle", price=38, stock=4),
        ]
    )
