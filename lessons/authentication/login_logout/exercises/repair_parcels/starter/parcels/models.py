from django.conf import settings
from django.db import models


class Parcel(models.Model):
    code = models.SlugField(unique=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="parcels")
    contents = models.CharField(max_length=100)
    status = models.CharField(max_length=100)

    def __str__(self):
        return self.code
