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


def try_code(user: User, device: Device | None, code: str) -> Verdict:
    """One code, against one device. `verify_token` locks its row: of two requests one wins."""
    if device is None:
        return Verdict(reason="There is no such device.")
    allowed, why = device.verify_is_allowed()
    if not allowed and why and why.get("reason") == VerifyNotAllowed.N_FAILED_ATTEMPTS:
        seconds = max(1, round((why["locked_until"] - timezone.now()).total_seconds()))
        tries = why["failure_count"]
        reason = f"Locked for {seconds} s after {tries} wrong code{'' if tries == 1 else 's'}."
        return Verdict(reason=reason, is_locked=True)
    accepted = verify_token(user, device.persistent_id, code)
    if accepted is None:
        return Verdict(reason="That is not a code that works now.")
    return Verdict(device=accepted)


def send_code(device: Device) -> str:
    """Lets a device that sends codes send one, and says what came of it."""
    allowed, _ = device.generate_is_allowed()
    told = device.generate_challenge() if allowed else "sent a moment ago; wait before you ask for another"
    return f"{device.name}: {told}."


def own_device(user: User, device_id: str) -> Device | None:
    """Looked up among the user's own: the id comes from the browser."""
    return next((device for device in confirmed_devices(user) if device.persistent_id == device_id), None)


def confirmed_devices(user: User) -> list[Device]:
    """As the user meets them: the app first, the codes on paper last."""
    order = ["otp_totp", "otp", "otp_email", "otp_static"]
    return sorted(devices_for_user(user), key=lambda device: order.index(device._meta.app_label))
