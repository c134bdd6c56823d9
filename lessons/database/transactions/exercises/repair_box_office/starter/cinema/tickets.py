from django.core.mail import send_mail


def mail_ticket(booking):
    send_mail(
        "Your ticket", f"{booking.show.title}, seat {booking.seat}", "box@example.com", [booking.card.email]
    )
