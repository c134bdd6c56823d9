from cinema.models import Booking, Card, Show
from cinema.tickets import mail_ticket
from django.db import IntegrityError, transaction


class Taken(Exception):
    pass


class TooLittle(Exception):
    pass


@transaction.atomic
def book(card_id, show_id, seat):
    card = Card.objects.select_for_update().get(pk=card_id)
    show = Show.objects.get(pk=show_id)
    if card.balance < show.price:
        raise TooLittle
    card.balance -= show.price
    card.save(update_fields=["balance"])
    booking = Booking(card=card, show=show, seat=seat)
    try:
        booking.save()
    except IntegrityError:
        raise Taken from None
    transaction.on_commit(lambda: mail_ticket(booking))
    return booking
