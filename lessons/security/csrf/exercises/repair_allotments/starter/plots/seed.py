from django.contrib.auth.models import User

from plots.models import Plot


def seed():
    for name in ("ada", "ben"):
        user = User.objects.create_user(name, f"{name}@plots.example", "runner-beans")
        Plot.objects.create(tenant=user)
