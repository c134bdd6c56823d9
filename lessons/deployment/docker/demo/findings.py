"""What is said of a Dockerfile: by hadolint, and by looking into the image that it would make."""

import hashlib
import posixpath
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache

from .cache import State
from .reading import Step

NOT_IN_AN_IMAGE = (".env", ".git", "db.sqlite3", "id_rsa", ".pem", ".key")
SECRET_WORDS = ("secret", "password", "token", "passwd", "api_key", "private_key")


@dataclass
class Finding:
    code: str
    level: str
    line: int
    message: str


# region: hadolint
def lint(jail: Any, text: str) -> tuple[list[Finding], str]:
    """hadolint's findings, or the reason why it was not asked. It runs in the jail, on this text alone."""
    if jail is None:
        return [], "There is no hadolint where this demo runs by itself."
    key = "hadolint" + hashlib.sha256(text.encode()).hexdigest()
    found = cache.get(key)
    if found is None:
        try:
            found = jail.tool("hadolint", {"Dockerfile": text}).json()
        except jail.Unavailable as error:
            return [], str(error)
        cache.set(key, found)
    return [Finding(one["code"], one["level"], one["line"], one["message"]) for one in found], ""


# endregion: hadolint


def exposed(image: State) -> list[str]:
    """Files in the image that nobody should get with it."""
    return sorted(
        place
        for place, path in image.files.items()
        if any(part.endswith(NOT_IN_AN_IMAGE) for part in path.split("/"))
    )


def told_by_names(steps: list[Step]) -> list[str]:
    """Names of ARG and ENV that sound like secrets: their values stay in the image's history."""
    names = []
    for step in steps:
        if step.instruction in ("ARG", "ENV"):
            names += [word.partition("=")[0] for word in step.words]
    return [name for name in names if any(word in name.lower() for word in SECRET_WORDS)]


def user_of(image: State) -> str:
    return image.user or "root"


def is_root(image: State) -> bool:
    return user_of(image).split(":")[0] in ("root", "0")


def command_of(image: State) -> str:
    return " ".join(filter(None, [image.settings.get("ENTRYPOINT"), image.settings.get("CMD")]))


def is_dev_server(image: State) -> bool:
    return "runserver" in command_of(image)


def tree(image: State) -> list[tuple[str, int]]:
    return sorted((place, image.known[place]) for place in image.files if posixpath.basename(place))
