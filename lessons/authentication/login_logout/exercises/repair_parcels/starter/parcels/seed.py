from django.contrib.auth.models import User

from parcels.models import Parcel


def seed():
    ada = User.objects.create_user("ada", password="analytical-engine")
    grace = User.objects.create_user("grace", password="nanosecond-wire")
    Parcel.objects.create(code="ax-100", owner=ada, contents="Brass telescope", status="out for delivery")
    Parcel.objects.create(code="ax-200", owner=ada, contents="Punched cards", status="at the depot")
    Parcel.objects.create(code="gx-300", owner=grace, contents="A dead moth", status="delivered")
