from django.contrib.auth.models import User

from ferry.models import Crossing


def seed():
    ada = User.objects.create_user("ada", "ada@analytical.example", "analytical-engine")
    grace = User.objects.create_user("grace", "grace@navy.example", "nanosecond-wire")
    User.objects.create_user("hal", "hal@discovery.example", "open-the-pod-bay", is_active=False)
    Crossing.objects.create(traveller=ada, sails_at="Monday, 06:40", cabin="Starboard 12")
    Crossing.objects.create(traveller=grace, sails_at="Tuesday, 22:15", cabin="Port 3")
