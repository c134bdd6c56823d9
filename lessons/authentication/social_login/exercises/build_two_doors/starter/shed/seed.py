from django.contrib.auth.models import User


def seed():
    User.objects.create_user("ada", "ada@analytical.example", "analytical-engine")
    User.objects.create_user("zoe", "zoe@quay.example", "a-boat-is-a-boat")
