"""The algorithm that Django names for 32 characters without a dollar sign, and no longer ships."""

import hashlib

from django.contrib.auth.hashers import BasePasswordHasher, PBKDF2PasswordHasher
from django.utils.crypto import constant_time_compare


class QuickPBKDF2(PBKDF2PasswordHasher):
    iterations = 2_000


class OldHasher(BasePasswordHasher):
    algorithm = "unsalted_md5"

    def encode(self, password, salt):
        return hashlib.md5(password.encode()).hexdigest()

    def decode(self, encoded):
        return {"algorithm": self.algorithm, "salt": "", "hash": encoded}

    def verify(self, password, encoded):
        return constant_time_compare(encoded, self.encode(password, ""))

    def safe_summary(self, encoded):
        return {"algorithm": self.algorithm}

    def harden_runtime(self, password, encoded):
        pass
