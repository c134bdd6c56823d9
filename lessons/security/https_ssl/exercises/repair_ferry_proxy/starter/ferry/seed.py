from django.contrib.auth.models import User


def seed():
    User.objects.create_user("ada", "ada@ferry.example", "slack-water")
