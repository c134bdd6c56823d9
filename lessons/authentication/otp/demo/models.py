from django.db import models
from django.utils import timezone
from django_otp.models import CooldownMixin, SideChannelDevice, ThrottlingMixin

from . import phones


class SMSDevice(CooldownMixin, ThrottlingMixin, SideChannelDevice):
    """A device of our own: django-otp makes, keeps and compares the code; this delivers it."""

    number = models.CharField(max_length=20)

    def generate_challenge(self) -> str:
        allowed, _ = self.generate_is_allowed()
        if not allowed:
            return "sent a moment ago; wait before you ask for another"
        self.generate_token(valid_secs=300, commit=False)
        self.cooldown_set(commit=True)
        text = f"{self.token} is your Alder Archive code."
        TextMessage.objects.create(number=self.number, text=text)
        return f"sent to {self.number}"

    def verify_token(self, token: str) -> bool:
        allowed, _ = self.verify_is_allowed()
        if not allowed:
            return False
        if super().verify_token(token):
            self.throttle_reset()
            return True
        self.throttle_increment()
        return False

    def get_cooldown_duration(self) -> int:
        return 20  # seconds

    def get_throttle_factor(self) -> int:
        return 1


class TextMessage(models.Model):
    """What the telephone company delivers. The phone on the page shows it."""

    number = models.CharField(max_length=20)
    text = models.CharField(max_length=160)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.text


class Phone(models.Model):
    """Somebody's phone, and in truth far away from the site: it has a clock and, once scanned, a key."""

    number = models.CharField(max_length=20, default="+44 7700 900123")
    fast_by = models.SmallIntegerField(default=0)  # seconds; negative for a clock that is slow
    account = models.CharField(max_length=100, blank=True)
    key = models.CharField(max_length=80, blank=True)  # hex, as it came out of the QR code

    def __str__(self) -> str:
        return self.number

    @classmethod
    def on_the_table(cls) -> "Phone":
        return cls.objects.get(pk=1)

    def code(self) -> phones.Code | None:
        """What its authenticator shows at the moment, by its own clock."""
        return phones.code_now(self.key, self.fast_by) if self.key else None
