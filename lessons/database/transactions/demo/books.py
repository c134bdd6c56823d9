"""Does the money add up? What the accounts say, against what the ledger says."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from .models import JAR, Account, Entry, Transfer


@dataclass
class Audit:
    accounts: list[Account]  # each with `booked`: opening and entries
    opening: int
    balance: int
    halves: int

    @property
    def wrong(self) -> list[Account]:
        return [account for account in self.accounts if account.balance != account.booked]

    @property
    def missing(self) -> int:
        return self.opening - self.balance

    @property
    def is_right(self) -> bool:
        return not self.wrong and not self.missing and not self.halves


def audit() -> Audit:
    booked = F("opening") + Coalesce(Sum("entries__cents"), 0)
    accounts = list(Account.objects.exclude(owner=JAR).annotate(booked=booked).order_by("pk"))
    halves = sum(not transfer.is_whole for transfer in transfers())
    return Audit(
        accounts,
        sum(account.opening for account in accounts),
        sum(account.balance for account in accounts),
        halves,
    )


def transfers() -> list[Transfer]:
    found = list(
        Transfer.objects.annotate(sum=Sum("entries__cents")).select_related("payer", "payee").order_by("-pk")
    )
    for transfer in found:
        transfer.is_whole = transfer.entries.count() == 2 and transfer.sum == 0
    return found


@transaction.atomic
def put_right() -> None:
    """As on the first day."""
    Entry.objects.all().delete()
    Transfer.objects.all().delete()
    Account.objects.update(balance=F("opening"), version=0)
