from django.db import models


class Borrower(models.Model):
    name = models.CharField(max_length=40, unique=True)
    password = models.CharField(max_length=128)

    def __str__(self):
        return self.name
