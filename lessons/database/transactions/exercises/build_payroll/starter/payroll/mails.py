from django.core.mail import send_mail


def mail_wage(account, cents):
    send_mail("Your wage", f"{cents / 100:.2f}", "firm@example.com", [account.email])
