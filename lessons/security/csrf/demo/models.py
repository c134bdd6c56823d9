from django.contrib.auth.models import User
from django.db import models


class Account(models.Model):
    owner = models.OneToOneField(User, on_delete=models.CASCADE, related_name="savings")
    balance = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(name="csrf_balance_not_negative", condition=models.Q(balance__gte=0))
        ]

    def __str__(self) -> str:
        return f"{self.owner.username}: {self.balance}"


class Transfer(models.Model):
    sender = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="sent")
    recipient = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="received")
    amount = models.PositiveIntegerField()
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.amount} from {self.sender.owner.username} to {self.recipient.owner.username}"


class Defences(models.Model):
    """One row: what a project says in its settings and decorators, so that you can flip it here."""

    class View(models.TextChoices):
        EXEMPT = "exempt", "@csrf_exempt"
        PROTECTED = "protected", "CsrfViewMiddleware checks it"

    class SameSite(models.TextChoices):
        STRICT = "Strict", "Strict"
        LAX = "Lax", "Lax (Django’s default)"
        NONE = "None", "None"
        ABSENT = "", "no attribute"

    view = models.CharField("the views that move money", max_length=10, choices=View, default=View.EXEMPT)
    samesite = models.CharField(
        "SameSite of sessionid and csrftoken",
        max_length=6,
        choices=SameSite,
        default=SameSite.LAX,
        blank=True,
    )
    trusts_attacker = models.BooleanField("CSRF_TRUSTED_ORIGINS lists the other site", default=False)
    links_pay = models.BooleanField("a payment link pays at once, by GET", default=True)

    def __str__(self) -> str:
        return f"{self.view}, SameSite={self.samesite or 'absent'}"

    @classmethod
    def current(cls) -> "Defences":
        return cls.objects.get_or_create(pk=1)[0]


class Arrival(models.Model):
    """A request to move money: what it carried, and what became of it."""

    class Outcome(models.TextChoices):
        MOVED = "moved", "money moved"
        REFUSED = "refused", "refused by the CSRF check"
        SIGNED_OUT = "signed_out", "nobody was signed in"
        NOTHING = "nothing", "nothing moved"

    at = models.DateTimeField(auto_now_add=True)
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=100)
    origin = models.CharField(max_length=200, blank=True)
    referer = models.CharField(max_length=200, blank=True)
    fetch_site = models.CharField(max_length=20, blank=True)
    cookies = models.CharField(max_length=100, blank=True)
    token = models.CharField(max_length=20)
    outcome = models.CharField(max_length=10, choices=Outcome)
    reason = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.method} {self.path}: {self.outcome}"
