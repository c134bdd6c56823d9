"""Two mechanics and 37 bicycles."""

from django.contrib.auth.models import User

from .models import Card, Column, Mood, Server

MECHANICS = ["mika", "noor"]

MAKES = ["Peugeot", "Gazelle", "Bianchi", "Raleigh", "Koga", "Batavus", "Trek", "Brompton", "Surly"]
COLOURS = ["Red", "Green", "Black", "Silver"]
FAULTS = [
    "Brakes squeal",
    "Chain jumps in fifth",
    "Rear wheel is an egg",
    "Lamp goes out uphill",
    "Saddle sinks",
    "Gears shift by themselves",
    "Front tyre, again",
]
STANDS = {Column.READY: 27, Column.STAND: 3, Column.WAITING: 6}


def seed() -> None:
    for name in MECHANICS:
        User.objects.update_or_create(username=name)
    Server.objects.update_or_create(pk=1, defaults={"mood": Mood.FINE})
    number = 0
    for column, count in STANDS.items():
        for _ in range(count):
            number += 1
            bike = f"{COLOURS[number % 4]} {MAKES[number % 9]}"
            values = {"bike": bike, "fault": FAULTS[number % 7], "column": column, "version": 1}
            Card.objects.update_or_create(pk=number, defaults=values)
