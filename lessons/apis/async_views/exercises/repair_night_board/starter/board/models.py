from django.db import models


class Operator(models.Model):
    name = models.CharField(max_length=40)
    code = models.CharField(max_length=10, unique=True)
    has_library = models.BooleanField("asked by its blocking library", default=False)

    def __str__(self):
        return self.name
