from .models import Operator

NAMES = {
    "air": "Airbus",
    "city": "City",
    "coach": "Coach",
    "ferry": "Ferry",
    "night": "Night Owl",
    "tram": "Tram",
}


def seed():
    for code, name in NAMES.items():
        Operator.objects.create(code=code, name=name, has_library=code == "ferry")
