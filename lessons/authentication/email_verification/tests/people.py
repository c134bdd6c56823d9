"""What people do at the harbour."""

import re

from django.core.cache import cache

from lessons.authentication.email_verification.demo.seed import PASSWORDS

HOME = "/authentication/email_verification/"
PASSWORD = "seven-runner-beans"


def sign_up(visitor, username: str = "mary", email: str = "mary@quay.example"):
    data = {"username": username, "email": email, "password1": PASSWORD}
    return visitor.post("accounts/signup/", data)


def sign_in(visitor, username: str, password: str = ""):
    data = {"login": username, "password": password or PASSWORDS.get(username, PASSWORD)}
    return visitor.post("accounts/login/", data)


def pin(visitor, text: str = "A net to mend."):
    return visitor.post("pin/", {"text": text})


def set_house(visitor, way: str = "link", lifetime: str = "usual"):
    return visitor.post("register/house/", {"way": way, "lifetime": lifetime})


def latest_link(visitor) -> str:
    """The path of the link in the last letter."""
    return re.search(r"https?://[^/]+(/\S+)", visitor.mail[-1]["text"])[1]


def latest_code(visitor) -> str:
    return re.search(r"^[B-Z]{4}-[B-Z]{4}$", visitor.mail[-1]["text"], re.MULTILINE)[0]


def enter(visitor, code: str):
    return visitor.post("accounts/confirm-email/", {"action": "verify", "code": code})


def change_address(visitor, email: str):
    return visitor.post("accounts/email/", {"action_add": "", "email": email})


def wait() -> None:
    """Long enough for every throttle."""
    cache.clear()
