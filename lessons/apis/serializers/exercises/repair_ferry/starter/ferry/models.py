from django.db import models


class Booking(models.Model):
    email = models.EmailField()
    out_on = models.DateField()
    back_on = models.DateField(null=True, blank=True)
    pin = models.CharField(max_length=6)
    paid = models.BooleanField(default=False)


class Passenger(models.Model):
    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="passengers")
    name = models.CharField(max_length=40)
    seat = models.CharField(max_length=3)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["booking", "seat"], name="one_to_a_seat")]
