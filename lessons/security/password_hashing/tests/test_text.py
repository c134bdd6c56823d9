"""The code in lesson.md runs, and what the text says of Django and its packages is so."""

import asyncio
import re
import threading
from collections import Counter
from pathlib import Path

import bcrypt
import django
import pytest
from django.conf import global_settings
from django.contrib.auth import hashers
from django.contrib.auth.hashers import PBKDF2PasswordHasher, check_password, make_password
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.test import override_settings

from lessons.security.password_hashing.demo.models import Member
from lessons.security.password_hashing.demo.raids import word_list

TEXT = (Path(__file__).parents[1] / "lesson.md").read_text(encoding="utf-8")
DEFAULT = override_settings(PASSWORD_HASHERS=global_settings.PASSWORD_HASHERS)


def code_with(mark: str, **names: object) -> dict:
    """The names that the text's Python block with this mark in it defines."""
    block = next(code for code in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL) if mark in code)
    exec(compile(block, "lesson.md", "exec"), names)
    return names


@pytest.fixture
def visitor(visit):
    with DEFAULT:
        yield visit("password_hashing")


def test_the_numbers_of_django_52() -> None:
    assert django.VERSION[:2] == (5, 2)
    assert PBKDF2PasswordHasher.iterations == 1_000_000
    argon2, bcrypt_sha256, scrypt = (
        hashers.Argon2PasswordHasher,
        hashers.BCryptSHA256PasswordHasher,
        hashers.ScryptPasswordHasher,
    )
    assert (argon2.memory_cost, argon2.time_cost, argon2.parallelism) == (100 * 1024, 2, 8)
    assert bcrypt_sha256.rounds == 12
    assert (128 * scrypt.work_factor * scrypt.block_size, scrypt.parallelism) == (16 * 1024**2, 5)
    assert not hasattr(hashers, "UnsaltedMD5PasswordHasher")
    paths = {path.rsplit(".", 1)[1] for path in global_settings.PASSWORD_HASHERS}
    assert all(kind.__name__ in paths for kind in (PBKDF2PasswordHasher, argon2, bcrypt_sha256, scrypt))
    assert len(PBKDF2PasswordHasher().salt()) == 22


def test_where_the_common_passwords_stand() -> None:
    assert word_list().index("dragonfly") + 1 == 2_740
    assert word_list().index("sunshine") + 1 == 61


def test_the_example_row_is_a_hash() -> None:
    row = next(line for line in TEXT.splitlines() if line.startswith("pbkdf2_sha256$1000000$"))
    decoded = PBKDF2PasswordHasher().decode(row)
    assert (decoded["iterations"], len(decoded["salt"])) == (1_000_000, 22)


def test_preferring_argon2_locks_nobody_out() -> None:
    chosen = code_with("PASSWORD_HASHERS = [\n")["PASSWORD_HASHERS"]
    old = PBKDF2PasswordHasher().encode("dragonfly", "a" * 22, 1_000)
    replaced: list[str] = []
    with override_settings(PASSWORD_HASHERS=chosen):
        assert check_password("dragonfly", old, lambda raw: replaced.append(make_password(raw)))
    assert replaced[0].startswith("argon2$argon2id$")


def test_a_number_that_went_down_is_an_update_too() -> None:
    more = PBKDF2PasswordHasher().encode("dragonfly", "a" * 22, 1_000_001)
    assert PBKDF2PasswordHasher().must_update(more)


def test_a_rehash_ends_other_sessions() -> None:
    member = Member(name="ada", password=PBKDF2PasswordHasher().encode("dragonfly", "a" * 22, 1_000))
    before = member.get_session_auth_hash()
    member.password = PBKDF2PasswordHasher().encode("dragonfly", "b" * 22, 1_000)
    assert member.get_session_auth_hash() != before


def test_the_password_in_clear_text_lets_nobody_in(visitor) -> None:
    with visitor.world():
        names = {"User": User, "name": "ada", "raw": "seven-oars-at-dawn"}
        user = code_with("User.objects.create(\n", **names)["user"]
        assert user.password == "seven-oars-at-dawn"
        assert not user.check_password("seven-oars-at-dawn")
        names |= {"name": "ben", "validate_password": validate_password}
        good = code_with("User.objects.create_user(\n", **names)["user"]
        assert good.check_password("seven-oars-at-dawn")
        counted = code_with("def count_algorithms", Counter=Counter)["count_algorithms"](User.objects)
        assert counted == {"pbkdf2_sha256": 1, "bare": 1}


def test_two_hashes_of_one_password_are_never_equal() -> None:
    with DEFAULT:
        assert make_password("dragonfly") != make_password("dragonfly")


def test_a_missing_hasher_refuses_and_costs_one_hash(monkeypatch) -> None:
    calls: list[str] = []
    encode = PBKDF2PasswordHasher.encode

    def counting(self, password, salt, iterations=None):
        calls.append(password)
        return encode(self, password, salt, 1)

    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", counting)
    row = hashers.BCryptSHA256PasswordHasher().encode("dragonfly", bcrypt.gensalt(4))
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.PBKDF2PasswordHasher"]):
        assert not check_password("dragonfly", row)
    assert len(calls) == 1


def test_an_async_check_runs_in_the_event_loops_own_thread(monkeypatch) -> None:
    threads: list[int] = []
    monkeypatch.setattr(
        PBKDF2PasswordHasher, "verify", lambda *_: threads.append(threading.get_ident()) or True
    )
    row = PBKDF2PasswordHasher().encode("dragonfly", "a" * 22, 1)

    async def check() -> int:
        await hashers.acheck_password("dragonfly", row)
        return threading.get_ident()

    with DEFAULT:
        assert threads == [] and [asyncio.run(check())] == threads


def test_bcrypt_takes_72_bytes_at_most() -> None:
    with pytest.raises(ValueError, match="72"):
        bcrypt.hashpw(b"x" * 73, bcrypt.gensalt(4))
    assert hashers.BCryptSHA256PasswordHasher().encode("x" * 73, bcrypt.gensalt(4))


def test_the_subclass_keeps_the_algorithm() -> None:
    club = code_with("class ClubPBKDF2", PBKDF2PasswordHasher=PBKDF2PasswordHasher)["ClubPBKDF2"]
    assert (club.algorithm, club.iterations) == ("pbkdf2_sha256", 2_000_000)
