"""The Rowing Club, as the demos site runs it."""

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, check_password, identify_hasher
from django.test import override_settings

from lessons.security.password_hashing.demo.anatomy import scheme, take_apart
from lessons.security.password_hashing.demo.hashers import METHODS, PBKDF2WrappedMD5Hasher, UnsaltedMD5Hasher
from lessons.security.password_hashing.demo.models import Attempt, LeakedRow, Measurement, Member, Raid
from lessons.security.password_hashing.demo.raids import word_list
from lessons.security.password_hashing.demo.seed import PASSWORDS
from sandbox.demos.settings import PASSWORD_HASHERS


@pytest.fixture
def visitor(visit):
    with override_settings(PASSWORD_HASHERS=PASSWORD_HASHERS):
        yield visit("password_hashing")


def sign_in(visitor, name: str, password: str = "") -> None:
    visitor.post("members/sign-in/", {"name": name, "password": password or PASSWORDS[name]})


def stored(visitor, name: str) -> str:
    with visitor.world():
        return Member.objects.get(name=name).password


def updates(visitor) -> list[str]:
    return [q["sql"] for q in visitor.traces[-1]["queries"] if 'UPDATE "password_hashing_member"' in q["sql"]]


def test_the_page_has_no_times_until_they_are_measured(visitor) -> None:
    assert visitor.get("").text.count('width="0"') == len(METHODS)
    # Each request measures one at least, and on a busy machine no more.
    for _ in METHODS:
        visitor.post("measure/")
    with visitor.world():
        seconds = dict(Measurement.objects.values_list("method", "seconds_a_guess"))
    assert set(seconds) == set(METHODS)
    slow = [seconds[m.slug] for m in METHODS.values() if not m.fast]
    assert min(slow) > 500 * seconds["unsalted_md5"]
    assert 'width="0"' not in visitor.get("").text


@pytest.mark.parametrize("method", METHODS)
def test_anatomy_puts_a_hash_together_again(visitor, method: str) -> None:
    encoded = METHODS[method].hasher.encode("dragonfly", METHODS[method].hasher.salt())
    parts = take_apart(encoded)
    if method == "bcrypt_sha256":
        assert [part.text for part in parts][:3] == ["bcrypt_sha256", "2b", "12"]
        assert len(parts[3].text) == 22
    else:
        assert "$".join(part.text for part in parts) == encoded
    salt = next((part.text for part in parts if part.name == "salt"), "no salt")
    assert salt not in scheme(encoded)


def test_anatomy_hashes_twice(visitor) -> None:
    bare = visitor.post("anatomy/", {"password": "dragonfly", "method": "unsalted_md5"}).text
    assert bare.count(UnsaltedMD5Hasher().encode("dragonfly", "")) == 3
    assert "Twice the same" in bare
    assert "Two different hashes" in visitor.post("anatomy/", {"password": "dragonfly", "method": "md5"}).text


def test_one_pass_over_the_list_opens_the_whole_bare_table(visitor) -> None:
    for _ in range(4):
        visitor.post("raid/unsalted_md5/guess/")
    with visitor.world():
        raid = Raid.objects.get(method="unsalted_md5")
        found = dict(LeakedRow.objects.filter(method="unsalted_md5").values_list("name", "found"))
    assert raid.guesses == len(word_list())
    assert found == {"ada": "dragonfly", "ben": "dragonfly", "cora": ""}
    assert "The list is through" in visitor.get("raid/unsalted_md5/").text


def test_a_salt_makes_a_guess_count_for_one_row(visitor) -> None:
    for _ in range(8):
        visitor.post("raid/md5/guess/")
    position = word_list().index("dragonfly") + 1
    with visitor.world():
        raid = Raid.objects.get(method="md5")
        assert LeakedRow.objects.filter(method="md5").exclude(found="").count() == 2
    # Three rows until two of them fall, one after that.
    assert raid.guesses >= 3 * position


def test_a_raid_goes_on_where_it_stopped_and_can_be_forgotten(visitor) -> None:
    answer = visitor.post("raid/argon2/guess/", headers={"accept": "application/json"})
    assert answer.json() == {"finished": False, "found": []}
    with visitor.world():
        first = Raid.objects.get(method="argon2").guesses
    visitor.post("raid/argon2/guess/")
    with visitor.world():
        assert Raid.objects.get(method="argon2").guesses > first >= 1
    visitor.post("raid/argon2/forget/")
    with visitor.world():
        assert not Raid.objects.exists()


def test_an_unknown_method_is_a_404(visitor) -> None:
    assert visitor.get("raid/rot13/").status_code == 404
    assert visitor.post("raid/rot13/guess/").status_code == 404


@pytest.mark.parametrize("name", ["ada", "cora"])
def test_the_first_sign_in_rehashes_and_the_second_does_not(visitor, name: str) -> None:
    sign_in(visitor, name)
    assert len(updates(visitor)) == 1
    assert stored(visitor, name).startswith("pbkdf2_sha256$1000000$")
    sign_in(visitor, name)
    assert updates(visitor) == []
    with visitor.world():
        assert [a.accepted for a in Attempt.objects.all()] == [True, True]


def test_a_refusal_never_rehashes(visitor) -> None:
    before = stored(visitor, "ada")
    sign_in(visitor, "ada", "dragonflies")
    assert updates(visitor) == []
    assert stored(visitor, "ada") == before


@pytest.mark.parametrize("policy", ["argon2", "bcrypt_sha256", "scrypt", "pbkdf2_600k"])
def test_the_preferred_hasher_is_what_a_sign_in_rehashes_to(visitor, policy: str) -> None:
    visitor.post("members/prefer/", {"hasher_name": policy})
    before = stored(visitor, "edith")
    sign_in(visitor, "edith")
    assert stored(visitor, "edith") != before
    assert check_password(PASSWORDS["edith"], stored(visitor, "edith"))


def test_a_wrong_password_against_an_old_row_makes_up_the_missing_rounds(visitor, monkeypatch) -> None:
    extra: list[int | None] = []
    encode = PBKDF2PasswordHasher.encode

    def counting(self, password, salt, iterations=None):
        extra.append(iterations)
        return encode(self, password, salt, iterations)

    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", counting)
    sign_in(visitor, "cora", "wrong")
    assert extra == [600_000, 400_000]


@pytest.mark.parametrize("name", ["dora", "zoe"])
def test_nobody_gets_in_without_a_password_and_it_costs_one_hash(visitor, monkeypatch, name: str) -> None:
    calls: list[str] = []
    encode = PBKDF2PasswordHasher.encode

    def counting(self, password, salt, iterations=None):
        calls.append(password)
        return encode(self, password, salt, iterations)

    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", counting)
    sign_in(visitor, name, "!")
    assert len(calls) == 1
    with visitor.world():
        assert not Attempt.objects.get().accepted


def test_wrapping_needs_no_password_and_leaves_the_others_alone(visitor) -> None:
    md5, cora, dora = (stored(visitor, name) for name in ("ada", "cora", "dora"))
    visitor.post("members/wrap/")
    wrapped = stored(visitor, "ada")
    assert wrapped.startswith("pbkdf2_wrapped_md5$1000000$")
    assert md5 not in wrapped
    assert (stored(visitor, "cora"), stored(visitor, "dora")) == (cora, dora)
    assert PBKDF2WrappedMD5Hasher().verify("dragonfly", wrapped)
    visitor.post("members/wrap/")
    assert stored(visitor, "ada") == wrapped
    sign_in(visitor, "ada")
    assert stored(visitor, "ada").startswith("pbkdf2_sha256$")


def test_django_asks_for_the_hasher_it_no_longer_ships() -> None:
    bare = UnsaltedMD5Hasher().encode("dragonfly", "")
    with pytest.raises(ValueError, match="Unknown password hashing algorithm 'unsalted_md5'"):
        identify_hasher(bare)
    with override_settings(PASSWORD_HASHERS=PASSWORD_HASHERS):
        assert isinstance(identify_hasher(bare), UnsaltedMD5Hasher)


def test_who_finds_the_bench_taken_is_asked_to_come_again(visitor, monkeypatch) -> None:
    def busy(*_: object, **__: object) -> bool:
        return False

    monkeypatch.setattr("lessons.security.password_hashing.demo.costs._one_at_a_time.acquire", busy)
    for path, data in (
        ("measure/", {}),
        ("raid/argon2/guess/", {}),
        ("members/sign-in/", {"name": "ada", "password": "dragonfly"}),
    ):
        answer = visitor.post(path, data, follow=True)
        assert "Try again in a moment" in answer.text
    assert "Try again" in visitor.post("anatomy/", {"password": "x", "method": "md5"}).text
    answer = visitor.post("raid/argon2/guess/", headers={"accept": "application/json"})
    assert answer.status_code == 503
    with visitor.world():
        assert not Attempt.objects.exists() and not Raid.objects.filter(guesses__gt=0).exists()


def test_estimates_follow_from_what_was_done(visitor) -> None:
    with visitor.world():
        Raid.objects.create(method="scrypt", cursor=5, guesses=5, seconds=1.0)
    # 0.2 s a guess, three rows: 0.6 s a word; 19,640 words less 5/3 are 3.3 hours, ten million 69 days.
    text = visitor.get("raid/scrypt/").text
    assert "<strong>3.3 hours</strong>" in text
    assert "<strong>69.4 days</strong>" in text
