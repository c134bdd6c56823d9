"""Four customers and their lockers. Run as often as you like."""

from django.contrib.auth.models import User

from .models import Bench, Locker

PASSWORDS = {"ada": "analytical-engine", "grace": "nanosecond-wire"}

PEOPLE = [
    ("ada", "ada@analytical.example", 14, "A brass telescope, in oilcloth"),
    ("grace", "grace@navy.example", 27, "Thirty centimetres of wire, labelled “one nanosecond”"),
    ("hal", "hal@discovery.example", 9, "A red lens"),
    ("ivy", "ivy@gate.example", 33, "Somebody else’s umbrella"),
]


def seed() -> None:
    Bench.objects.get_or_create(pk=1)
    for username, email, number, contents in PEOPLE:
        user, _ = User.objects.get_or_create(username=username, defaults={"email": email})
        if username in PASSWORDS:
            user.set_password(PASSWORDS[username])
        else:
            user.set_unusable_password()
        user.save()
        Locker.objects.update_or_create(owner=user, defaults={"number": number, "contents": contents})
    # hal has a password and no right to use it; ivy comes in by single sign-on and has none.
    hal = User.objects.get(username="hal")
    hal.set_password("open-the-pod-bay")
    hal.is_active = False
    hal.save()
