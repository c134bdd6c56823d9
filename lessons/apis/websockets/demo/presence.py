"""Who is in a room: a row for each connection, that has to be renewed."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Count, Q

from .models import Presence, Room

TICK = 4.0  # seconds between two renewals
LIFE = timedelta(seconds=12)  # three renewals may be missed


def arrive(room: Room, user: User, connection: str, now: datetime) -> None:
    # Whoever comes back takes the place of the connection that was lost.
    Presence.objects.filter(room=room, user=user, dropped=True).delete()
    Presence.objects.create(room=room, user=user, connection=connection, expires_at=now + LIFE)


def renew(room: Room, user: User, connection: str, now: datetime) -> bool:
    """Still here; rows that expired are taken away. Whether others see a change."""
    values = {"room": room, "user": user, "expires_at": now + LIFE}
    _, came_back = Presence.objects.update_or_create(connection=connection, defaults=values)
    expired, _ = Presence.objects.filter(expires_at__lte=now).delete()
    return came_back or expired > 0


def drop(connection: str, now: datetime) -> None:
    """Cut off, not gone: the row stays for as long as a reconnect may take."""
    Presence.objects.filter(connection=connection).update(dropped=True, expires_at=now + LIFE)


def leave(connection: str) -> None:
    Presence.objects.filter(connection=connection).delete()


def here(room: Room, now: datetime) -> list[dict]:
    """Each person once, whether in two tabs or none that works at this moment."""
    people = (
        Presence.objects.filter(room=room, expires_at__gt=now)
        .values("user__username")
        .annotate(connections=Count("pk", filter=Q(dropped=False)))
        .order_by("user__username")
    )
    return [{"who": person["user__username"], "connections": person["connections"]} for person in people]
