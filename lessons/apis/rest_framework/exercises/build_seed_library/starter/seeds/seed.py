from django.contrib.auth.models import User
from seeds.models import Packet, Plant


def seed():
    User.objects.create_user("ada")
    User.objects.create_user("kim", is_staff=True)
    tomato = Plant.objects.create(name="Tomato", slug="tomato")
    bean = Plant.objects.create(name="Bean", slug="bean")
    for variety, plant, year, left in (
        ("Black Krim", tomato, 2023, 4),
        ("Gardener's Delight", tomato, 2024, 9),
        ("Borlotti", bean, 2022, 0),
        ("Blue Lake", bean, 2024, 12),
    ):
        Packet.objects.create(variety=variety, plant=plant, year=year, left=left)
