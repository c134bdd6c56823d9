"""Four ways to write the rows in the middle of a ManyToManyField."""

from .models import Band, Membership, Musician


def create(band: Band, musician: Musician, instrument: str, joined: int) -> None:
    Membership.objects.create(band=band, musician=musician, instrument=instrument, joined=joined)


def add(band: Band, musician: Musician, instrument: str, joined: int) -> None:
    band.members.add(musician, through_defaults={"instrument": instrument, "joined": joined})


def bare(band: Band, musician: Musician, instrument: str, joined: int) -> None:
    band.members.add(musician)


def remove(band: Band, musician: Musician, instrument: str, joined: int) -> None:
    band.members.remove(musician)


WAYS = {way.__name__: way for way in (create, add, bare, remove)}
