from django.db import models


class Order(models.Model):
    customer = models.CharField(max_length=40)
    what = models.CharField(max_length=80)
    done = models.BooleanField(default=False)
