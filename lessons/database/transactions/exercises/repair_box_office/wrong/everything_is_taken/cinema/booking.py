from cinema.models import Booking, Card, Show
from cinema.tickets import mail_ticket
from django.db import IntegrityError, transaction
from django.db.models import F


class Taken(Exception):
    pass


class TooLittle(Exception):
    pass


def book(card_id, show_id, seat):
    show = Show.objects.get(pk=show_id)
    try:
        with transaction.atomic():
            charged = Card.objects.filter(pk=card_id, balance__gte=show.price).update(
                balance=F("balance") - show.price
            )
            if not charged:
                raise TooLittle
            booking = Booking.objects.create(card_id=card_id, show=show, seat=seat)
            transaction.on_commit(lambda: mail_ticket(booking))
    except TooLittle:
        raise
    except Exception:  # noqa: BLE001
        raise Taken from None
    return booking
