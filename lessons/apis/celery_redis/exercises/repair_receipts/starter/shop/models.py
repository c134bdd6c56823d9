from django.db import models


class Product(models.Model):
    name = models.CharField(max_length=40)
    cents = models.PositiveIntegerField()
    stock = models.IntegerField()


class Order(models.Model):
    product = models.ForeignKey(Product, on_delete=models.PROTECT)
    email = models.EmailField()
    cents = models.PositiveIntegerField()
    paid = models.BooleanField(default=False)
