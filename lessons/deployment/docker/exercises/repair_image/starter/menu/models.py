from django.db import models


class Tea(models.Model):
    name = models.CharField(max_length=40)
