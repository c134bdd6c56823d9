from django.db import models


class Stall(models.Model):
    name = models.CharField(max_length=100)
    goods = models.CharField(max_length=200)
    price = models.PositiveIntegerField(help_text="of a pitch, in pence")
    rating = models.PositiveSmallIntegerField()
    is_open = models.BooleanField(default=True)


class Trader(models.Model):
    name = models.CharField(max_length=100)
    bank_account = models.CharField(max_length=20)
