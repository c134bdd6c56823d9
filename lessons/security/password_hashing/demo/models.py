from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import BasePasswordHasher, check_password, make_password
from django.db import models
from django.utils import timezone

from .hashers import METHODS, POLICIES


class Policy(models.Model):
    """The hasher that new hashes are made with. A project says it with the first of PASSWORD_HASHERS."""

    hasher_name = models.CharField(max_length=20, default="pbkdf2_1m")

    def __str__(self) -> str:
        return POLICIES[self.hasher_name][0]

    @classmethod
    def current(cls) -> "Policy":
        return cls.objects.get(pk=1)

    @property
    def hasher(self) -> BasePasswordHasher:
        return POLICIES[self.hasher_name][1]


class Member(AbstractBaseUser):
    """As AbstractBaseUser, but that the preferred hasher can be chosen while the demo runs."""

    name = models.CharField(max_length=40, unique=True)
    last_login = None
    USERNAME_FIELD = "name"

    def __str__(self) -> str:
        return self.name

    def try_password(self, raw: str, preferred: BasePasswordHasher) -> bool:
        """True if it is right; then a hash that is not as `preferred` makes them is replaced."""

        def setter(raw: str) -> None:
            self.password = make_password(raw, hasher=preferred)
            self.save(update_fields=["password"])

        return check_password(raw, self.password, setter, preferred=preferred)


class Attempt(models.Model):
    """A sign-in. Of the hash only the part before the salt is kept."""

    at = models.DateTimeField(default=timezone.now)
    name = models.CharField(max_length=40)
    accepted = models.BooleanField()
    before = models.CharField(max_length=60, blank=True)
    after = models.CharField(max_length=60, blank=True)
    ms = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.name} {'accepted' if self.accepted else 'refused'}"


class Measurement(models.Model):
    """How long one guess takes on this machine, in seconds."""

    method = models.CharField(max_length=20, unique=True)
    guesses = models.PositiveIntegerField()
    seconds_a_guess = models.FloatField()

    def __str__(self) -> str:
        return f"{METHODS[self.method].label}: {self.seconds_a_guess:.3g} s"


class LeakedRow(models.Model):
    """A row of the table that got out, once for each way in which it could have been stored."""

    method = models.CharField(max_length=20)
    name = models.CharField(max_length=40)
    encoded = models.CharField(max_length=128)
    found = models.CharField(max_length=128, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["method", "name"], name="one_leak_a_name")]

    def __str__(self) -> str:
        return f"{self.name} ({self.method})"


class Raid(models.Model):
    """How far the attacker has come with one method. `cursor` counts pairs of word and row."""

    method = models.CharField(max_length=20, unique=True)
    cursor = models.PositiveIntegerField(default=0)
    guesses = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0)

    def __str__(self) -> str:
        return f"{self.method}: {self.guesses} guesses"
