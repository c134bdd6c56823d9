from bakery.models import Order
from django.contrib.auth.models import User

CUSTOMERS = ["Ada", "Bo", "Cleo", "Dev", "Eva", "Finn", "Gus", "Hana", "Ivo", "Jo", "Kim"]
BREADS = ["Two rye loaves", "A seeded wheel", "Nine pretzels", "Spelt, sliced"]


def seed():
    User.objects.create_user("mo", password="flour-12")
    for number, customer in enumerate(CUSTOMERS):
        Order.objects.create(pk=number + 1, customer=customer, what=BREADS[number % 4])
