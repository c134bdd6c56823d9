from django.contrib.auth.models import User


def seed():
    for name in ("vera", "hugo"):
        User.objects.create_user(name, password="perihelion")
