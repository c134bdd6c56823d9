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
    card = Card.objects.select_for_update().get(pk=card_id)
    if card.balance < show.price:
        raise TooLittle
    try:
        with transaction.atomic():
            card.balance -= show.price
            card.save()
            booking = Booking.objects.create(card=card, show=show, seat=seat)
            transaction.on_commit(lambda: mail_ticket(booking))
    except IntegrityError:
        raise Taken from None
    return booking
