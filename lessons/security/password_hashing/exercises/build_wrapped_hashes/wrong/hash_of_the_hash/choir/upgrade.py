from django.contrib.auth.models import User


def wrap_passwords():
    count = 0
    for user in User.objects.filter(password__startswith="md5$"):
        user.set_password(user.password)
        user.save(update_fields=["password"])
        count += 1
    return count
