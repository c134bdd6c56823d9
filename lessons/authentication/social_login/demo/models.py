"""Three parties in one database: the walks' own rows, the providers' accounts, and what was seen between."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Walk(models.Model):
    title = models.CharField(max_length=80)
    where = models.CharField(max_length=80)
    walkers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="walks", blank=True)

    def __str__(self) -> str:
        return self.title


class Policy(models.Model):
    """What this site does with the addresses that providers send. One row; a real project has settings."""

    email_authentication = models.BooleanField(
        "Sign in to the account that has the same address (SOCIALACCOUNT_EMAIL_AUTHENTICATION)", default=False
    )
    trust_addresses = models.BooleanField(
        "Take every address from a provider for verified (verified_email)", default=False
    )
    stop_between = models.BooleanField(
        "Stop at each redirect, so that I can change what it carries", default=False
    )

    def __str__(self) -> str:
        return "The policy"

    @classmethod
    def current(cls) -> "Policy":
        return cls.objects.get(pk=1)


class StandIn(models.Model):
    """A provider that runs here, with a key of its own and one registered client: this site."""

    slug = models.SlugField(primary_key=True)
    name = models.CharField(max_length=20)
    private_key = models.TextField()  # PEM

    def __str__(self) -> str:
        return self.name

    @property
    def provider_id(self) -> str:
        return f"{self.slug}-stand-in"

    @property
    def client_id(self) -> str:
        return f"lantern-walks-at-{self.slug}"


class Person(models.Model):
    """An account at a provider. The row of auth_user is what allauth.idp.oidc issues tokens for."""

    stand_in = models.ForeignKey(StandIn, on_delete=models.CASCADE, related_name="people")
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="person")
    sub = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    handle = models.SlugField(max_length=30)
    email = models.EmailField()
    email_verified = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.name} at {self.stand_in}"


class Dance(models.Model):
    """One attempt to sign in with a provider, from the button to its end."""

    provider_id = models.CharField(max_length=40)
    provider = models.CharField(max_length=20)
    state = models.CharField(max_length=64, blank=True)
    begun_at = models.DateTimeField(default=timezone.now)
    worked = models.BooleanField(null=True)
    outcome = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.provider} #{self.pk}"


class Hop(models.Model):
    """One request of a dance, with the values that it carried."""

    class Kind(models.TextChoices):
        DISCOVERY = "discovery", "The site asks where the provider’s doors are"
        OUT = "out", "The site sends the browser to the provider"
        BACK = "back", "The provider sends the browser back"
        TOKEN = "token", "The site redeems the code"
        USERINFO = "userinfo", "The site asks who it is"
        AGAIN = "again", "The site redeems the same code again"

    dance = models.ForeignKey(Dance, on_delete=models.CASCADE, related_name="hops")
    kind = models.CharField(max_length=10, choices=Kind)
    method = models.CharField(max_length=6)
    url = models.CharField(max_length=400)
    sent = models.JSONField(default=dict)
    status = models.PositiveSmallIntegerField(null=True)
    got = models.JSONField(default=dict)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.get_kind_display()
