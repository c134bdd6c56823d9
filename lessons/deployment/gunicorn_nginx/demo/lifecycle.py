"""The site tells when it starts and stops, and when a visitor begins anew: nobody's servers stay behind."""

from . import houses
from .models import Lease


def site_started() -> None:
    houses.end_what_was_left_behind()


def site_stopped() -> None:
    houses.close_all()


def before_reset() -> None:
    for lease in Lease.objects.all():
        houses.close(lease.token)
