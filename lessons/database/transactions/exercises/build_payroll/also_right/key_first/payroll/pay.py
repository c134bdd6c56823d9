from django.db import IntegrityError, transaction
from django.db.models import F
from payroll.mails import mail_wage
from payroll.models import Account, Payment


class Refused(Exception):
    pass


def one(payment):
    cents = payment["cents"]
    account = Account.objects.filter(pk=payment["to"]).first()
    if account is None:
        return "no account"
    try:
        with transaction.atomic():
            _, new = Payment.objects.get_or_create(
                key=payment["key"], defaults={"account": account, "cents": cents}
            )
            if not new:
                return "known"
            Account.objects.filter(pk=account.pk).update(balance=F("balance") + cents)
            if not Account.objects.filter(owner="firm", balance__gte=cents).update(
                balance=F("balance") - cents
            ):
                transaction.set_rollback(True)
                return "too little"
            transaction.on_commit(lambda: mail_wage(account, cents))
    except IntegrityError:
        return "closed"
    return "paid"


@transaction.atomic
def pay_all(payments, strict):
    told = {"paid": [], "known": [], "refused": {}}
    for payment in payments:
        word = one(payment)
        if word in ("paid", "known"):
            told[word].append(payment["key"])
        else:
            told["refused"][payment["key"]] = word
    if strict and told["refused"]:
        raise Refused(told["refused"])
    return told
