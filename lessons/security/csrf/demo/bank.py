"""Moving money: one transaction, two rows."""

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F

from .models import Account, Transfer


class NotEnough(Exception):
    """The sender has less than that."""


@transaction.atomic
def move(sender: User, recipient: Account, amount: int) -> Transfer:
    """Raises NotEnough."""
    mine = Account.objects.get(owner=sender)
    if not Account.objects.filter(pk=mine.pk, balance__gte=amount).update(balance=F("balance") - amount):
        raise NotEnough(f"There are only {mine.balance} left.")
    Account.objects.filter(pk=recipient.pk).update(balance=F("balance") + amount)
    return Transfer.objects.create(sender=mine, recipient=recipient, amount=amount)
