from django.db import models
from django.utils import timezone
from django.utils.crypto import get_random_string


class Rendering(models.TextChoices):
    OPEN = "open", "as they came: |safe"
    ESCAPED = "escaped", "escaped, and nothing else"
    FIXED = "fixed", "right for each place"


class Policy(models.TextChoices):
    NONE = "none", "no policy"
    SCRIPTS = "scripts", "scripts with a nonce"
    STRICT = "strict", "nothing but what the page needs"


class Asking(models.TextChoices):
    GLUED = "glued", "glued together: an f-string"
    PARAMETERS = "parameters", "raw SQL with parameters"
    ORM = "orm", "the ORM"


class Switches(models.Model):
    """How the shop is built at the moment. One row, with the key 1."""

    rendering = models.CharField(max_length=10, choices=Rendering, default=Rendering.OPEN)
    policy = models.CharField(max_length=10, choices=Policy, default=Policy.NONE)
    httponly = models.BooleanField(default=False)
    asking = models.CharField(max_length=10, choices=Asking, default=Asking.GLUED)

    def __str__(self) -> str:
        cookie = "HttpOnly" if self.httponly else "readable"
        return f"entries {self.rendering}, policy {self.policy}, pass {cookie}, search {self.asking}"

    @classmethod
    def current(cls) -> "Switches":
        return cls.objects.get(pk=1)


def new_pass() -> str:
    return get_random_string(16)


class ReadersPass(models.Model):
    """What the shop knows a reader by: the cookie holds the key, and who has the key is the reader."""

    reader = models.CharField(max_length=40)
    key = models.CharField(max_length=16, unique=True, default=new_pass)

    def __str__(self) -> str:
        return self.reader


class Comment(models.Model):
    name = models.CharField(max_length=300)
    homepage = models.CharField(max_length=300, blank=True)
    text = models.TextField(max_length=2000)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.name}: {self.text[:40]}"


class Loot(models.Model):
    """What arrived at the thief's."""

    text = models.CharField(max_length=500)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.text[:60]


class Report(models.Model):
    """A browser's report of what the policy made it refuse."""

    directive = models.CharField(max_length=60)
    blocked = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.directive}: {self.blocked}"


class Book(models.Model):
    title = models.CharField(max_length=100)
    author = models.CharField(max_length=100)
    price = models.DecimalField(max_digits=6, decimal_places=2)
    is_public = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.title


class Staff(models.Model):
    name = models.CharField(max_length=40, unique=True)
    pin = models.CharField(max_length=4)

    def __str__(self) -> str:
        return self.name
