"""The attacker: a stolen table, a list of common passwords in the order of their fame, and time."""

import gzip
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.contrib.auth import password_validation

from .costs import LIST_SIZE, bench, in_words
from .hashers import METHODS, Method
from .models import LeakedRow, Raid

BUDGET = 0.5  # seconds for one request; a guess that was begun is finished


@lru_cache(maxsize=1)
def word_list() -> list[str]:
    """The common passwords that Django's own validator refuses, the most common first."""
    file = Path(password_validation.__file__).parent / "common-passwords.txt.gz"
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [line.strip() for line in lines if line.strip()]


def step(method: Method) -> list[str]:
    """Guess until the budget is spent or the list is through; the names whose password was found."""
    raid, _ = Raid.objects.get_or_create(method=method.slug)
    rows = list(LeakedRow.objects.filter(method=method.slug).order_by("pk"))
    with bench():
        started = time.perf_counter()
        found = _guess_all_rows(raid, rows) if method.slug == "unsalted_md5" else _guess(raid, rows, method)
        raid.seconds += time.perf_counter() - started
    raid.save()
    for row in found:
        row.save(update_fields=["found"])
    return [row.name for row in found]


def _guess_all_rows(raid: Raid, rows: list[LeakedRow]) -> list[LeakedRow]:
    """Without salts, one hash of a word is compared with the whole table."""
    hasher = METHODS["unsalted_md5"].hasher
    by_hash: dict[str, list[LeakedRow]] = {}
    for row in rows:
        by_hash.setdefault(row.encoded, []).append(row)
    found = []
    deadline = time.perf_counter() + BUDGET
    words = word_list()
    while raid.cursor < len(words) * len(rows) and time.perf_counter() < deadline:
        word = words[raid.cursor // len(rows)]
        for row in by_hash.get(hasher.encode(word, ""), []):
            row.found = word
            found.append(row)
        raid.cursor += len(rows)
        raid.guesses += 1
    return found


def _guess(raid: Raid, rows: list[LeakedRow], method: Method) -> list[LeakedRow]:
    """With a salt in each row, a guess is for one row."""
    found = []
    deadline = time.perf_counter() + BUDGET
    words = word_list()
    while raid.cursor < len(words) * len(rows) and time.perf_counter() < deadline:
        word, row = words[raid.cursor // len(rows)], rows[raid.cursor % len(rows)]
        raid.cursor += 1
        if row.found:
            continue
        raid.guesses += 1
        if method.hasher.verify(word, row.encoded):
            row.found = word
            found.append(row)
    return found


@dataclass(frozen=True)
class Scene:
    """What the page shows of one raid."""

    method: Method
    raid: Raid
    rows: list[LeakedRow]

    @classmethod
    def of(cls, method: Method) -> "Scene":
        raid = Raid.objects.filter(method=method.slug).first() or Raid(method=method.slug)
        return cls(method, raid, list(LeakedRow.objects.filter(method=method.slug).order_by("pk")))

    @property
    def words(self) -> int:
        return len(word_list())

    @property
    def words_done(self) -> int:
        return self.raid.cursor // len(self.rows)

    @property
    def percent(self) -> str:
        return f"{100 * self.words_done / self.words:.2f}"

    @property
    def finished(self) -> bool:
        return self.words_done >= self.words

    @property
    def seconds(self) -> str:
        return in_words(self.raid.seconds) if self.raid.guesses else "no time yet"

    @property
    def rate(self) -> int:
        return round(self.raid.guesses / self.raid.seconds) if self.raid.seconds else 0

    @property
    def left(self) -> str:
        """The rest of this list at the rate so far."""
        left = self.words - self.raid.cursor / len(self.rows)
        return in_words(self._seconds_a_word * left) if self.words_done else ""

    @property
    def big_list(self) -> str:
        """Ten million words against these rows, on this one core."""
        return in_words(self._seconds_a_word * LIST_SIZE) if self.words_done else ""

    @property
    def _seconds_a_word(self) -> float:
        return self.raid.seconds * len(self.rows) / self.raid.cursor
