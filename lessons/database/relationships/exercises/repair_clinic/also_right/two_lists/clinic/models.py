from django.db import models


class Owner(models.Model):
    name = models.CharField(max_length=40)


class Vet(models.Model):
    name = models.CharField(max_length=40)


class Pet(models.Model):
    name = models.CharField(max_length=40)
    owner = models.ForeignKey(Owner, on_delete=models.PROTECT, related_name="pets")


class Insurance(models.Model):
    pet = models.OneToOneField(Pet, on_delete=models.CASCADE, related_name="insurance")
    company = models.CharField(max_length=40)


class Visit(models.Model):
    pet = models.ForeignKey(Pet, on_delete=models.CASCADE, related_name="visits")
    vet = models.ForeignKey(Vet, on_delete=models.SET_NULL, null=True, blank=True, related_name="visits")
    reason = models.CharField(max_length=60)
