"""What people do at the walks, and at the providers."""

import re
from typing import Any
from urllib.parse import urlsplit

from lessons.authentication.social_login.demo.models import Dance, Person

HOME = "/authentication/social_login/"


def local(url: str) -> str:
    """An address without its origin, for the test client."""
    parts = urlsplit(url)
    return parts._replace(scheme="", netloc="").geturl()


def begin(visitor, slug: str = "google", process: str = "login"):
    """The button. Answers with the redirect to the provider, or to the page between."""
    return visitor.post(f"accounts/oidc/{slug}-stand-in/login/?process={process}")


def consent(visitor, address: str, handle: str, action: str = "grant", scopes: Any = None):
    """At the provider: choose who one is, and answer. Gives the redirect back."""
    slug = re.search(r"/at/(\w+)/", address)[1]
    with visitor.world():
        person = Person.objects.get(stand_in=slug, handle=handle).pk
    front = local(address).partition("/authorize/")[0]
    chosen = visitor.post(f"{front}/choose/", {"person": person, "next": local(address)})
    page = visitor.get(chosen.url)
    assert page.status_code == 200, page.text
    data = {"request": re.search(r'name="request" value="([^"]+)"', page.text)[1], "action": action}
    return visitor.post(f"{front}/authorize/", data | {"scopes": scopes or ["openid", "profile", "email"]})


def dance(visitor, slug: str = "google", handle: str = "grace", process: str = "login"):
    """From the button to the callback's answer."""
    back = consent(visitor, begin(visitor, slug, process).url, handle)
    return visitor.get(local(back.headers["Location"]))


def sign_in(visitor):
    return visitor.post("accounts/login/", {"login": "ada", "password": "analytical-engine"})


def sign_out(visitor):
    return visitor.post("accounts/logout/")


def set_policy(visitor, *names: str):
    return visitor.post("policy/", dict.fromkeys(names, "on"))


def latest(visitor) -> Dance:
    with visitor.world():
        return Dance.objects.prefetch_related("hops").first()
