from django.contrib.auth.hashers import MD5PasswordHasher, PBKDF2PasswordHasher, ScryptPasswordHasher


class QuickPBKDF2(PBKDF2PasswordHasher):
    """Few rounds, so that your checks are quick. A real project keeps Django's number."""

    iterations = 2_000


class ScryptOverMD5(ScryptPasswordHasher):
    algorithm = "scrypt_over_md5"
    parallelism = 1

    def over(self, md5_hash, salt, *factors):
        return super().encode(md5_hash, salt, *factors)

    def encode(self, password, salt, n=None, r=None, p=None):
        return self.over(MD5PasswordHasher().encode(password, salt).split("$")[2], salt, n, r, p)
