"""Three wardens, three rooms, and what was said before you came."""

from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import User

from .models import Message, Room

WARDENS = {"ada": "Alder Hut", "grace": "Gable Hut", "hedy": "Rescue base"}

ROOMS = [
    ("weather", "Weather", "Wind, snow and what the mast says", []),
    ("supplies", "Supplies", "What the mule brings on Thursday", []),
    ("rescue", "Rescue", "For the rescue base only", ["hedy"]),
]

SAID = {
    "weather": [
        ("grace", "Cloud down to the saddle, 40 metres to see."),
        ("ada", "Clear up here. You are the ones in the soup."),
        ("grace", "Then send some of it down."),
        ("hedy", "Mast reads 55 km/h from the west, rising."),
    ],
    "supplies": [
        ("ada", "Out of lamp oil by Saturday."),
        ("grace", "I have two cans to spare. The mule is at yours on Thursday."),
    ],
    "rescue": [("hedy", "Sledge is back from the workshop.")],
}
FIRST = datetime(2026, 1, 12, 6, 40, tzinfo=UTC)


def seed() -> None:
    for name, hut in WARDENS.items():
        User.objects.update_or_create(username=name, defaults={"last_name": hut})
    for slug, name, about, members in ROOMS:
        room, _ = Room.objects.update_or_create(slug=slug, defaults={"name": name, "about": about})
        room.members.set(User.objects.filter(username__in=members))
        for number, (who, text) in enumerate(SAID[slug], start=1):
            values = {"author": User.objects.get(username=who), "text": text, "key": f"seed-{number}"}
            Message.objects.update_or_create(
                room=room, number=number, defaults=values | {"at": FIRST + timedelta(minutes=3 * number)}
            )
        Room.objects.filter(pk=room.pk).update(last_number=len(SAID[slug]))
