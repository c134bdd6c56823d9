"""The second step: asking one device for its verdict, and saying why there is none."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.utils import timezone
from django_otp import devices_for_user, verify_token
from django_otp.models import Device, VerifyNotAllowed


@dataclass(frozen=True)
class Verdict:
    device: Device | None = None
    reason: str = ""
    is_locked: bool = False


def try_code(user: User, device_id: str, code: str) -> Verdict:
    """One code, against one device. `verify_token` locks its row, so that two requests don't both win."""
    device = own_device(user, device_id)
    if device is None:
        return Verdict(reason="There is no such device.")
    allowed, why = device.verify_is_allowed()
    if not allowed and why and why.get("reason") == VerifyNotAllowed.N_FAILED_ATTEMPTS:
        seconds = max(1, round((why["locked_until"] - timezone.now()).total_seconds()))
        tries = why["failure_count"]
        return Verdict(reason=f"Locked for {seconds} s after {tries} wrong codes.", is_locked=True)
    accepted = verify_token(user, device_id, code)
    return Verdict(device=accepted) if accepted else Verdict(reason="That is not a code that works now.")


def own_device(user: User, device_id: str) -> Device | None:
    """Looked up among the user's own: the id comes from the browser."""
    return next((device for device in confirmed_devices(user) if device.persistent_id == device_id), None)


def confirmed_devices(user: User) -> list[Device]:
    """As the user meets them: the app first, the codes on paper last."""
    order = ["otp_totp", "otp", "otp_email", "otp_static"]
    return sorted(devices_for_user(user), key=lambda device: order.index(device._meta.app_label))
