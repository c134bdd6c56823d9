from cinema.models import Booking, Card, Show
from cinema.tickets import mail_ticket
from django.db import IntegrityError


class Taken(Exception):
    pass


class TooLittle(Exception):
    pass


def book(card_id, show_id, seat):
    """Charge the card and take the seat. Raises Taken or TooLittle, and has changed nothing then."""
    card = Card.objects.get(pk=card_id)
    show = Show.objects.get(pk=show_id)
    if card.balance < show.price:
        raise TooLittle
    card.balance -= show.price
    card.save()
    try:
        booking = Booking(card=card, show=show, seat=seat)
        mail_ticket(booking)
        booking.save()
    except IntegrityError:
        raise Taken from None
    return booking
