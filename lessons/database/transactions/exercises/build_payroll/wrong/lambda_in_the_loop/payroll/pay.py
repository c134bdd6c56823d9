from django.db import IntegrityError, transaction
from django.db.models import F
from payroll.mails import mail_wage
from payroll.models import Account, Payment


class Refused(Exception):
    """The first argument is a dict: what was refused, and why."""


class No(Exception):
    """This one cannot be paid."""


def pay_all(payments, strict):
    told = {"paid": [], "known": [], "refused": {}}
    with transaction.atomic():
        for payment in payments:
            key = payment["key"]
            if Payment.objects.filter(key=key).exists():
                told["known"].append(key)
                continue
            try:
                with transaction.atomic():
                    account = pay(key, payment["to"], payment["cents"])
            except No as no:
                told["refused"][key] = str(no)
            except IntegrityError:
                told["refused"][key] = "closed"
            else:
                told["paid"].append(key)
                transaction.on_commit(lambda: mail_wage(account, payment["cents"]))
        if strict and told["refused"]:
            raise Refused(told["refused"])
    return told


def pay(key, to, cents):
    account = Account.objects.filter(pk=to).first()
    if account is None:
        raise No("no account")
    firm = Account.objects.filter(owner="firm", balance__gte=cents)
    if not firm.update(balance=F("balance") - cents):
        raise No("too little")
    Account.objects.filter(pk=to).update(balance=F("balance") + cents)
    Payment.objects.create(key=key, account=account, cents=cents)
    return account
