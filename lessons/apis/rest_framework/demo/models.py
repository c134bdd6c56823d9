from django.conf import settings
from django.db import models


class Species(models.Model):
    name = models.CharField(max_length=40)
    slug = models.SlugField(unique=True)
    latin = models.CharField(max_length=60)
    family = models.CharField(max_length=40)

    class Meta:
        verbose_name_plural = "species"

    def __str__(self):
        return self.name


class Sighting(models.Model):
    species = models.ForeignKey(Species, on_delete=models.PROTECT, related_name="sightings")
    observer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sightings")
    place = models.CharField(max_length=40)
    count = models.PositiveSmallIntegerField()
    seen_at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)
    draft = models.BooleanField(default=False)
    verified = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-created_at", "-id"], name="newest_first")]

    def __str__(self):
        return f"{self.count} {self.species} at {self.place}"
