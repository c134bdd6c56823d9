"""Lantern Walks, three providers and their accounts. Run as often as you like."""

import secrets

from allauth.account.models import EmailAddress
from allauth.idp.oidc.models import Client
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.contrib.auth.models import User

from .models import Person, Policy, StandIn, Walk
from .project import client_secret

PASSWORDS = {"ada": "analytical-engine"}
STAND_INS = {"google": "Google", "facebook": "Facebook", "github": "GitHub"}
# Where, who, name at the provider, address, and whether the provider has checked it.
PEOPLE = [
    ("google", "grace", "Grace Hopper", "grace@navy.example", True),
    ("google", "ada", "Ada Lovelace", "ada@analytical.example", True),
    ("facebook", "grace", "Grace H.", "grace@navy.example", True),
    ("facebook", "mallory", "Mallory", "ada@analytical.example", False),
    ("github", "ghopper", "Grace Hopper", "grace@navy.example", True),
    ("github", "nemo", "Nemo", "nemo@nautilus.example", False),
]
WALKS = [
    ("Up to the old signal tower", "Harbour steps, at dusk"),
    ("Along the canal, locks one to seven", "The iron bridge, at nine"),
    ("The quiet streets behind the market", "Market hall, at ten"),
]


def seed() -> None:
    Policy.objects.get_or_create(pk=1)
    for title, where in WALKS:
        Walk.objects.get_or_create(title=title, defaults={"where": where})
    ada, _ = User.objects.get_or_create(username="ada")
    ada.email = "ada@analytical.example"
    ada.set_password(PASSWORDS["ada"])
    ada.save()
    EmailAddress.objects.update_or_create(
        user=ada, email=ada.email, defaults={"verified": True, "primary": True}
    )
    for slug, name in STAND_INS.items():
        _open(slug, name)
    for slug, handle, name, email, verified in PEOPLE:
        if not Person.objects.filter(stand_in_id=slug, handle=handle).exists():
            settle(StandIn.objects.get(pk=slug), handle, name, email, email_verified=verified)


def _open(slug: str, name: str) -> None:
    stand_in = StandIn.objects.filter(pk=slug).first()
    if stand_in is None:
        stand_in = StandIn.objects.create(slug=slug, name=name, private_key=_new_key())
    if not Client.objects.filter(pk=stand_in.client_id).exists():
        client = Client(id=stand_in.client_id, name="Lantern Walks", scopes="openid\nprofile\nemail")
        client.set_secret(client_secret(slug))
        client.save()


def settle(stand_in: StandIn, handle: str, name: str, email: str, *, email_verified: bool = False) -> Person:
    """A new account at a provider. Its `auth_user` has no address: it is nobody on our own site."""
    sub = str(secrets.randbelow(9 * 10**19) + 10**19)
    user = User.objects.create(username=f"{stand_in.slug}-{sub}")
    user.set_unusable_password()
    user.save()
    return Person.objects.create(
        stand_in=stand_in,
        user=user,
        sub=sub,
        handle=handle,
        name=name,
        email=email,
        email_verified=email_verified,
    )


def _new_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
