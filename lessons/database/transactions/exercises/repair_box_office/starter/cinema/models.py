from django.db import models


class Card(models.Model):
    email = models.EmailField()
    balance = models.IntegerField()  # cents


class Show(models.Model):
    title = models.CharField(max_length=40)
    price = models.PositiveIntegerField()


class Booking(models.Model):
    card = models.ForeignKey(Card, on_delete=models.PROTECT)
    show = models.ForeignKey(Show, on_delete=models.PROTECT)
    seat = models.CharField(max_length=4)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["show", "seat"], name="one_to_a_seat")]
