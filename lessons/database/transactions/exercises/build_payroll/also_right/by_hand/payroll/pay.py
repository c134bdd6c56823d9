from django.db import IntegrityError, transaction
from django.db.models import F
from payroll.mails import mail_wage
from payroll.models import Account, Payment


class Refused(Exception):
    pass


def pay_all(payments, strict):
    paid, known, refused, mails = [], [], {}, []
    with transaction.atomic():
        for payment in payments:
            key, cents = payment["key"], payment["cents"]
            if Payment.objects.filter(key=key).exists():
                known.append(key)
                continue
            account = Account.objects.filter(pk=payment["to"]).first()
            if account is None:
                refused[key] = "no account"
                continue
            mark = transaction.savepoint()
            try:
                firm = Account.objects.filter(owner="firm", balance__gte=cents)
                if not firm.update(balance=F("balance") - cents):
                    refused[key] = "too little"
                    continue
                Account.objects.filter(pk=account.pk).update(balance=F("balance") + cents)
                Payment.objects.create(key=key, account=account, cents=cents)
            except IntegrityError:
                transaction.set_rollback(False)
                transaction.savepoint_rollback(mark)
                refused[key] = "closed"
            else:
                transaction.savepoint_commit(mark)
                paid.append(key)
                mails.append((account, cents))
        if strict and refused:
            raise Refused(refused)
    for account, cents in mails:
        mail_wage(account, cents)
    return {"paid": paid, "known": known, "refused": refused}
