"""Who may come into which room."""

from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser, User

from .models import Line, Room


def rooms_of(user: User | AnonymousUser) -> list[Room]:
    """All rooms, in their order; `open_to_you` says whether the door opens."""
    rooms = list(Room.objects.order_by("pk").prefetch_related("members"))
    for room in rooms:
        members = room.members.all()
        room.open_to_you = user.is_authenticated and (not members or user in members)
    return rooms


def room_for(slug: str, user: User | AnonymousUser, now: datetime) -> Room | None:
    """The room, for somebody who may come in now. Anybody else learns nothing, not even whether it exists."""
    if not user.is_authenticated or Line.objects.filter(user=user, down_until__gt=now).exists():
        return None
    return next((room for room in rooms_of(user) if room.slug == slug and room.open_to_you), None)


def cut_line(user: User, seconds: float, now: datetime) -> None:
    Line.objects.update_or_create(user=user, defaults={"down_until": now + timedelta(seconds=seconds)})
