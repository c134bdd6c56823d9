from django.db import models


class Label(models.Model):
    name = models.CharField(max_length=20, unique=True)


class Task(models.Model):
    class State(models.TextChoices):
        TODO = "todo"
        DOING = "doing"
        DONE = "done"

    title = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=State, default=State.TODO)
    labels = models.ManyToManyField(Label, blank=True, related_name="tasks")
    version = models.PositiveIntegerField(default=1)
