from django.contrib.auth.models import User

from club.models import Offer


def seed():
    User.objects.create_user("ada", password="analytical-engine")
    Offer.objects.create(title="Runner beans", where="Plot 4, behind the shed")
    Offer.objects.create(title="Rhubarb crowns", where="Plot 11, by the gate")
    Offer.objects.create(title="A wheelbarrow", where="Ask at plot 2")
