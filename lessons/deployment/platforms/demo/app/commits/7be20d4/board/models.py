from django.db import models


class Sock(models.Model):
    name = models.CharField(max_length=60)
    place = models.CharField(max_length=40)
    picture = models.FileField(upload_to="socks", blank=True)
    colour = models.CharField(max_length=20, default="grey")
