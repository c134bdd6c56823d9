"""Five members, and one leaked table stored in six ways. Run as often as you like."""

from django.contrib.auth.hashers import make_password

from .hashers import METHODS, POLICIES
from .models import LeakedRow, Member, Policy

# What they type. A real club would not know.
PASSWORDS = {
    "ada": "dragonfly",
    "ben": "dragonfly",
    "cora": "seven-oars-at-dawn",
    "dora": None,
    "edith": "coxless-quad-scull",
}
STORED_BY = {
    "ada": METHODS["unsalted_md5"].hasher,
    "ben": METHODS["unsalted_md5"].hasher,
    "cora": POLICIES["pbkdf2_600k"][1],
    "dora": "default",  # no password: make_password(None) asks no hasher
    "edith": POLICIES["pbkdf2_1m"][1],
}
LEAKED = ("ada", "ben", "cora")


def seed() -> None:
    Policy.objects.update_or_create(pk=1, defaults={"hasher_name": "pbkdf2_1m"})
    for name, raw in PASSWORDS.items():
        hasher = STORED_BY[name]
        Member.objects.update_or_create(name=name, defaults={"password": make_password(raw, hasher=hasher)})
    for method in METHODS.values():
        for name in LEAKED:
            encoded = make_password(PASSWORDS[name], hasher=method.hasher)
            LeakedRow.objects.update_or_create(
                method=method.slug, name=name, defaults={"encoded": encoded, "found": ""}
            )
