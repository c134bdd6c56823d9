from auction.models import Bid, Lot
from django.contrib.auth.models import User


def seed():
    users = {name: User.objects.create_user(name, password="gavel-77") for name in ("ann", "bea", "cid")}
    Lot.objects.create(pk=1, title="A barometer that lies", start=50)
    Lot.objects.create(pk=2, title="Eleven left gloves", start=10)
    for number, (name, amount) in enumerate([("ann", 60), ("bea", 80), ("ann", 95)], start=1):
        Bid.objects.create(lot_id=1, bidder=users[name], number=number, amount=amount)
