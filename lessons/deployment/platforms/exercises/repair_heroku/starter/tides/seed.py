from datetime import time

from tides.models import Tide


def seed():
    Tide.objects.create(harbour="Oban", high_at=time(5, 42))
    Tide.objects.create(harbour="Ullapool", high_at=time(6, 51))
