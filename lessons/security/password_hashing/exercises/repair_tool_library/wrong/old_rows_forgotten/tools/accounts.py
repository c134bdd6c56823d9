from django.contrib.auth.hashers import check_password, make_password

hash_password = make_password


def password_is_right(borrower, raw):
    def save(raw):
        borrower.password = make_password(raw)
        borrower.save(update_fields=["password"])

    # No row is as good as an unusable one: check_password() hashes once and says no.
    return check_password(raw, borrower.password if borrower else "!", save)
