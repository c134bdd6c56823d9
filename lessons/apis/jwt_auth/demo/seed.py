"""A customer, a courier, and five parcels."""

from django.contrib.auth.models import User
from django.db import transaction

from .models import Parcel

PASSWORD = "hover-and-stoop"
PARCELS = [
    (1, "ada", "A kettle"),
    (2, "ada", "Bicycle lamps"),
    (3, "bo", "Wool socks"),
    (4, "ada", "Seeds"),
    (5, "bo", "A map of Skye"),
]


@transaction.atomic
def seed() -> None:
    users = {
        "ada": User.objects.create_user("ada", "ada@kestrel.example", PASSWORD),
        # Couriers are marked as staff.
        "bo": User.objects.create_user("bo", "bo@kestrel.example", PASSWORD, is_staff=True),
    }
    for locker, owner, what in PARCELS:
        Parcel.objects.create(locker=locker, owner=users[owner], what=what)
