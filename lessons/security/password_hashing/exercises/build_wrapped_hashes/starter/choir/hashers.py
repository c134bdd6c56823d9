from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickPBKDF2(PBKDF2PasswordHasher):
    """Few rounds, so that your checks are quick. A real project keeps Django's number."""

    iterations = 2_000
