from django.contrib.auth.models import User

from room.models import Loan


def seed():
    for name, title in (("ada", "Tide tables 1921"), ("bo", "A flora of Mull")):
        reader = User.objects.create_user(name, password="quiet-please")
        Loan.objects.create(reader=reader, title=title)
