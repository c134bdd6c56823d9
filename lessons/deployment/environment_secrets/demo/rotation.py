"""Three ways to change SECRET_KEY, and who is signed in afterwards."""

import secrets
from dataclasses import dataclass

from . import signing, sources
from .models import Customer, Release

WAYS = {
    "with_fallback": "A new key; the old one stays as a fallback",
    "without": "A new key, and the old one is gone",
    "drop": "Take the fallbacks away",
}


@dataclass(frozen=True)
class State:
    customer: Customer
    session: signing.Found
    reset_link: bool
    newsletter_link: bool


def keys_of(release: Release) -> signing.Keys:
    settings = release.settings
    return [settings["SECRET_KEY"], *settings["SECRET_KEY_FALLBACKS"]]


def rotate(way: str) -> Release:
    """Raises sources.Refused. The new key goes where the old one came from."""
    current, *fallbacks = keys_of(sources.running())
    before = sources.texts()
    if way == "drop":
        sources.set_variables(SECRET_KEY_FALLBACKS="")
    else:
        kept = [current, *fallbacks] if way == "with_fallback" else []
        sources.set_where_it_wins("SECRET_KEY", secrets.token_urlsafe(40))
        sources.set_variables(SECRET_KEY_FALLBACKS=",".join(kept))
    try:
        return sources.deploy()
    except sources.Refused:
        sources.save(before)
        raise


def states(keys: signing.Keys) -> list[State]:
    return [
        State(
            customer,
            signing.find_session(customer.session, keys),
            signing.reset_link_works(customer.user, customer.reset_link, keys),
            signing.newsletter_link_works(customer.newsletter_link, keys),
        )
        for customer in Customer.objects.select_related("user").order_by("pk")
    ]


def come_by(customer: Customer, keys: signing.Keys) -> signing.Found:
    """A request of theirs. A session that a fallback has signed is signed anew."""
    found = signing.find_session(customer.session, keys)
    Customer.objects.filter(pk=customer.pk).update(session=found.renewed)
    return found


def sign_in_again(customer: Customer, keys: signing.Keys) -> None:
    """With the password, which hangs on no key. The old letters stay dead; new ones are sent."""
    customer.session = signing.new_session(customer.user, keys)
    customer.reset_link = signing.new_reset_link(customer.user, keys)
    customer.newsletter_link = signing.new_newsletter_link(customer.user, keys)
    customer.save()
