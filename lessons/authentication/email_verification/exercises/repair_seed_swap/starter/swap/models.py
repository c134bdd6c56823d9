from django.conf import settings
from django.db import models


class Swapper(models.Model):
    """What we know of a user beyond name and address (`user.email`)."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    is_confirmed = models.BooleanField(default=False)

    def __str__(self):
        return str(self.user)


class Offer(models.Model):
    swapper = models.ForeignKey(Swapper, on_delete=models.CASCADE)
    text = models.CharField(max_length=200)

    def __str__(self):
        return self.text
