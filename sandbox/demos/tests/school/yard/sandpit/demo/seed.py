from django.contrib.auth.models import User

from .models import Castle


def seed() -> None:
    Castle.objects.create(name="Seeded")
    User.objects.create_user("ada", "ada@example.com", "lovelace")
