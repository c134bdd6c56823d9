from django.contrib.auth.models import User


def seed():
    User.objects.create_user("ada", password="raku-firing")
    User.objects.create_user("mallory", password="cold-glaze")
