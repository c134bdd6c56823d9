from .models import Station


def seed():
    for name in ("Harbour Office", "Library", "North Hall", "Old School", "Town Hall"):
        Station.objects.create(name=name)
