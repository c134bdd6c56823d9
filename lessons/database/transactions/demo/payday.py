"""Five wages, one of which cannot be paid: the account is closed, and the database says so."""

from contextlib import nullcontext
from dataclasses import dataclass, field

from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.db.transaction import TransactionManagementError

from .models import Account, Entry, Transfer
from .watch import Watch

WAGES = {"Ada": 2_000, "Bruno": 1_500, "Edda": 1_800, "Chiara": 2_200, "Dov": 900}


@dataclass
class Outcome:
    watch: Watch
    told: dict[str, str] = field(default_factory=dict)
    error: str = ""
    paid: list[str] = field(default_factory=list)


def pay(employer: Account, employee: Account, cents: int) -> None:
    transfer = Transfer.objects.create(payer=employer, payee=employee, cents=cents)
    Account.objects.filter(pk=employer.pk).update(balance=F("balance") - cents)
    Entry.objects.create(transfer=transfer, account=employer, cents=-cents)
    Account.objects.filter(pk=employee.pk).update(balance=F("balance") + cents)
    Entry.objects.create(transfer=transfer, account=employee, cents=cents)


# region: payday
def payday(way: str, outcome: Outcome) -> None:
    accounts = {account.owner: account for account in Account.objects.all()}
    employer = accounts["Quay & Sons"]
    # One transaction for all, or none.
    with nullcontext() if way == "each" else transaction.atomic():
        for owner, cents in WAGES.items():
            outcome.watch.step = owner
            try:
                # A savepoint, a transaction of its own, or no way back.
                with transaction.atomic() if way in ("savepoint", "each") else nullcontext():
                    pay(employer, accounts[owner], cents)
            except DatabaseError as error:
                outcome.told[owner] = f"{type(error).__name__}: {error}"
                if way == "all" or isinstance(error, TransactionManagementError):
                    raise
            else:
                outcome.told[owner] = "paid"


# endregion: payday


def attempt(way: str) -> Outcome:
    outcome = Outcome(Watch())
    before = set(Transfer.objects.values_list("pk", flat=True))
    with outcome.watch.on(connection):
        try:
            payday(way, outcome)
        except DatabaseError as error:
            outcome.error = f"{type(error).__name__}: {error}"
    new = Transfer.objects.exclude(pk__in=before).select_related("payee").order_by("pk")
    outcome.paid = [transfer.payee.owner for transfer in new if transfer.entries.count() == 2]
    return outcome
