"""Ines has a password only, Milo has four devices as well. Run as often as you like."""

from django.contrib.auth.models import User
from django_otp.plugins.otp_email.models import EmailDevice
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from .models import Phone, SMSDevice

PASSWORD = "heron-on-the-weir"  # noqa: S105 - printed on the sign-in page
# The phone on the table has scanned it already. A real one is made by django_otp, at random, for each device.
MILOS_KEY = "6a7d3f02c9e15b48aa07d96c1e4f8b30527d9e61"
BACKUP_CODES = ["kx4vt2mq", "p7hd3snw", "zz6ey5rb"]


def seed() -> None:
    phone, _ = Phone.objects.update_or_create(pk=1)
    for name in ("ines", "milo"):
        user, _ = User.objects.get_or_create(username=name, defaults={"email": f"{name}@alder.example"})
        user.set_password(PASSWORD)
        user.save()
    TOTPDevice.objects.update_or_create(user=user, name="Authenticator app", defaults={"key": MILOS_KEY})
    EmailDevice.objects.update_or_create(user=user, name="Email")
    SMSDevice.objects.update_or_create(user=user, name="Text message", defaults={"number": phone.number})
    backup, _ = StaticDevice.objects.update_or_create(user=user, name="Backup codes")
    backup.token_set.all().delete()
    StaticToken.objects.bulk_create(StaticToken(device=backup, token=token) for token in BACKUP_CODES)
    Phone.objects.filter(pk=1).update(account="Alder Archive:milo", key=MILOS_KEY)
