from datetime import time

from harbour.models import Departure


def seed():
    Departure.objects.bulk_create(
        [
            Departure(ship="Guillemot", leaves_at=time(8, 15), berth="A1", status="on time"),
            Departure(ship="Petrel", leaves_at=time(8, 40), berth="B2", status="delayed"),
            Departure(ship="Kittiwake", leaves_at=time(9, 5), berth="A3", status="on time"),
            Departure(ship="Razorbill", leaves_at=time(9, 30), berth="C1", status="cancelled"),
        ]
    )
