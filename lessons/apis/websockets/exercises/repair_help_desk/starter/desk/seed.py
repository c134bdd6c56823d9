from desk.models import Ticket
from django.contrib.auth.models import User


def seed():
    ada = User.objects.create_user("ada", password="kettle-42")
    bob = User.objects.create_user("bob", password="kettle-42")
    User.objects.create_user("sam", password="kettle-42", is_staff=True)
    Ticket.objects.create(pk=1, customer=ada, title="The kettle whistles in Morse")
    Ticket.objects.create(pk=2, customer=bob, title="Toaster throws too far")
    Ticket.objects.create(pk=3, customer=ada, title="Lamp is on in the dark only")
