from django.db import models


class Plant(models.Model):
    name = models.CharField(max_length=40, unique=True)
    slug = models.SlugField(unique=True)


class Packet(models.Model):
    plant = models.ForeignKey(Plant, on_delete=models.PROTECT, related_name="packets")
    variety = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    left = models.PositiveSmallIntegerField(default=0)
