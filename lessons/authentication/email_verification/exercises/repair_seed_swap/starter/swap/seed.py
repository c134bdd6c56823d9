from django.contrib.auth.models import User

from swap.models import Offer, Swapper


def seed():
    ada = User.objects.create_user("ada", "ada@analytical.example", "analytical-engine")
    swapper = Swapper.objects.create(user=ada, is_confirmed=True)
    Offer.objects.create(swapper=swapper, text="Runner beans, scarlet, a pound")
