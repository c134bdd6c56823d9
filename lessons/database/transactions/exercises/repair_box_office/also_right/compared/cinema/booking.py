from cinema.models import Booking, Card, Show
from cinema.tickets import mail_ticket
from django.db import IntegrityError, transaction


class Taken(Exception):
    pass


class TooLittle(Exception):
    pass


def book(card_id, show_id, seat):
    show = Show.objects.get(pk=show_id)
    while True:
        seen = Card.objects.values_list("balance", flat=True).get(pk=card_id)
        if seen < show.price:
            raise TooLittle
        try:
            with transaction.atomic():
                if not Card.objects.filter(pk=card_id, balance=seen).update(balance=seen - show.price):
                    continue
                booking = Booking.objects.create(card_id=card_id, show=show, seat=seat)
        except IntegrityError:
            raise Taken from None
        mail_ticket(booking)
        return booking
