"""Two customers. Run as often as you like."""

from django.contrib.auth.models import User

from .models import Account, Defences

CUSTOMERS = {"ada": ("copper-kettle", 1_000), "mallory": ("nine-lives", 0)}


def seed() -> None:
    for username, (password, balance) in CUSTOMERS.items():
        user, _ = User.objects.get_or_create(username=username)
        user.set_password(password)
        user.save()
        Account.objects.update_or_create(owner=user, defaults={"balance": balance})
    Defences.objects.get_or_create(pk=1)
