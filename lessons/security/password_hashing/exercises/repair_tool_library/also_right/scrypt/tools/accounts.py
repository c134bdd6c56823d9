"""Passwords, by Django's hashers; the rows from before are MD5 until their owners sign in."""

import hashlib

from django.contrib.auth.hashers import check_password, make_password
from django.utils.crypto import constant_time_compare


def hash_password(raw):
    return make_password(raw)


def old_hash(raw):
    return hashlib.md5(raw.encode()).hexdigest()


def password_is_right(borrower, raw):
    """False for a borrower who is None, too, and not sooner."""
    if borrower is None:
        make_password(raw)
        return False

    def save(raw):
        borrower.password = make_password(raw)
        borrower.save(update_fields=["password"])

    if "$" in borrower.password:
        return check_password(raw, borrower.password, save)
    if constant_time_compare(borrower.password, old_hash(raw)):
        save(raw)
        return True
    return False
