from django.db import transaction

from .models import JAR, Account

ACCOUNTS = {"Quay & Sons": 500_000, "Ada": 120_000, "Bruno": 40_000, "Chiara": 80_000, "Dov": 15_000}


@transaction.atomic
def seed() -> None:
    for owner, cents in ACCOUNTS.items():
        Account.objects.create(owner=owner, opening=cents, balance=cents)
    Account.objects.create(owner="Edda", opening=0, balance=0, closed=True)
    Account.objects.create(owner=JAR, opening=80_000, balance=80_000)
