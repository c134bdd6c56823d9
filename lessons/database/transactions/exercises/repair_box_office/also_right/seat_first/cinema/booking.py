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
            booking = Booking.objects.create(card_id=card_id, show=show, seat=seat)
            enough = Card.objects.filter(pk=card_id, balance__gte=show.price)
            if enough.update(balance=F("balance") - show.price) != 1:
                raise TooLittle
            transaction.on_commit(lambda: mail_ticket(booking))
    except IntegrityError:
        raise Taken from None
    return booking
