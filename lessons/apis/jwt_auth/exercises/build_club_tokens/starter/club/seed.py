from django.contrib.auth.models import User

from club.models import Member


def seed():
    for name, role in (("ada", "rower"), ("bo", "coach")):
        user = User.objects.create_user(name, password="catch-and-drive")
        Member.objects.create(user=user, role=role)
