from django.db import models

from .choices import BADGES


class Component(models.Model):
    """A piece of a page, as the visitor left it."""

    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=40)
    markup = models.TextField()

    def __str__(self) -> str:
        return self.title


class Entry(models.Model):
    """The CSS that a build begins with; one row."""

    css = models.TextField()


class Hut(models.Model):
    name = models.CharField(max_length=40)
    altitude = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=12, choices=[(s, s) for s in ("open", "full", "closed")])
    colour = models.SlugField(max_length=20)
    hue = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return self.name

    @property
    def badge(self) -> str:
        return BADGES[self.status]
