from django.db import models


class Order(models.Model):
    what = models.CharField(max_length=40)

    def __str__(self):
        return self.what
