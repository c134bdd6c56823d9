from django.contrib.auth.models import User


def seed():
    for name in ("ada", "bo"):
        User.objects.create_user(name, f"{name}@example.com", "stone-ground")
