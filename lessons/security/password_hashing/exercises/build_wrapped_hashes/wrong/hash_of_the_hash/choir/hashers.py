from django.contrib.auth.hashers import MD5PasswordHasher, PBKDF2PasswordHasher


class QuickPBKDF2(PBKDF2PasswordHasher):
    """Few rounds, so that your checks are quick. A real project keeps Django's number."""

    iterations = 2_000


class WrappedMD5(QuickPBKDF2):
    """PBKDF2 over the MD5 that is there; both use the one salt."""

    algorithm = "pbkdf2_wrapped_md5"

    def encode_md5_hash(self, md5_hash, salt, iterations=None):
        return super().encode(md5_hash, salt, iterations)

    def encode(self, password, salt, iterations=None):
        _, _, md5_hash = MD5PasswordHasher().encode(password, salt).split("$", 2)
        return self.encode_md5_hash(md5_hash, salt, iterations)
