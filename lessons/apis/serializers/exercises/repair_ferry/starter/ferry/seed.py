from datetime import date

from ferry.models import Booking, Passenger


def seed():
    booking = Booking.objects.create(
        email="ida@example.com", out_on=date(2026, 6, 1), back_on=date(2026, 6, 8), pin="4711"
    )
    for name, seat in (("Ida", "A1"), ("Jon", "A2")):
        Passenger.objects.create(booking=booking, name=name, seat=seat)
