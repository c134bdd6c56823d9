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
    card = Card.objects.get(pk=card_id)
    if card.balance < show.price:
        raise TooLittle
    try:
        with transaction.atomic():
            Card.objects.filter(pk=card_id).update(balance=F("balance") - show.price)
            booking = Booking.objects.create(card=card, show=show, seat=seat)
            transaction.on_commit(lambda: mail_ticket(booking))
    except IntegrityError:
        raise Taken from None
    return booking
