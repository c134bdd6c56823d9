from payroll.models import Account


def seed():
    Account.objects.create(owner="firm", email="firm@example.com", balance=100_000)
    for name in ("ada", "bo", "cleo"):
        Account.objects.create(owner=name, email=f"{name}@example.com")
    Account.objects.create(owner="dan", email="dan@example.com", closed=True)
