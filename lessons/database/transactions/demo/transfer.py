"""One transfer in six steps, any of which may be the last."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial

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
    there: dict[str, bool] = field(default_factory=dict)

    @property
    def around(self) -> list[Statement]:
        """What belongs to no step: the beginning and the end of a transaction."""
        return [seen for seen in self.watch.statements if not seen.step or seen.kind != "query"]

    @contextmanager
    def step(self, stop: str, slug: str) -> Iterator[None]:
        """What is asked inside belongs to this step; the power is cut at the end of the one named `stop`."""
        self.watch.step = slug
        yield
        self.watch.step = ""
        self.done.append(slug)
        if slug == stop:
            raise PowerCut(f"after “{STEPS[slug]}”")

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
def carry_out(payer: Account, payee: Account, cents: int, late_mail: bool, step) -> None:
    """The steps in their order; `step` may end any of them by a PowerCut."""
    with step("transfer"):
        transfer = Transfer.objects.create(payer=payer, payee=payee, cents=cents)
    with step("take"):
        Account.objects.filter(pk=payer.pk).update(balance=F("balance") - cents)
    with step("debit"):
        Entry.objects.create(transfer=transfer, account=payer, cents=-cents)
    with step("give"):
        Account.objects.filter(pk=payee.pk).update(balance=F("balance") + cents)
    with step("credit"):
        Entry.objects.create(transfer=transfer, account=payee, cents=cents)
    with step("receipt"):
        if late_mail:
            transaction.on_commit(partial(receipt, payee, cents))
        else:
            receipt(payee, cents)


# endregion: steps


def receipt(payee: Account, cents: int) -> None:
    send_mail("Receipt", f"{cents / 100:.2f} to {payee}", None, ["payer@quayside.example"])


def attempt(payer: Account, payee: Account, cents: int, atomic: bool, late_mail: bool, stop: str) -> Outcome:
    """Try it, with or without a transaction around it, and look afterwards at what is there."""
    before = picture(payer, payee)
    outcome = Outcome(Watch())
    with outcome.watch.on(connection):
        try:
            with transaction.atomic() if atomic else nullcontext():
                carry_out(payer, payee, cents, late_mail, partial(outcome.step, stop))
        except Exception as error:  # noqa: BLE001 - whatever it is, the page shows it
            outcome.error = f"{type(error).__name__}: {error}"
    after = picture(payer, payee)
    outcome.there = {step: after[step] != before[step] for step in before}
    # No database can be asked for that.
    outcome.there["receipt"] = "receipt" in outcome.done and (not outcome.error or not (late_mail and atomic))
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
