"""What is said in a room, and in which order."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F

from .models import Message, Room

PAGE = 30
MOST_MISSED = 200


def say(room: Room, author: User, key: str, text: str, now: datetime) -> tuple[Message, bool]:
    """The message, and whether it is new: what was sent twice is kept once."""
    with transaction.atomic():
        # The UPDATE locks the room's row, so that two who speak at once get two numbers.
        Room.objects.filter(pk=room.pk).update(last_number=F("last_number") + 1)
        alike = Message.objects.filter(room=room, author=author, key=key)
        known = alike.select_related("author").first()
        if known is not None:
            transaction.set_rollback(True)
            return known, False
        number = Room.objects.values_list("last_number", flat=True).get(pk=room.pk)
        message = Message(room=room, author=author, number=number, key=key, text=text, at=now)
        message.save(force_insert=True)
        return message, True


def since(room: Room, number: int) -> list[dict]:
    """What came after this number, oldest first; the newest MOST_MISSED of it."""
    found = Message.objects.select_related("author").filter(room=room, number__gt=number)
    return [as_json(message) for message in reversed(found.order_by("-number")[:MOST_MISSED])]


def before(room: Room, number: int | None) -> list[dict]:
    """A page of what came before this number, oldest first; of the newest without one."""
    found = Message.objects.select_related("author").filter(room=room)
    if number is not None:
        found = found.filter(number__lt=number)
    return [as_json(message) for message in reversed(found.order_by("-number")[:PAGE])]


def as_json(message: Message) -> dict:
    return {
        "number": message.number,
        "key": message.key,
        "who": message.author.get_username(),
        "text": message.text,
        "at": message.at.isoformat(),
    }
