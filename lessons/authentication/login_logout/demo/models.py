from django.conf import settings
from django.db import models
from django.utils import timezone


class Book(models.Model):
    title = models.CharField(max_length=120, unique=True)
    author = models.CharField(max_length=80)
    year = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return self.title

    @property
    def tone(self) -> int:
        """Which of the six covers of the style sheet the book wears, 0 to 5."""
        return self.pk % 6


class Loan(models.Model):
    """A book that a reader took home. It belongs to the account, so it outlives every session."""

    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="loans")
    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="loans")
    borrowed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reader", "book"], name="one_loan_a_book")]

    def __str__(self) -> str:
        return f"{self.book} for {self.reader}"


class SessionEvent(models.Model):
    """What happened to a browser's session: the audit trail of signing in and out.

    Only the first characters of a key are kept. A session key is as good as a password for as long as
    its row lives, so it has no business in a log.
    """

    class Kind(models.TextChoices):
        SIGNED_UP = "signed_up", "signed up"
        SIGNED_IN = "signed_in", "signed in"
        REPLACED = "replaced", "signed in over somebody else"
        REFUSED = "refused", "was refused"
        SIGNED_OUT = "signed_out", "signed out"
        ENDED_OTHERS = "ended_others", "ended the other sessions"

    at = models.DateTimeField(default=timezone.now, db_index=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    username = models.CharField(max_length=150)
    key_before = models.CharField(max_length=8, blank=True)
    key_after = models.CharField(max_length=8, blank=True)

    def __str__(self) -> str:
        return f"{self.username} {self.get_kind_display()}"
