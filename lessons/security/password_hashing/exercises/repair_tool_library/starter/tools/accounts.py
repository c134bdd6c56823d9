"""Passwords. Nobody can read them out of the table, because they are encrypted with MD5."""

import hashlib


def hash_password(raw):
    return hashlib.md5(raw.encode()).hexdigest()


def password_is_right(borrower, raw):
    return borrower.password == hash_password(raw)
