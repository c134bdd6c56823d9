"""One transfer in six steps, any of which may be the last."""

from contextlib import nullcontext
from dataclasses import dataclass, field

from django.core.mail import send_mail
from django.db import connection, transaction
from django.db.models import F

from .models import Account, Entry, Transfer
from .watch import Statement, Watch

STEPS = {
    "transfer": "Write the transfer down",
    "take": "Take it from the payer",
    "debit": "Enter it in the payer's ledger",
    "give": "Give it to the payee",
    "credit": "Enter it in the payee's ledger",
    "receipt": "Mail a receipt",
}


class PowerCut(Exception):
    """In place of whatever can go wrong between two lines: a bug, a timeout, a process that is stopped."""


@dataclass
class Outcome:
    watch: Watch
    error: str = ""
    done: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    there: dict[str, bool] = field(default_factory=dict)

    @property
    def around(self) -> list[Statement]:
        """What belongs to no step: the beginning and the end of a transaction."""
        return [seen for seen in self.watch.statements if not seen.step or seen.kind != "query"]

    def steps(self) -> list[dict]:
        """Each step: whether it was done, what it asked, and whether its effect is there now."""
        return [
            {
                "title": title,
                "done": slug in self.done,
                "there": self.there.get(slug, False),
                "statements": [
                    seen for seen in self.watch.statements if seen.step == slug and seen.kind == "query"
                ],
            }
            for slug, title in STEPS.items()
        ]


# region: steps
def carry_out(payer: Account, payee: Account, cents: int, late_mail: bool, stop: str, outcome: Outcome):
    """The steps in their order; the power is cut after the one named `stop`."""

    def receipt() -> None:
        send_mail("Receipt", f"{cents / 100:.2f} to {payee}", None, ["payer@quayside.example"])
        outcome.sent.append("receipt")

    def done(step: str) -> None:
        outcome.done.append(step)
        if step == stop:
            raise PowerCut(f"after “{STEPS[step]}”")

    outcome.watch.step = "transfer"
    transfer = Transfer.objects.create(payer=payer, payee=payee, cents=cents)
    done("transfer")
    outcome.watch.step = "take"
    Account.objects.filter(pk=payer.pk).update(balance=F("balance") - cents)
    done("take")
    outcome.watch.step = "debit"
    Entry.objects.create(transfer=transfer, account=payer, cents=-cents)
    done("debit")
    outcome.watch.step = "give"
    Account.objects.filter(pk=payee.pk).update(balance=F("balance") + cents)
    done("give")
    outcome.watch.step = "credit"
    Entry.objects.create(transfer=transfer, account=payee, cents=cents)
    done("credit")
    outcome.watch.step = "receipt"
    if late_mail:
        transaction.on_commit(receipt)
    else:
        receipt()
    done("receipt")


# endregion: steps


def attempt(payer: Account, payee: Account, cents: int, atomic: bool, late_mail: bool, stop: str) -> Outcome:
    """Try it, with or without a transaction around it, and look afterwards at what is there."""
    before = picture(payer, payee)
    outcome = Outcome(Watch())
    with outcome.watch.on(connection):
        try:
            with transaction.atomic() if atomic else nullcontext():
                carry_out(payer, payee, cents, late_mail, stop, outcome)
                outcome.watch.step = ""
        except Exception as error:  # noqa: BLE001 - whatever it is, the page shows it
            outcome.error = f"{type(error).__name__}: {error}"
    after = picture(payer, payee)
    outcome.there = {step: after[step] != before[step] for step in before}
    outcome.there["receipt"] = bool(outcome.sent)
    return outcome


def picture(payer: Account, payee: Account) -> dict[str, int]:
    """What each step would change."""
    balances = dict(Account.objects.values_list("pk", "balance"))
    return {
        "transfer": Transfer.objects.count(),
        "take": balances[payer.pk],
        "debit": payer.entries.count(),
        "give": balances[payee.pk],
        "credit": payee.entries.count(),
    }
