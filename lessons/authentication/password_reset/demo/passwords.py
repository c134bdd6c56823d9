"""The house's rules for passwords: Django's four, and one of our own."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import get_password_validators
from django.core.exceptions import ValidationError

DJANGOS = "django.contrib.auth.password_validation"


class ContextWordsValidator:
    """No word that everybody connects with this site: a guesser tries it first, here."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = [word.lower() for word in words]

    def validate(self, password: str, user: User | None = None) -> None:
        squeezed = "".join(character for character in password.lower() if character.isalnum())
        for word in self.words:
            if word in squeezed:
                raise ValidationError(
                    "The password contains “%(word)s”, which anybody would try here.",
                    code="password_has_context_word",
                    params={"word": word},
                )

    def get_help_text(self) -> str:
        return f"Your password can’t contain {', '.join(self.words)}."


# In a project this is the setting AUTH_PASSWORD_VALIDATORS, and validate_password() finds it by itself.
HOUSE_RULES = get_password_validators(
    [
        {"NAME": f"{DJANGOS}.UserAttributeSimilarityValidator"},
        {"NAME": f"{DJANGOS}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
        {"NAME": f"{DJANGOS}.CommonPasswordValidator"},
        {"NAME": f"{DJANGOS}.NumericPasswordValidator"},
        {"NAME": f"{__name__}.ContextWordsValidator", "OPTIONS": {"words": ["luggage", "locker"]}},
    ]
)


@dataclass(frozen=True)
class Verdict:
    validator: str
    help_text: str
    message: str  # "" where the password passes
    code: str


def verdicts(password: str, user: User | None) -> list[Verdict]:
    """What each rule says of the password, in order. validate_password() collects the same errors."""
    return [_verdict(rule, password, user) for rule in HOUSE_RULES]


def _verdict(rule: object, password: str, user: User | None) -> Verdict:
    message = code = ""
    try:
        rule.validate(password, user)
    except ValidationError as error:
        message, code = error.messages[0], error.code or ""
    return Verdict(type(rule).__name__, str(rule.get_help_text()), message, code)
