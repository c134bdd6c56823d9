from functools import partial

from cinema.models import Booking, Card, Show
from cinema.tickets import mail_ticket
from django.db import IntegrityError, transaction


class Taken(Exception):
    pass


class TooLittle(Exception):
    pass


def book(card_id, show_id, seat):
    """Charge the card and take the seat. Raises Taken or TooLittle, and has changed nothing then."""
    with transaction.atomic():
        card = Card.objects.select_for_update().get(pk=card_id)
        show = Show.objects.get(pk=show_id)
        if Booking.objects.filter(show=show, seat=seat).exists():
            raise Taken
        if card.balance < show.price:
            raise TooLittle
        try:
            with transaction.atomic():
                booking = Booking.objects.create(card=card, show=show, seat=seat)
        except IntegrityError:
            raise Taken from None
        card.balance -= show.price
        card.save(update_fields=["balance"])
        transaction.on_commit(partial(mail_ticket, booking))
        return booking
