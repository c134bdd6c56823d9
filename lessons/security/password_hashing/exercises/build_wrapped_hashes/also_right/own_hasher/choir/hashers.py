from django.contrib.auth.hashers import BasePasswordHasher, MD5PasswordHasher, PBKDF2PasswordHasher
from django.utils.crypto import constant_time_compare


class QuickPBKDF2(PBKDF2PasswordHasher):
    """Few rounds, so that your checks are quick. A real project keeps Django's number."""

    iterations = 2_000


class Onion(BasePasswordHasher):
    """onion$<inner salt>$<the PBKDF2 of the MD5>"""

    algorithm = "onion"

    def wrap(self, md5_hash, inner, outer=None):
        slow = QuickPBKDF2()
        return f"onion${inner}${slow.encode(md5_hash, outer or slow.salt())}"

    def encode(self, password, salt):
        return self.wrap(MD5PasswordHasher().encode(password, salt).split("$")[2], salt)

    def verify(self, password, encoded):
        _, inner, rest = encoded.split("$", 2)
        md5_hash = MD5PasswordHasher().encode(password, inner).split("$")[2]
        outer = QuickPBKDF2().decode(rest)["salt"]
        return constant_time_compare(self.wrap(md5_hash, inner, outer), encoded)

    def decode(self, encoded):
        _, inner, rest = encoded.split("$", 2)
        return {"algorithm": self.algorithm, "salt": inner, "hash": rest}

    def safe_summary(self, encoded):
        return {"algorithm": self.algorithm}

    def harden_runtime(self, password, encoded):
        pass
