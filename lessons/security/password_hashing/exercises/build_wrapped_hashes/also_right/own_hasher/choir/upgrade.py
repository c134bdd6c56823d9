from django.contrib.auth import get_user_model

from choir.hashers import Onion


def wrap_passwords():
    users = list(get_user_model().objects.filter(password__startswith="md5$"))
    for user in users:
        user.password = Onion().wrap(user.password.split("$")[2], user.password.split("$")[1])
    return get_user_model().objects.bulk_update(users, ["password"])
