"""Notes what it was told, and what the visitor's rows were at that moment."""

from .models import Castle

told: list[tuple[str, list[str]]] = []


def site_started() -> None:
    told.append(("started", []))


def site_stopped() -> None:
    told.append(("stopped", []))


def before_reset() -> None:
    told.append(("reset", [castle.name for castle in Castle.objects.order_by("pk")]))
    if Castle.objects.filter(name="Cursed").exists():
        raise RuntimeError("A spell.")
