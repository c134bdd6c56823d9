"""The four places, between the database and the settings module."""

from .environment import DOTENV, ENVIRONMENT, parsed
from .models import Release, Source
from .release import Outcome, run

SECRETS = ["/run/secrets/secret_key", "/run/secrets/payment_key"]
PATHS = [ENVIRONMENT, DOTENV, *SECRETS]


class Refused(Exception):
    """The new release does not start. The one before goes on."""


def texts() -> dict[str, str]:
    found = dict(Source.objects.values_list("path", "text"))
    return {path: found.get(path, "") for path in PATHS}


def save(changed: dict[str, str]) -> None:
    for path, text in changed.items():
        Source.objects.update_or_create(path=path, defaults={"text": text.replace("\r\n", "\n")})


def outcome() -> Outcome:
    found = texts()
    # An empty field is a file that is not there.
    return run(parsed(found[ENVIRONMENT]), {path: text for path, text in found.items() if text})


def deploy() -> Release:
    """Start a release with what the sources say now. Raises Refused."""
    result = outcome()
    if result.error:
        raise Refused(result.error)
    return Release.objects.create(settings=result.settings)


def running() -> Release:
    return Release.objects.latest("pk")


def set_where_it_wins(variable: str, value: str) -> None:
    """Into the secret file, if that is where it comes from; else into the environment."""
    places = outcome().asked.get(variable)
    if places and places[0].where in SECRETS:
        save({places[0].where: value})
    else:
        set_variables(**{variable: value})


def set_variables(**values: str) -> None:
    """Change lines of the environment; an empty value takes the line away."""
    lines = [line for line in texts()[ENVIRONMENT].splitlines() if line.partition("=")[0] not in values]
    lines += [f"{name}={value}" for name, value in values.items() if value]
    save({ENVIRONMENT: "\n".join(lines) + "\n"})
