"""Eight buoys, none of them quick. Their delays are what the lesson is about, so they differ."""

from .models import Buoy, Reading

BUOYS = {
    "Skerry": 180,
    "Tern Rock": 320,
    "Long Sand": 90,
    "Outer Bar": 260,
    "Kittiwake": 410,
    "Lantern Deep": 150,
    "Mussel Bank": 230,
    "West Ledge": 480,
}


def seed() -> None:
    for number, (name, delay_ms) in enumerate(BUOYS.items()):
        buoy = Buoy.objects.create(name=name, delay_ms=delay_ms)
        Reading.objects.create(buoy=buoy, wind=9 + number)
