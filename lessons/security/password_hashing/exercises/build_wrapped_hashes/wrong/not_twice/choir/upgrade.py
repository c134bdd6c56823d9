from django.contrib.auth.models import User

from choir.hashers import WrappedMD5


def wrap_passwords():
    """Put every MD5 hash into a slow one; how many it were. Called by a data migration."""
    hasher, count = WrappedMD5(), 0
    for user in User.objects.filter(password__contains="md5"):
        salt, md5_hash = user.password.split("$")[-2:]
        user.password = hasher.encode_md5_hash(md5_hash, salt)
        user.save(update_fields=["password"])
        count += 1
    return count
