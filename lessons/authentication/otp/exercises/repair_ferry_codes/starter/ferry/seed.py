from django.contrib.auth.models import User


def seed():
    for name in ("astrid", "bjorn"):
        User.objects.create_user(name, password="slack-water")
