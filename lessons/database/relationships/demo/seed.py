"""About sixty rows, few enough to see all of them at once."""

from django.db import transaction

from .models import (
    Album,
    Band,
    Genre,
    Gig,
    Label,
    Membership,
    Musician,
    Play,
    Profile,
    Studio,
    Tour,
    Track,
)

MUSICIANS = "Ada Okafor,Ben Lindqvist,Chiara Russo,Dov Amsel,Esra Demir,Finn Moran,Gwen Pryce,Hana Sato"
STAGE_NAMES = {"Ada": "Ada O.", "Ben": "Benny Low", "Chiara": "Chia", "Esra": "Esra D.", "Hana": "DJ Solder"}
BANDS = {
    "The Slow Ferries": "Low Tide",
    "Paper Lantern": "Northlight",
    "Copper Wire": "Low Tide",
    "Quiet Hours": "",
}
MEMBERS = [
    ("The Slow Ferries", "Ada", "voice", 2015, None),
    ("The Slow Ferries", "Ben", "bass", 2015, 2019),
    ("The Slow Ferries", "Dov", "drums", 2015, 2018),
    ("The Slow Ferries", "Finn", "drums", 2018, None),
    ("The Slow Ferries", "Esra", "bass", 2019, None),
    ("Paper Lantern", "Chiara", "voice", 2020, None),
    ("Paper Lantern", "Gwen", "drums", 2020, 2023),
    ("Copper Wire", "Ada", "guitar", 2021, None),
    ("Copper Wire", "Finn", "drums", 2021, None),
    ("Quiet Hours", "Ben", "piano", 2022, None),
]
# title, year, band, studio, genres, tracks with the engineer's first name
ALBUMS = [
    (
        "Night Crossing",
        2017,
        "The Slow Ferries",
        "Harbour Hall",
        ["Folk"],
        [("Lighthouse", "Hana"), ("Wake", "Hana")],
    ),
    (
        "Ballast",
        2021,
        "The Slow Ferries",
        "Kitchen table",
        ["Folk", "Rock"],
        [("Sand", "Hana"), ("Iron", "Finn")],
    ),
    ("Solder", 2022, "Copper Wire", "Tape Room", ["Rock"], [("Flux", "Hana"), ("Joint", "")]),
    ("Four A.M.", 2023, "Quiet Hours", "Tape Room", ["Jazz", "Ambient"], [("Kettle", "Ben"), ("Stairs", "")]),
]
TOURS = {
    "Coast to Coast": ("The Slow Ferries", ["Bergen", "Aberdeen"]),
    "Small Rooms": ("Paper Lantern", ["Ghent", "Lille"]),
}
PLAYS = [("Lighthouse", "NO"), ("Lighthouse", "GB"), ("Flux", "DE")]


@transaction.atomic
def seed() -> None:
    """Fill empty tables, always with the same rows in the same order."""
    labels = {name: Label.objects.create(name=name) for name in ("Low Tide", "Northlight")}
    for name in ("Kitchen table", "Harbour Hall", "Tape Room"):
        Studio.objects.create(name=name)
    for name in ("Folk", "Rock", "Jazz", "Ambient"):
        Genre.objects.create(name=name)
    musicians = {name.split()[0]: Musician.objects.create(name=name) for name in MUSICIANS.split(",")}
    for first_name, stage_name in STAGE_NAMES.items():
        Profile.objects.create(musician=musicians[first_name], stage_name=stage_name)
    bands = {name: Band.objects.create(name=name, label=labels.get(label)) for name, label in BANDS.items()}
    for band, first_name, instrument, joined, left in MEMBERS:
        Membership.objects.create(
            band=bands[band], musician=musicians[first_name], instrument=instrument, joined=joined, left=left
        )
    for album in ALBUMS:
        _album(album, bands, musicians)
    for name, (band, cities) in TOURS.items():
        tour = Tour.objects.create(name=name, band=bands[band])
        for city in cities:
            Gig.objects.create(city=city, band=bands[band], tour=tour)
    for title, country in PLAYS:
        Play.objects.create(track=Track.objects.get(title=title), country=country)


def _album(row: tuple, bands: dict[str, Band], musicians: dict[str, Musician]) -> None:
    title, year, band, studio, genres, tracks = row
    album = Album.objects.create(
        title=title, year=year, band=bands[band], studio=Studio.objects.get(name=studio)
    )
    album.genres.set(Genre.objects.filter(name__in=genres).order_by("pk"))
    for track, engineer in tracks:
        album.tracks.create(title=track, engineer=musicians.get(engineer))
