from decimal import Decimal


def station_rows():
    return [
        {"name": "Harbour", "rentals": 6, "inspections": 3, "takings": Decimal("41.50"), "average_minutes": 27.5},
        {"name": "Hill Top", "rentals": 0, "inspections": 2, "takings": Decimal("0.00"), "average_minutes": None},
    ]


def total_takings():
    return Decimal("41.50")
