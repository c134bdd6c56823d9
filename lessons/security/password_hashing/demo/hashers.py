"""Two hashers that Django does not ship, one that it shipped before, and the six that the demo compares."""

import hashlib
from dataclasses import dataclass

from django.contrib.auth.hashers import (
    Argon2PasswordHasher,
    BasePasswordHasher,
    BCryptSHA256PasswordHasher,
    MD5PasswordHasher,
    PBKDF2PasswordHasher,
    ScryptPasswordHasher,
    mask_hash,
)
from django.utils.crypto import constant_time_compare


class UnsaltedMD5Hasher(BasePasswordHasher):
    """32 hex digits and nothing else: what old tables hold. Django dropped its own in 5.1.

    identify_hasher() still asks for this name when it meets 32 characters without a "$".
    """

    algorithm = "unsalted_md5"

    def salt(self) -> str:
        return ""

    def encode(self, password: str, salt: str) -> str:
        if salt:
            raise ValueError("This hash has no place for a salt.")
        return hashlib.md5(password.encode(), usedforsecurity=False).hexdigest()

    def decode(self, encoded: str) -> dict[str, str]:
        return {"algorithm": self.algorithm, "salt": "", "hash": encoded}

    def verify(self, password: str, encoded: str) -> bool:
        return constant_time_compare(encoded, self.encode(password, ""))

    def safe_summary(self, encoded: str) -> dict[str, str]:
        return {"algorithm": self.algorithm, "hash": mask_hash(encoded)}

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Nothing: there is no work factor to make up for."""


class PBKDF2WrappedMD5Hasher(PBKDF2PasswordHasher):
    """PBKDF2 over the old MD5. A row gets it without its password."""

    algorithm = "pbkdf2_wrapped_md5"

    def encode_md5_hash(self, md5_hash: str, salt: str, iterations: int | None = None) -> str:
        return super().encode(md5_hash, salt, iterations)

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        md5_hash = UnsaltedMD5Hasher().encode(password, "")
        return self.encode_md5_hash(md5_hash, salt, iterations)


class PBKDF2AsOf42Hasher(PBKDF2PasswordHasher):
    """The work factor of Django 4.2. The algorithm's name is the same: the rounds stand in each hash."""

    iterations = 600_000


@dataclass(frozen=True)
class Method:
    slug: str
    label: str
    cost: str  # what makes one guess dear
    hasher: BasePasswordHasher
    fast: bool = False


# Every one with the parameters that Django 5.2 gives it.
METHODS = {
    method.slug: method
    for method in (
        Method("unsalted_md5", "MD5, bare", "nothing", UnsaltedMD5Hasher(), fast=True),
        Method("md5", "MD5, salted", "nothing", MD5PasswordHasher(), fast=True),
        Method("argon2", "Argon2id", "100 MiB, 2 passes, 8 lanes", Argon2PasswordHasher()),
        Method("pbkdf2_sha256", "PBKDF2", "1,000,000 rounds of HMAC-SHA256", PBKDF2PasswordHasher()),
        Method("bcrypt_sha256", "bcrypt", "2¹² rounds", BCryptSHA256PasswordHasher()),
        Method("scrypt", "scrypt", "16 MiB, 5 times", ScryptPasswordHasher()),
    )
}

# What the club may prefer for new hashes: the head of PASSWORD_HASHERS, as it were.
POLICIES: dict[str, tuple[str, BasePasswordHasher]] = {
    "pbkdf2_1m": ("PBKDF2, 1,000,000 rounds (Django 5.2)", PBKDF2PasswordHasher()),
    "pbkdf2_600k": ("PBKDF2, 600,000 rounds (Django 4.2)", PBKDF2AsOf42Hasher()),
    "argon2": ("Argon2id", Argon2PasswordHasher()),
    "bcrypt_sha256": ("bcrypt, work factor 12", BCryptSHA256PasswordHasher()),
    "scrypt": ("scrypt", ScryptPasswordHasher()),
}
