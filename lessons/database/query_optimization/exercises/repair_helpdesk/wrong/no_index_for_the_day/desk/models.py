from django.db import models
from django.db.models.functions import Lower


class Agent(models.Model):
    name = models.CharField(max_length=40)


class Customer(models.Model):
    name = models.CharField(max_length=40)
    email = models.EmailField(unique=True)

    class Meta:
        indexes = [models.Index(Lower("email"), name="desk_email_lower")]


class Tag(models.Model):
    name = models.CharField(max_length=20)


class Ticket(models.Model):
    subject = models.CharField(max_length=80)
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="tickets")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="tickets")
    tags = models.ManyToManyField(Tag, related_name="tickets")
    state = models.CharField(max_length=10, default="open")
    opened_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["agent", "state", "-opened_at"], name="desk_board"),
        ]


class Comment(models.Model):
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="comments")
    text = models.TextField()
