from datetime import UTC, datetime, timedelta

from log.models import Reading, Station


def seed():
    start = datetime(2025, 3, 4, tzinfo=UTC)
    for name in ("Quay", "Ridge", "Moor"):
        station = Station.objects.create(name=name)
        if name == "Moor":
            continue
        # Two readings a minute, so that there are two of each time.
        Reading.objects.bulk_create(
            Reading(
                station=station,
                measured_at=start + timedelta(minutes=number // 2),
                value=number * 7 % 40,
                alarm=number % 9 == 0,
                acknowledged=number % 18 == 0,
            )
            for number in range(70)
        )
