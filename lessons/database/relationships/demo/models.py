"""A small record company. Between them, its arrows have every on_delete that Django knows."""

from django.db import models
from django.db.models import F, Q


def home_studio() -> int:
    """Where an album was made if its studio is gone: at the kitchen table."""
    return Studio.objects.get_or_create(name="Kitchen table")[0].pk


def unknown_engineer() -> "Musician":
    return Musician.objects.get_or_create(name="Unknown engineer")[0]


class Label(models.Model):
    name = models.CharField(max_length=40, unique=True)

    def __str__(self):
        return self.name


class Studio(models.Model):
    name = models.CharField(max_length=40, unique=True)

    def __str__(self):
        return self.name


class Genre(models.Model):
    name = models.CharField(max_length=40, unique=True)

    def __str__(self):
        return self.name


class Musician(models.Model):
    name = models.CharField(max_length=40, unique=True)

    def __str__(self):
        return self.name


class Profile(models.Model):
    musician = models.OneToOneField(Musician, on_delete=models.CASCADE, related_name="profile")
    stage_name = models.CharField(max_length=40)

    def __str__(self):
        return self.stage_name


class Band(models.Model):
    name = models.CharField(max_length=40, unique=True)
    label = models.ForeignKey(Label, null=True, blank=True, on_delete=models.SET_NULL, related_name="bands")
    members = models.ManyToManyField(Musician, through="Membership", related_name="bands")

    def __str__(self):
        return self.name


class Membership(models.Model):
    """The row between a band and a musician, with what neither of the two could keep."""

    band = models.ForeignKey(Band, on_delete=models.CASCADE, related_name="memberships")
    musician = models.ForeignKey(
        Musician,
        on_delete=models.CASCADE,
        related_name="memberships",
    )
    instrument = models.CharField(max_length=20)
    joined = models.PositiveSmallIntegerField()
    left = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["band", "musician"],
                name="relationships_once_in_a_band",
            ),
            models.CheckConstraint(
                condition=Q(left__isnull=True) | Q(left__gte=F("joined")),
                name="relationships_left_after_joined",
            ),
        ]

    def __str__(self):
        return f"{self.instrument}, {self.joined}–{self.left or 'today'}"


class Album(models.Model):
    title = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    band = models.ForeignKey(Band, on_delete=models.PROTECT, related_name="albums")
    studio = models.ForeignKey(
        Studio, default=home_studio, on_delete=models.SET_DEFAULT, related_name="albums"
    )
    genres = models.ManyToManyField(Genre, related_name="albums")

    def __str__(self):
        return self.title


class Track(models.Model):
    title = models.CharField(max_length=40)
    album = models.ForeignKey(Album, on_delete=models.CASCADE, related_name="tracks")
    engineer = models.ForeignKey(
        Musician,
        null=True,
        blank=True,
        on_delete=models.SET(unknown_engineer),
        related_name="engineered",
    )

    def __str__(self):
        return self.title


class Tour(models.Model):
    name = models.CharField(max_length=40)
    band = models.ForeignKey(Band, on_delete=models.CASCADE, related_name="tours")

    def __str__(self):
        return self.name


class Gig(models.Model):
    """Tickets are sold: a tour with gigs is not deleted. A band is, and takes both along."""

    city = models.CharField(max_length=40)
    band = models.ForeignKey(Band, on_delete=models.CASCADE, related_name="gigs")
    tour = models.ForeignKey(Tour, on_delete=models.RESTRICT, related_name="gigs")

    def __str__(self):
        return self.city


class Play(models.Model):
    """Another team's table: royalties are paid by it, and it looks after itself. Or so they said."""

    country = models.CharField(max_length=2)
    track = models.ForeignKey(Track, on_delete=models.DO_NOTHING, related_name="plays")

    def __str__(self):
        return f"played in {self.country}"
