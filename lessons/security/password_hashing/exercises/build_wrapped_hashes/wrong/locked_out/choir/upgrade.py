from django.contrib.auth.models import User


def wrap_passwords():
    """Put every MD5 hash into a slow one; how many it were. Called by a data migration."""
    count = 0
    for user in User.objects.filter(password__startswith="md5$"):
        user.set_unusable_password()
        user.save(update_fields=["password"])
        count += 1
    return count
