from django.conf import settings
from django.db import models
from django.utils import timezone


class Locker(models.Model):
    owner = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="locker")
    number = models.PositiveSmallIntegerField(unique=True)
    contents = models.CharField(max_length=120)

    def __str__(self) -> str:
        return f"Locker {self.number}"


class SentLink(models.Model):
    """A link that went out by mail, and what its hash was made of at that moment.

    Django stores nothing about a token, and a real site must not either: until it is used, the link is
    as good as the password. This table is here for the page that takes links apart.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sent_links")
    uidb64 = models.CharField(max_length=40)
    token = models.CharField(max_length=60)
    sent_at = models.DateTimeField(default=timezone.now)
    password = models.CharField(max_length=36)  # the beginning of the stored hash: enough to see a change
    last_login = models.CharField(max_length=40)
    email = models.EmailField()

    def __str__(self) -> str:
        return f"Link for {self.user}"


class Bench(models.Model):
    """What the workbench can turn. One row; as it stands at first, everything is Django's own."""

    class Key(models.TextChoices):
        FIRST = "first", "SECRET_KEY, as always"
        WITH_FALLBACK = "with_fallback", "A new key, the old one in SECRET_KEY_FALLBACKS"
        ALONE = "alone", "A new key alone"

    class Delivery(models.TextChoices):
        AT_ONCE = "at_once", "In the request; the mail server is quick"
        SLOW = "slow", "In the request; the mail server takes 0.8 s"
        BACKGROUND = "background", "After the request; the mail server takes 0.8 s"

    clock_hours = models.PositiveSmallIntegerField(default=0)
    key = models.CharField(max_length=13, choices=Key, default=Key.FIRST)
    delivery = models.CharField(max_length=10, choices=Delivery, default=Delivery.AT_ONCE)

    def __str__(self) -> str:
        return "The workbench"

    @classmethod
    def current(cls) -> "Bench":
        return cls.objects.get(pk=1)

    @property
    def secret(self) -> str:
        return settings.SECRET_KEY if self.key == self.Key.FIRST else f"{settings.SECRET_KEY}/second"

    @property
    def secret_fallbacks(self) -> list[str]:
        return [settings.SECRET_KEY] if self.key == self.Key.WITH_FALLBACK else []
