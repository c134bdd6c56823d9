from decimal import Decimal

from hire.models import Inspection, Rental, Station

# name: (minutes and fee of each rental, how many inspections)
STATIONS = {
    "Harbour": ([(20, "4.00"), (35, "7.50"), (15, "4.00"), (50, "11.00"), (20, "4.00"), (25, "11.00")], 3),
    "Market": ([(10, "2.50"), (15, "4.00"), (45, "9.00")], 2),
    "Old Mill": ([(60, "12.00"), (30, "6.50")], 1),
    "Station Square": ([(12, "2.50"), (18, "4.00"), (22, "4.00"), (9, "2.50")], 4),
    "Hill Top": ([], 2),
}


def seed():
    for name, (rentals, inspections) in STATIONS.items():
        station = Station.objects.create(name=name)
        for minutes, fee in rentals:
            Rental.objects.create(station=station, minutes=minutes, fee=Decimal(fee))
        for number in range(inspections):
            Inspection.objects.create(station=station, faults=number)
