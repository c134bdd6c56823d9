from django.conf import settings
from django.db import models


class Room(models.Model):
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=40)
    about = models.CharField(max_length=120)
    # Nobody named: everybody who is signed in may come in.
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="rooms", blank=True)
    last_number = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class Message(models.Model):
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    number = models.PositiveIntegerField()
    key = models.CharField(max_length=36)  # made by the sender, before it is sent
    text = models.CharField(max_length=500)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "number"], name="one_message_a_number"),
            models.UniqueConstraint(fields=["room", "author", "key"], name="sent_once"),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class Presence(models.Model):
    """One connection in one room. Not "one user": people have two tabs."""

    connection = models.CharField(max_length=100, unique=True)  # the consumer's channel name
    room = models.ForeignKey(Room, on_delete=models.CASCADE)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    dropped = models.BooleanField(default=False)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user} in {self.room}"


class Line(models.Model):
    """The telephone line of a hut. While a storm has it down, no handshake gets through."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    down_until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user}'s line"
