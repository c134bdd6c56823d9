import hashlib
import secrets

from django.utils.crypto import constant_time_compare


def hash_password(raw, salt=None):
    salt = salt or secrets.token_hex(8)
    return f"sha256${salt}${hashlib.sha256((salt + raw).encode()).hexdigest()}"


def password_is_right(borrower, raw):
    if borrower is None:
        hash_password(raw)
        return False
    if "$" in borrower.password:
        return constant_time_compare(borrower.password, hash_password(raw, borrower.password.split("$")[1]))
    if constant_time_compare(borrower.password, hashlib.md5(raw.encode()).hexdigest()):
        borrower.password = hash_password(raw)
        borrower.save(update_fields=["password"])
        return True
    return False
