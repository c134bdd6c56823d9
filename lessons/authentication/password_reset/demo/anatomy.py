"""Takes a reset link apart and follows `check_token` through it, step by step. Only for showing."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.utils.crypto import constant_time_compare
from django.utils.http import base36_to_int, int_to_base36, urlsafe_base64_decode, urlsafe_base64_encode

from .models import SentLink
from .tokens import BenchTokenGenerator, ingredients

EPOCH = datetime(2001, 1, 1)
SHOWN = 8  # characters of a hash that was computed here: a whole one would be a working link
_LINK = re.compile(r"([^/\s]+)/([^/\s]+)/?\s*$")


@dataclass(frozen=True)
class Ingredient:
    name: str
    then: str | None  # None: no letter with this timestamp went out
    now: str

    @property
    def changed(self) -> bool:
        return self.then is not None and self.then != self.now


@dataclass(frozen=True)
class Step:
    question: str
    passed: bool | None  # None: not reached
    answer: str


@dataclass(frozen=True)
class Anatomy:
    uidb64: str
    token: str
    uid: str | None
    user: User | None
    timestamp: str
    seconds: int | None
    made_at: datetime | None
    digest: str
    ingredients: list[Ingredient]
    steps: list[Step]

    @property
    def valid(self) -> bool:
        return all(step.passed for step in self.steps)


def split_link(text: str) -> tuple[str, str] | None:
    """The last two parts of the path: uidb64 and token."""
    found = _LINK.search(text.split("?")[0])
    return (found[1], found[2]) if found else None


def take_apart(uidb64: str, token: str, generator: BenchTokenGenerator) -> Anatomy:
    uid, user = _owner(uidb64)
    timestamp, _, digest = token.partition("-")
    seconds = _seconds(timestamp) if token.count("-") == 1 else None
    return Anatomy(
        uidb64=uidb64,
        token=token,
        uid=uid,
        user=user,
        timestamp=timestamp,
        seconds=seconds,
        made_at=_moment(seconds),
        digest=digest,
        ingredients=_compare(user, token, timestamp, seconds),
        steps=_steps(user, token, seconds, generator),
    )


def forgeries(anatomy: Anatomy) -> list[tuple[str, str, str]]:
    """`(what was changed, uidb64, token)`: what somebody might try with a link that is not theirs."""
    if anatomy.user is None or anatomy.seconds is None or not anatomy.digest:
        return []
    last = "0" if anatomy.digest[-1] != "0" else "1"
    younger = int_to_base36(anatomy.seconds + 3600)
    other = User.objects.exclude(pk=anatomy.user.pk).order_by("pk").first()
    found = [
        ("its last character", anatomy.uidb64, anatomy.token[:-1] + last),
        ("its timestamp, an hour later", anatomy.uidb64, f"{younger}-{anatomy.digest}"),
    ]
    if other is not None:
        found.append((f"the uid, to {other}’s", urlsafe_base64_encode(str(other.pk).encode()), anatomy.token))
    return found


def _owner(uidb64: str) -> tuple[str | None, User | None]:
    try:
        uid = urlsafe_base64_decode(uidb64).decode()
    except ValueError:
        return None, None
    # No more digits than a key has: SQLite refuses a larger number with an OverflowError.
    if not re.fullmatch(r"[0-9]{1,18}", uid):
        return uid, None
    return uid, User.objects.filter(pk=int(uid)).first()


def _seconds(timestamp: str) -> int | None:
    try:
        return base36_to_int(timestamp)
    except ValueError:
        return None


def _moment(seconds: int | None) -> datetime | None:
    try:
        return None if seconds is None else EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        return None


def _compare(user: User | None, token: str, timestamp: str, seconds: int | None) -> list[Ingredient]:
    """What goes into the hash, in its order: as it was when the letter was sent, and as it is now."""
    if user is None or seconds is None:
        return []
    sent = SentLink.objects.filter(user=user, token__startswith=f"{timestamp}-").order_by("-pk").first()
    now = ingredients(user)
    then = {name: getattr(sent, name) if sent else None for name in now}
    return [
        Ingredient("pk", str(user.pk) if sent else None, str(user.pk)),
        Ingredient("password", then["password"], now["password"]),
        Ingredient("last_login", then["last_login"], now["last_login"]),
        Ingredient("timestamp", str(seconds) if sent else None, str(seconds)),
        Ingredient("email", then["email"], now["email"]),
    ]


def _steps(user: User | None, token: str, seconds: int | None, generator: BenchTokenGenerator) -> list[Step]:
    """The questions that the view and `check_token` ask, in their order, up to the first no."""
    said: list[tuple[str, bool, str]] = [
        (
            "Does the uid name a user?",
            user is not None,
            f"Yes, {user}." if user else "No.",
        ),
        (
            "Is there one hyphen, and a base-36 number before it?",
            seconds is not None,
            f"Yes, {seconds:,}." if seconds is not None else "No.",
        ),
    ]
    if user is not None and seconds is not None:
        said.append(_same_hash(user, token, seconds, generator))
        age = generator._num_seconds(generator._now()) - seconds
        limit = settings.PASSWORD_RESET_TIMEOUT
        said.append(
            (
                f"Is it at most {limit:,} seconds old (PASSWORD_RESET_TIMEOUT)?",
                age <= limit,
                f"It is {age:,} seconds old by the generator’s clock.",
            )
        )
    steps, going = [], True
    for question, passed, answer in said:
        steps.append(Step(question, passed if going else None, answer if going else "Not asked any more."))
        going = going and passed
    return steps


def _same_hash(user: User, token: str, seconds: int, generator: BenchTokenGenerator) -> tuple[str, bool, str]:
    question = "Is the hash that of what the database says now?"
    keys = [("SECRET_KEY", generator.secret), *(("a fallback", key) for key in generator.secret_fallbacks)]
    made = [(name, generator._make_token_with_timestamp(user, seconds, key)) for name, key in keys]
    for name, again in made:
        if constant_time_compare(again, token):
            return question, True, f"Yes, with {name}."
    starts = " and ".join(f"{again.partition('-')[2][:SHOWN]}… with {name}" for name, again in made)
    return question, False, f"No. Computed again it begins {starts}."
