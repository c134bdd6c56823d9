from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickPBKDF2(PBKDF2PasswordHasher):
    """Django's own hasher, with few iterations: a check that signs people in must not take seconds."""

    iterations = 1000
