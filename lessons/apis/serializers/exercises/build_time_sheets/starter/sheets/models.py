from django.db import models


class Employee(models.Model):
    name = models.CharField(max_length=40)


class Project(models.Model):
    code = models.CharField(max_length=8, unique=True)


class Sheet(models.Model):
    employee = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="sheets")
    monday = models.DateField()
    approved = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["employee", "monday"], name="one_a_week")]


class Entry(models.Model):
    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="entries")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="entries")
    minutes = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=80, blank=True)
