"""What people do in the left-luggage office."""

import re

from lessons.authentication.password_reset.demo.seed import PASSWORDS

NEW = "seven-runner-beans"
HOME = "/authentication/password_reset/"


def sign_in(visitor, username: str = "ada", password: str = ""):
    return visitor.post("login/", {"username": username, "password": password or PASSWORDS[username]})


def ask(visitor, email: str = "ada@analytical.example"):
    return visitor.post("reset/", {"email": email})


def latest_link(visitor) -> str:
    """The path of the link in the last letter."""
    return re.search(r"https?://[^/]+(/\S+)", visitor.mail[-1]["text"])[1]


def use(visitor, link: str, password: str = NEW):
    """Open the link and send the form that it leads to."""
    opened = visitor.get(link)
    return visitor.post(opened.url, {"new_password1": password, "new_password2": password})


def change(visitor, old: str, path: str = "password/", new: str = NEW):
    return visitor.post(path, {"old_password": old, "new_password1": new, "new_password2": new})


def set_bench(visitor, clock_hours: int = 0, key: str = "first", delivery: str = "at_once"):
    return visitor.post("workbench/set/", {"clock_hours": clock_hours, "key": key, "delivery": delivery})
