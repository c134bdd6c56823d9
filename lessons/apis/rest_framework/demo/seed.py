"""Twenty-four sightings at a salt marsh, and four people."""

from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import User

from .models import Sighting, Species

SPECIES = [
    ("Avocet", "Recurvirostra avosetta", "Waders"),
    ("Redshank", "Tringa totanus", "Waders"),
    ("Curlew", "Numenius arquata", "Waders"),
    ("Dunlin", "Calidris alpina", "Waders"),
    ("Brent Goose", "Branta bernicla", "Waterfowl"),
    ("Shelduck", "Tadorna tadorna", "Waterfowl"),
    ("Teal", "Anas crecca", "Waterfowl"),
    ("Marsh Harrier", "Circus aeruginosus", "Raptors"),
    ("Short-eared Owl", "Asio flammeus", "Owls"),
    ("Little Tern", "Sternula albifrons", "Terns"),
]
# species, observer, place, count, note
SIGHTINGS = [
    ("Dunlin", "ada", "Gull Bank", 340, "Roosting at high water"),
    ("Avocet", "ada", "Gull Bank", 26, ""),
    ("Redshank", "bo", "Sluice", 14, "Alarm calls, a harrier above"),
    ("Marsh Harrier", "bo", "Sluice", 1, "Female, low over the reeds"),
    ("Curlew", "cleo", "North Wall", 9, ""),
    ("Teal", "ada", "Old Pans", 62, "Pairs, mostly"),
    ("Brent Goose", "bo", "North Wall", 480, "First big flock of the winter"),
    ("Short-eared Owl", "cleo", "Old Pans", 1, "Hunting at dusk"),
    ("Shelduck", "ada", "Sluice", 7, ""),
    ("Dunlin", "bo", "North Wall", 120, ""),
    ("Avocet", "cleo", "Old Pans", 31, "Two colour rings, read by telescope"),
    ("Redshank", "ada", "Old Pans", 8, ""),
    ("Little Tern", "bo", "Gull Bank", 3, "Late for the season"),
    ("Curlew", "ada", "Gull Bank", 41, "Came in from the fields at dusk"),
    ("Teal", "bo", "Sluice", 18, ""),
    ("Brent Goose", "ada", "Gull Bank", 210, ""),
    ("Marsh Harrier", "ada", "Old Pans", 2, "Passed something in the air"),
    ("Shelduck", "cleo", "North Wall", 12, ""),
    ("Dunlin", "cleo", "Gull Bank", 95, ""),
    ("Redshank", "cleo", "North Wall", 22, "One with a green ring"),
    ("Curlew", "bo", "Old Pans", 5, ""),
    ("Avocet", "bo", "Sluice", 4, "Feeding behind the gate"),
    ("Teal", "cleo", "Gull Bank", 33, ""),
]
# Rare birds are kept quiet until a steward has looked: whose draft it is sees it, nobody else.
DRAFTS = [("Short-eared Owl", "ada", "North Wall", 2, "Maybe a nest. Keep it quiet")]


def seed() -> None:
    people = {name: User.objects.create_user(name, is_staff=name == "cleo") for name in ("ada", "bo", "cleo")}
    birds = {
        name: Species.objects.create(
            name=name, slug=name.lower().replace(" ", "-"), latin=latin, family=family
        )
        for name, latin, family in SPECIES
    }
    seen_at = datetime(2025, 11, 3, 7, 30, tzinfo=UTC)
    for number, (species, observer, place, count, note) in enumerate(SIGHTINGS + DRAFTS):
        moment = seen_at + timedelta(hours=5 * number)
        Sighting.objects.create(
            species=birds[species],
            observer=people[observer],
            place=place,
            count=count,
            note=note,
            draft=number >= len(SIGHTINGS),
            verified=number % 4 == 0,
            seen_at=moment,
            created_at=moment + timedelta(minutes=40),
        )
